"""The result folder of a score: five files, ``run.json`` last."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notes import FIELDS, TapeError
from pricing import BidSheet
from reports import (
    BID_COLUMNS,
    BidSummary,
    Format,
    ResultFolder,
    WorkbookTables,
    WorkbookText,
    build_summary,
    write_csv,
    write_exceptions,
    write_workbook,
)
from reports.exceptions import exceptions_frame
from reports.result_folder import LOG
from serving.drift import TapeDrift
from serving.request import DEMO_WARNING, ScoreRequest
from tapes import TapeReading, read_tape
from tapes.as_of import stale_warning
from tapes.question_page import questions_page

RUN_FORMAT = 1
_LIBRARIES = ("lightgbm", "notebid", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "xlsxwriter")
_MONEY = [column.name for column in BID_COLUMNS if column.format is Format.MONEY]
_WHOLE = [column.name for column in BID_COLUMNS if column.format is Format.DOLLARS]


@dataclass(frozen=True)
class Result:
    """Where a score was written, what it came to, and which files of the user's stand there as before.

    ``drift`` is None where nothing was kept to tell it by, or the tape is too small.
    """

    folder: Path
    reading: TapeReading
    sheet: BidSheet
    summary: BidSummary
    manifest: dict[str, Any]
    kept: tuple[str, ...]
    drift: TapeDrift | None = None


def read_priceable(request: ScoreRequest) -> TapeReading:
    """Read the tape and make sure that there is something to price.

    Raises
    ------
    TapeError
        The file is refused, or every row is excepted; then ``exceptions.csv`` and ``run.json`` are written first.
    """
    reading = read_tape(request.tape, request.reading)
    if len(reading.tape):
        return reading
    folder = request.folder(reading)
    with ResultFolder(folder) as result:
        write_exceptions(result.path / "exceptions.csv", [one.cells for one in reading.exceptions])
        write_log(request.log_lines, reading.warnings, result.path)
        result.publish(_manifest(request, reading, {}))
    raise TapeError(
        f"{request.tape}: none of the {reading.counts.rows:,} rows can be priced; "
        f"the reasons and fixes are in {folder / 'exceptions.csv'}"
    )


def write_result(
    request: ScoreRequest, reading: TapeReading, sheet: BidSheet, drift: TapeDrift | None = None
) -> Result:
    """Write bids, workbook, exceptions, the letter to the seller and ``run.json``, whole or not at all."""
    bids = sheet.frame
    notes = reading.tape.notes
    summary = build_summary(bids, notes.number("upb"), notes.number("as_is_value"))
    exceptions = [one.cells for one in reading.exceptions]
    manifest = _manifest(request, reading, summary.statuses, drift)
    folder = request.folder(reading)
    with ResultFolder(folder) as result:
        write_csv(result.path / "bids.csv", bids, money=_MONEY, whole=_WHOLE)
        write_exceptions(result.path / "exceptions.csv", exceptions)
        tables = WorkbookTables(bids, notes.frame, exceptions_frame(exceptions), _columns(reading), reading.carried)
        write_workbook(result.path / "bids.xlsx", tables, summary, _text(request, reading, drift))
        letter = questions_page(reading, request.tape.name)
        (result.path / "seller_questions.md").write_text(letter, encoding="utf-8", newline="\n")
        write_log(request.log_lines, reading.warnings, result.path)
        result.publish(manifest)
        kept = tuple(result.kept)
    return Result(folder, reading, sheet, summary, manifest, kept, drift)


def _columns(reading: TapeReading) -> list[tuple[str, str, str, str]]:
    """List what each column was read as: the notes' own fields in their order, then the rest, whatever the file's order."""
    order = {one.name: i for i, one in enumerate(FIELDS)}
    rows = [(one.heading, one.target, one.how, one.unit) for one in reading.columns]
    return sorted(rows, key=lambda row: (order.get(row[1], len(order)), not row[1], row))


def write_log(lines: Sequence[str], warnings: Sequence[str], folder: Path) -> None:
    """Write ``run.log``: the steps with their times, and what the reading warned of."""
    text = "".join(f"{line}\n" for line in [*lines, *(f"warning: {one}" for one in warnings)])
    # A file's name may hold bytes that are no UTF-8.
    (folder / LOG).write_text(text, encoding="utf-8", errors="replace")


def made_with(request: ScoreRequest) -> dict[str, Any]:
    """Say by what a result was made, beside the tapes: format, assumptions, model, versions."""
    bundle = request.model.bundle
    return {
        "format": RUN_FORMAT,
        "assumptions_sha256": _sha256(request.assumptions.as_dict()),
        "bundle_sha256": bundle.sha256,
        "demo_model": request.is_demo,
        "training_data": bundle.manifest["training_data"],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
    }


def _manifest(
    request: ScoreRequest, reading: TapeReading, statuses: dict[str, int], drift: TapeDrift | None = None
) -> dict[str, Any]:
    """Say what made the result: no time, no duration, no path."""
    return {
        **made_with(request),
        "as_of_date": None if reading.as_of_date is None else reading.as_of_date.isoformat(),
        "counts": {**asdict(reading.counts), "bid_status": statuses},
        "drift": None if drift is None else drift.to_dict(),
        "mapping_sha256": _sha256(reading.mapping),
        "model_warnings": list(request.model.doubts),
        "options": {
            "assume_first_lien": request.reading.assume_first_lien,
            "carry": sorted(request.reading.carry),
            "own_recoveries": request.own_recoveries,
            "own_timelines": request.own_timelines,
        },
        "payments_sha256": reading.payments_sha256,
        "tape_sha256": reading.content_sha256,
        # In an order that the columns' order on the tape does not change.
        "warnings": sorted(set(reading.warnings)),
    }


def _sha256(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, allow_nan=False, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(request: ScoreRequest, reading: TapeReading, drift: TapeDrift | None) -> WorkbookText:
    counts = reading.counts
    lines = [
        ("As of", str(reading.as_of_date)),
        ("Rows", f"{counts.rows:,} on the tape: {counts.priced:,} priced, {counts.excepted:,} in Exceptions"),
        (
            "Model",
            f"{request.model.bundle.sha256[:12]}, trained on {request.model.bundle.manifest['training_data']} data",
        ),
        (
            "How a bid is made",
            "Four outcome probabilities a note, a required return for each outcome that rises with the",
        ),
        (
            "",
            "probability of that outcome or a worse one, a price for each outcome at its return, and from the four prices",
        ),
        (
            "",
            "weighted by their probabilities, less a cushion for the bad ones, the bid. docs/pricing.md has every formula.",
        ),
        *([] if drift is None else [("Drift", f"{_capital(drift.sentence)}.")]),
        *_own(request),
        ("BID, REVIEW, NO_BID", "REVIEW is a bid that a person must look at first: its flags say why."),
        (
            "Shares",
            "Probabilities, yields and returns are fractions; cells show per cent. Yields are annual effective.",
        ),
    ]
    lines += [("Warning", text) for text in reading.warnings]
    lines += [("Model's training", text) for text in request.model.doubts]
    stale = stale_warning(reading.tape.notes.days("as_of_date"), request.reading)
    failed = f"The model FAILED in: {'; '.join(request.model.failed)} (Read me)."
    warning = " ".join(
        [*([DEMO_WARNING] if request.is_demo else []), *([failed] if request.model.failed else []), *stale]
    )
    return WorkbookText(f"notebid: bids as of {reading.as_of_date}", warning, lines, _assumptions(request))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _own(request: ScoreRequest) -> list[tuple[str, str]]:
    """Say what of the model's own resolutions stood in place of the table and the assumptions."""
    used = [
        text
        for asked, text in (
            (request.own_timelines, "months to a deed and a forced sale"),
            (request.own_recoveries, "branch weights and recoveries (the sheet Assumptions shows them before)"),
        )
        if asked
    ]
    return [("Own resolutions", f"{' and '.join(used)}, shrunk by n / (n + 50)")] if used else []


def _assumptions(request: ScoreRequest) -> list[tuple[str, Any, str, str]]:
    rows = []
    for one in request.assumptions.rows():
        value = ", ".join(f"{part:g}" for part in one.value) if isinstance(one.value, tuple) else one.value
        rows.append((f"{one.section}.{one.key}", value, one.unit, f"{one.meaning}. Source: {one.source}"))
    return rows
