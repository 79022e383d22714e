"""``notebid train``: learn the probabilities from resolutions."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.paths import checkout, user_path
from cli.reading import add_observed_through, add_reading_arguments, read_options
from cli.training_run import CONFIG, Lesson, Trained, made_lesson, train_and_register
from cli.tuning import add_tuning_arguments, search_of
from notes import GateError, TapeError, UsageError
from notes.counts import count_of

if TYPE_CHECKING:
    from registry.home import Home
    from tapes import ExceptedField, ResolutionsReading
    from training.config import TrainingConfig
    from training.file_facts import FileFacts
    from training.left_out import LeftOut
    from training.scores import Evaluation
    from training.tune_result import Tuned

MADE_PREFIX = "MADE-"
MANY_EXCEPTED = 20
"""It is told beside the figures where one row of a file in so many was excepted, or more."""
READ_BY = ("payments", "as_of", "observed_through", "sheet", "mapping", "dq_method", "assume_first_lien")
"""Arguments that say how the resolutions are to be read."""
ROWS_NAMED = 5
"""Rows named of each reason for leaving rows out."""
NOTHING_LOST = ("E_DUP_SAME", "E_TOTAL")
"""Codes of rows that had nothing to teach: repeated ones, and totals."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "resolutions", nargs="?", help="your resolutions: a workbook, text or Parquet; none: the made example data"
    )
    add_reading_arguments(parser)
    add_observed_through(parser)
    parser.add_argument("--config", metavar="TOML", help="your settings instead of configs/training.toml")
    parser.add_argument(
        "--data",
        choices=("own", "agency"),
        help="whose loans these are: your own resolutions (default) or an agency's",
    )
    add_tuning_arguments(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Train, print how good the model is, and promote it if the gate lets it."""
    from registry.home import Home
    from registry.promote import current_champion

    home = Home.from_environment()
    config = _config(arguments, console)
    lesson, search = _lesson(arguments, home, console), search_of(arguments, home, console)
    lesson = lesson if search is None else replace(lesson, search=search)
    trained = train_and_register(lesson, config, home, console, arguments.wait)
    console.result(_lines(trained), _values(trained))
    try:
        trained.raise_unless_champion()
    except GateError as error:
        rests = "" if trained.result.verdict.promote else f"\n{_rests_on(trained.result.evaluation)}"
        raise GateError(f"{error}{rests}\n{_all_the_same(trained.version, current_champion(home))}") from None
    return 0


def _config(arguments: argparse.Namespace, console: Console) -> TrainingConfig:
    """Read the settings, and say which of them the user's file leaves to the shipped one."""
    from training.config import TrainingConfig, absent_keys

    if not arguments.config:
        return TrainingConfig.from_toml(checkout() / CONFIG)
    path = user_path(arguments.config)
    config = TrainingConfig.from_toml(path)
    absent = absent_keys(path)
    if absent:
        console.log(f"{path.name}: not in it, so as in {CONFIG}: {', '.join(absent)}")
    return config


def _rests_on(evaluation: Evaluation) -> str:
    """Say on how many notes the gate's verdict rests."""
    beside = "" if evaluation.n_compared == evaluation.n_test else f", beside the champion on {evaluation.n_compared:,}"
    return f"judged on {count_of(evaluation.n_test, 'test note')}{beside}{' of them' if beside else ''}"


def _all_the_same(version: int | None, champion: int | None) -> str:
    """Say what a failed gate changes, and how to use the model in spite of it."""
    stays = "there is still no champion" if champion is None else f"version {champion} stays the champion"
    return (
        f"{stays}; to bid with version {version} all the same: make score MODEL={version}; to make it champion against the "
        f'gate: notebid promote {version} --force --why "the reason"'
    )


def _lesson(arguments: argparse.Namespace, home: Home, console: Console) -> Lesson:
    if arguments.resolutions is None:
        _refuse_without_file(arguments)
        console.log("no resolutions given: training on the made example data, which says nothing about real notes")
        return made_lesson()
    from tapes import read_resolutions

    reading = read_resolutions(user_path(arguments.resolutions), options=read_options(arguments, home))
    for warning in reading.warnings:
        console.warn(warning)
    console.log(f"resolutions: {reading.counts.told('read')}")
    _report_exceptions(reading, home.training_exceptions / f"{reading.sha256[:12]}.csv", console)
    hashes = {"resolutions": reading.sha256}
    if reading.payments_sha256 is not None:
        hashes["payments"] = reading.payments_sha256
    return Lesson(
        reading.resolutions,
        _whose(reading, arguments.data or "own"),
        hashes,
        _facts(reading),
    )


def _refuse_without_file(arguments: argparse.Namespace) -> None:
    """Refuse what says how a file is to be read where none is given."""
    for name in READ_BY:
        if getattr(arguments, name):
            said = f"--{name.replace('_', '-')}"
            raise UsageError(f"{said} needs resolutions; give the file that it belongs to (make: RESOLUTIONS=)")


def _facts(reading: ResolutionsReading) -> FileFacts:
    from training.file_facts import FileFacts

    return FileFacts(
        columns={one.heading: one.target or "not used" for one in reading.columns},
        payments_after_as_of=reading.payments_after_as_of,
        excepted_as_later=reading.excepted_as_later,
        left_out=_left_out(reading),
        remarks=(*_remarks(reading), *reading.warnings),
    )


def _left_out(reading: ResolutionsReading) -> LeftOut:
    """Count the loans that were read, and those that were not, by what became of them."""
    from training.left_out import LeftOut

    return LeftOut(reading.loans_read, reading.loans_left_out)


def _remarks(reading: ResolutionsReading) -> tuple[str, ...]:
    """Say that a part of the file taught nothing, where it is no small one; a row that is there twice has taught."""
    codes = {(one.row, one.code) for one in reading.exceptions if one.code not in NOTHING_LOST}
    n_lost, by_code = len({row for row, _ in codes}), Counter(code for _, code in codes)
    n_rows = len(reading.resolutions) + n_lost
    if n_lost == 0 or n_lost * MANY_EXCEPTED < n_rows:
        return ()
    named = ", ".join(f"{code} {count:,}" for code, count in by_code.most_common(3))
    by_end = _left_out(reading).by_end
    loans = f"; loans of which nothing is left, by outcome: {by_end}" if by_end else ""
    return (
        f"{n_lost:,} of {count_of(n_rows, 'row')} of the file ({n_lost / n_rows:.0%}) taught nothing, excepted mostly for "
        f"{named}: where they are of one kind, the model does not know that kind{loans}",
    )


def _whose(reading: ResolutionsReading, said: str) -> str:
    """Say whose data it is; one made loan among them makes it made, whatever the user says."""
    loans = reading.resolutions.tape.notes.frame["loan_id"]
    return "made" if loans.str.startswith(MADE_PREFIX).any() else said


def _report_exceptions(reading: ResolutionsReading, path: Path, console: Console) -> None:
    """Say which rows cannot be learned from: the first ones of each reason, and all of them in a file.

    Raises
    ------
    TapeError
        No row is left.
    """
    if not reading.exceptions:
        return
    from reports.exceptions import replace_exceptions

    by_reason: dict[tuple[str, str], list[ExceptedField]] = {}
    for one in reading.exceptions:
        by_reason.setdefault((one.code, one.field), []).append(one)
    for (code, field), found in sorted(by_reason.items(), key=lambda pair: -len(pair[1])):
        rows = ", ".join(str(one.row) for one in found[:ROWS_NAMED])
        more = f" and {len(found) - ROWS_NAMED:,} more" if len(found) > ROWS_NAMED else ""
        console.warn(f"{code}, {field}: {'row' if len(found) == 1 else 'rows'} {rows}{more}; {found[0].fix}")
    replace_exceptions(path, [one.cells for one in reading.exceptions])
    console.log(f"every row that was left out, with reason and fix: {path}")
    if len(reading.resolutions) == 0:
        raise TapeError(
            f"none of {count_of(reading.counts.rows, 'row')} can be learned from; the reasons and fixes are in {path}"
        )


def _lines(trained: Trained) -> list[str]:
    from training.report import report_lines
    from training.write_report import SETTINGS

    state = "is the champion now" if trained.promoted else "is registered and not promoted"
    said = trained.result.verdict.nothing_to_promote or f"note-outcomes version {trained.version} {state}"
    if trained.not_logged:
        said = "the model IS KEPT AND NOT LOGGED: notebid sync does that when the store answers"
    lines = [
        *report_lines(trained.result),
        "",
        f"{said}; bundle {trained.bundle_folder.name[:12]}",
        f"report  {trained.report}",
    ]
    if trained.result.tuning is not None:
        lines.append(f"settings  {trained.report.with_name(SETTINGS)}")
    return lines


def _values(trained: Trained) -> dict[str, Any]:
    tuning = trained.result.tuning
    return ({} if tuning is None else {"tuning": _tuning_values(trained, tuning)}) | {
        "version": trained.version,
        "promoted": trained.promoted,
        "logged": not trained.not_logged,
        "bundle_sha256": trained.bundle_folder.name,
        "report": str(trained.report),
        "metrics": {name: value for name, value in trained.result.metrics.items() if value == value},
        "gate": trained.result.verdict.reasons,
        "warnings": list(trained.result.warnings),
    }


def _tuning_values(trained: Trained, tuning: Tuned) -> dict[str, Any]:
    from training.write_report import SETTINGS

    found = {name: value for name, value in tuning.to_dict().items() if name != "trials"}
    return found | {"trials": len(tuning.trials), "file": str(trained.report.with_name(SETTINGS))}
