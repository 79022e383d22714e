"""``notebid score``: bid a tape."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.paths import checkout, user_path
from cli.reading import add_reading_arguments, read_options
from notes import RowsExceptedError, UsageError
from notes.counts import count_of

if TYPE_CHECKING:
    from registry.home import Home
    from serving.model import ServedModel
    from serving.request import ScoreRequest
    from serving.result import Result

EXAMPLE_TAPE = Path("examples") / "tape.csv"
EXAMPLE_PAYMENTS = Path("examples") / "payments.csv"
ASSUMPTIONS = Path("configs") / "assumptions.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "tape", nargs="?", help="the seller's tape: a workbook, text or Parquet; none: the example tape"
    )
    add_reading_arguments(parser)
    parser.add_argument("--assumptions", metavar="TOML", help="your assumptions instead of configs/assumptions.toml")
    parser.add_argument(
        "--model", metavar="MODEL", help="models:/note-outcomes@champion, a version, or a bundle folder"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where the result goes; by default out/<tape>-<as of>")
    parser.add_argument(
        "--carry",
        metavar="HEADING",
        action="append",
        default=[],
        help="show this column of the tape in the workbook beside the loan numbers, and nowhere else; may be repeated",
    )
    add_own_arguments(parser)
    parser.add_argument("--strict", action="store_true", help="exit 4 if any row was excepted")


def add_own_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what of the model's own resolutions a note may be priced with."""
    parser.add_argument(
        "--own-timelines", action="store_true", help="time deeds and forced sales by the model's own resolutions"
    )
    parser.add_argument(
        "--own-recoveries", action="store_true", help="branch weights and recoveries by the model's own resolutions"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Bid the tape, write the result and print its totals."""
    from pricing import Assumptions
    from registry.home import Home
    from serving.request import DEMO_WARNING, ScoreRequest
    from serving.score import score

    home = Home.from_environment()
    tape, payments = tape_and_payments(arguments)
    reading = replace(read_options(arguments, home), payments=payments, carry=tuple(arguments.carry))
    assumptions = Assumptions.from_toml(
        user_path(arguments.assumptions) if arguments.assumptions else checkout() / ASSUMPTIONS
    )
    model = served_model(arguments, home, console)
    request = ScoreRequest(
        tape=tape,
        reading=reading,
        assumptions=assumptions,
        model=model,
        out_root=home.out,
        out=user_path(arguments.out) if arguments.out else None,
        is_example=is_example(tape),
        log_lines=console.log_lines,
        own_timelines=arguments.own_timelines,
        own_recoveries=arguments.own_recoveries,
    )
    if request.is_demo:
        console.warn(DEMO_WARNING)
    console.log(f"tape {tape}, model {request.model.bundle.sha256[:12]}")
    result = score(request)
    console.result(_lines(result, request), _values(result))
    if arguments.strict and result.reading.counts.excepted:
        raise RowsExceptedError(
            f"{result.reading.counts.excepted} of {result.reading.counts.rows} rows were excepted (--strict); the bids for "
            f"the rest are in {result.folder}"
        )
    return 0


def tape_and_payments(arguments: argparse.Namespace) -> tuple[Path, Path | None]:
    """Say which tape and payments are meant: without any, those of the example."""
    if arguments.tape is None:
        if arguments.payments is not None:
            raise UsageError("--payments needs a tape; give the tape that the payments belong to")
        return checkout() / EXAMPLE_TAPE, checkout() / EXAMPLE_PAYMENTS
    return user_path(arguments.tape), None if arguments.payments is None else user_path(arguments.payments)


def is_example(tape: Path) -> bool:
    """Say whether a tape is the embedded example, under whatever name."""
    example = checkout() / EXAMPLE_TAPE
    return (
        tape.is_file() and tape.stat().st_size == example.stat().st_size and tape.read_bytes() == example.read_bytes()
    )


def served_model(arguments: argparse.Namespace, home: Home, console: Console) -> ServedModel:
    """Find and verify the model; with no champion yet, train the demo model first and say so."""
    from registry.champion import find_model
    from serving.model import ServedModel

    reference = find_model(arguments.model or "", home)
    if reference is None:
        from cli.training_run import train_demo

        reference = train_demo(home, console, arguments.wait)
    return ServedModel.from_folder(reference.bundle_folder)


def _lines(result: Result, request: ScoreRequest) -> list[str]:
    from serving.request import DEMO_WARNING

    summary, counts = result.summary, result.reading.counts
    lines = [DEMO_WARNING, ""] if request.is_demo else []
    mix = "  ".join(f"{outcome} {share:.1%}" for outcome, share in summary.outcome_mix.items())
    statuses = "  ".join(f"{status} {count:,}" for status, count in summary.statuses.items())
    flags = "  ".join(f"{code} {count:,}" for code, count in list(summary.flags.items())[:6])
    rows = [
        ("notes priced", f"{summary.n_notes:,}"),
        ("UPB", f"${summary.upb:,.0f}"),
        ("total bid", f"${summary.bid:,.0f}"),
        ("of UPB", f"{_percent(summary.bid_share_of_upb)} where there is a bid"),
        ("of value", f"{_percent(summary.bid_share_of_value)} where there is a bid"),
        ("expected outcomes", mix),
        ("statuses", statuses),
        ("frequent flags", flags or "none"),
        ("exceptions", f"{counts.excepted:,} of {counts.rows:,} rows, with reason and fix in exceptions.csv"),
        ("lines", str(counts)),
        (
            "model",
            f"{request.model.bundle.sha256[:12]}, trained on {request.model.bundle.manifest['training_data']} data",
        ),
        ("files", shown_path(result.folder)),
    ]
    rows += [] if result.drift is None else [("drift", result.drift.sentence)]
    rows += _of_training(request.model)
    rows += [("kept there", ", ".join(result.kept))] if result.kept else []
    lines += [f"{label:<18} {text}" for label, text in rows]
    return lines + [f"warning: {text}" for text in result.reading.warnings]


def _of_training(model: ServedModel) -> list[tuple[str, str]]:
    """Say how much was found against the model when it was trained, and name what it failed in."""
    told = [("its training", f"warned of {count_of(len(model.doubts), 'thing')}: see the workbook, or run.json")]
    return (told if model.doubts else []) + ([("it FAILED in", "; ".join(model.failed))] if model.failed else [])


def _values(result: Result) -> dict[str, Any]:
    summary = result.summary
    return {
        "folder": str(result.folder),
        "n_notes": summary.n_notes,
        "upb": summary.upb,
        "as_is_value": summary.as_is_value,
        "bid": summary.bid,
        "bid_share_of_upb": _json_number(summary.bid_share_of_upb),
        "bid_share_of_value": _json_number(summary.bid_share_of_value),
        "outcome_mix": {str(outcome): share for outcome, share in summary.outcome_mix.items()},
        "statuses": summary.statuses,
        "flags": summary.flags,
        "excepted": result.reading.counts.excepted,
        "warnings": list(result.reading.warnings),
        "run": result.manifest,
    }


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.1%}"


def _json_number(value: float) -> float | None:
    return None if math.isnan(value) else value


def shown_path(folder: Path) -> str:
    """Show a path as short as it can be from where the user stands."""
    here = user_path(".")
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
