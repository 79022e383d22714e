"""``notebid train``: learn the probabilities from resolutions."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.paths import checkout, user_path
from cli.training_run import CONFIG, Lesson, Trained, made_lesson, train_and_register
from notes import GateError, UsageError

if TYPE_CHECKING:
    from tapes import ResolutionsReading

MADE_PREFIX = "MADE-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "resolutions", nargs="?", help="your resolutions: a workbook, text or Parquet; none: the made example data"
    )
    parser.add_argument("--payments", metavar="FILE", help="payment history, one row a note and month")
    parser.add_argument("--config", metavar="TOML", help="your settings instead of configs/training.toml")
    parser.add_argument(
        "--data",
        choices=("own", "agency"),
        help="whose loans these are: your own resolutions (default) or an agency's",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train, print how good the model is, and promote it if the gate lets it."""
    from registry.home import Home
    from registry.promote import current_champion
    from training.config import TrainingConfig

    home = Home.from_environment()
    config = TrainingConfig.from_toml(user_path(arguments.config) if arguments.config else checkout() / CONFIG)
    trained = train_and_register(_lesson(arguments, console), config, home, console, arguments.wait)
    console.result(_lines(trained), _values(trained))
    try:
        trained.raise_unless_champion()
    except GateError as error:
        raise GateError(f"{error}\n{_all_the_same(trained.version, current_champion(home))}") from None
    return 0


def _all_the_same(version: int | None, champion: int | None) -> str:
    """Say what a failed gate changes, and how to use the model in spite of it."""
    stays = "there is still no champion" if champion is None else f"version {champion} stays the champion"
    return f"{stays}; to bid with version {version} all the same: make score MODEL={version}"


def _lesson(arguments: argparse.Namespace, console: Console) -> Lesson:
    if arguments.resolutions is None:
        if arguments.payments is not None:
            raise UsageError("--payments needs resolutions; give the file that the payments belong to")
        console.log("no resolutions given: training on the made example data, which says nothing about real notes")
        return made_lesson()
    from cli.reading import tape_password
    from tapes import ReadOptions, read_resolutions

    payments = None if arguments.payments is None else user_path(arguments.payments)
    reading = read_resolutions(
        user_path(arguments.resolutions), payments, ReadOptions(password=tape_password(arguments))
    )
    for warning in reading.warnings:
        console.warn(warning)
    console.log(f"resolutions: {reading.counts}")
    _report_exceptions(reading, console)
    hashes = {"resolutions": reading.sha256}
    if reading.payments_sha256 is not None:
        hashes["payments"] = reading.payments_sha256
    return Lesson(
        reading.resolutions,
        _whose(reading, arguments.data or "own"),
        hashes,
        file_columns={one.heading: one.target or "not used" for one in reading.columns},
        payments_after_as_of=reading.payments_after_as_of,
    )


def _whose(reading: ResolutionsReading, said: str) -> str:
    """Say whose data it is; one made loan among them makes it made, whatever the user says."""
    loans = reading.resolutions.tape.notes.frame["loan_id"]
    return "made" if loans.str.startswith(MADE_PREFIX).any() else said


def _report_exceptions(reading: ResolutionsReading, console: Console) -> None:
    by_code: dict[str, int] = {}
    for one in reading.exceptions:
        by_code[one.code] = by_code.get(one.code, 0) + 1
    for code, count in sorted(by_code.items(), key=lambda pair: -pair[1]):
        first = next(one for one in reading.exceptions if one.code == code)
        console.warn(f"{code}: {count:,} times, first in row {first.row}, {first.field}; {first.fix}")


def _lines(trained: Trained) -> list[str]:
    from training.report import report_lines

    state = "is the champion now" if trained.promoted else "is registered and not promoted"
    name = f"note-outcomes version {trained.version}"
    if trained.not_logged:
        name, state = "the model", "IS KEPT AND NOT LOGGED: notebid sync does that when the store answers"
    return [
        *report_lines(trained.result),
        "",
        f"{name} {state}; bundle {trained.bundle_folder.name[:12]}",
        f"report  {trained.report}",
    ]


def _values(trained: Trained) -> dict[str, Any]:
    return {
        "version": trained.version,
        "promoted": trained.promoted,
        "logged": not trained.not_logged,
        "bundle_sha256": trained.bundle_folder.name,
        "report": str(trained.report),
        "metrics": {name: value for name, value in trained.result.metrics.items() if value == value},
        "gate": trained.result.verdict.reasons,
        "warnings": list(trained.result.warnings),
    }
