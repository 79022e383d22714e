"""``notebid map``: what each column of a tape is taken for, and a mapping file for a person to review."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.map_page import map_lines, map_values
from cli.paths import user_path
from cli.reading import add_observed_through, add_reading_arguments, read_options
from notes import UsageError

if TYPE_CHECKING:
    from registry.home import Home
    from tapes.survey import Survey


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("tape", help="the seller's tape, in any form that score reads")
    parser.add_argument(
        "--resolutions", action="store_true", help="the file says what became of the notes: read it as train does"
    )
    add_reading_arguments(parser)
    add_observed_through(parser)
    parser.add_argument(
        "--seller", metavar="NAME", help="whose tape it is; by default the tape's seller, else its name"
    )
    parser.add_argument("--out", metavar="TOML", help="the mapping file to write; by default mappings/<seller>.toml")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Look at the tape, write the mapping file and print what was found."""
    from registry.home import Home
    from tapes.headings.mapping_file import write_mapping
    from tapes.survey import survey_tape

    home = Home.from_environment()
    tape, options = user_path(arguments.tape), read_options(arguments, home)
    survey = survey_tape(tape, options, resolutions=arguments.resolutions)
    seller = _seller(arguments.seller, survey, tape)
    path = _path(arguments, survey, seller, home)
    if path == tape:
        raise UsageError(f"{path} is the tape itself; name another file with --out")
    there = path.exists()
    if there and options.mapping is None and survey.mapped.mapping.path != path:
        # What it says already is not asked again.
        survey = survey_tape(tape, replace(options, mapping=path), resolutions=arguments.resolutions)
    write_mapping(path, survey.proposal(seller))
    found = path.parent == home.mappings
    values: dict[str, Any] = {"tape": str(tape), "mapping": str(path), "seller": seller}
    console.result(map_lines(survey, _shown(path), there, found), values | map_values(survey))
    return 0


def _seller(said: str | None, survey: Survey, tape: Path) -> str:
    if said is not None:
        return said
    if survey.mapped.mapping.seller:
        return survey.mapped.mapping.seller
    cells = survey.mapped.formed.get("seller")
    names = [] if cells is None else cells.text.drop_null().unique().to_pylist()
    return str(names[0]) if len(names) == 1 else tape.stem


def _path(arguments: argparse.Namespace, survey: Survey, seller: str, home: Home) -> Path:
    """Say which file to write: the one named, the one that was read by, the seller's, or a new one."""
    from serving.request import slug
    from tapes.headings import find_mapping

    table, used = survey.mapped.table, survey.mapped.mapping.path
    known = find_mapping(home.mappings, (*table.headings, *survey.mapped.dropped))
    if arguments.out is not None:
        path = user_path(arguments.out)
        if path.suffix != ".toml":
            raise UsageError(f"{path}: --out must end in .toml")
        if known is not None and known.path != path and path.parent == home.mappings:
            raise UsageError(f"{known.path} is made for these headings already; change that one, or take it away first")
        return path
    if used is not None:
        return used
    name = slug(seller) or "seller"
    path = home.mappings / f"{name}.toml"
    number = 2
    while path.exists() and arguments.seller is None:  # by its name alone a tape may be anybody's
        path, number = home.mappings / f"{name}-{number}.toml", number + 1
    return path


def _shown(path: Path) -> str:
    here = user_path(".")
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
