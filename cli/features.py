"""``notebid features``: write the model's inputs for a tape."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Console
from cli.paths import user_path
from cli.reading import add_reading_arguments, read_options
from notes import TapeError, UsageError

if TYPE_CHECKING:
    from registry.home import Home
    from serving.model import ServedModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("tape", help="the seller's tape: a workbook, text or Parquet")
    add_reading_arguments(parser)
    parser.add_argument(
        "--model",
        metavar="MODEL",
        help="show the tape as score does to this model (as MODEL of score): one trained without payments sees none",
    )
    parser.add_argument("--out", required=True, metavar="FILE", help="the CSV or Parquet file to write")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read the tape and write ``loan_id`` and one column a feature, a row a priceable note."""
    from features import NoteFeatures
    from registry.home import Home
    from tapes import read_tape

    target = user_path(arguments.out)
    if target.suffix not in (".csv", ".parquet"):
        raise UsageError(f"{target}: --out must end in .csv or .parquet")
    home = Home.from_environment()
    options, model = read_options(arguments, home), _model(arguments.model, home)
    tape = user_path(arguments.tape)
    inputs = [tape, *(one for one in (options.payments, options.mapping) if one is not None)]
    if any(target.exists() and one.exists() and target.samefile(one) for one in inputs):
        raise UsageError(f"{target} is read by this run; name another file with --out")
    reading = read_tape(tape, options)
    if not len(reading.tape):
        raise TapeError(
            f"{tape}: none of the {reading.counts.rows:,} rows can be used; notebid score says why, row by row"
        )
    frame = NoteFeatures().transform(reading.tape) if model is None else model.features(reading.tape)
    frame.insert(0, "loan_id", reading.tape.notes.frame["loan_id"])
    _write(frame, target)
    lines = [f"{len(frame):,} notes, {frame.shape[1] - 1} features in {target}", str(reading.counts)]
    console.result(lines, {"file": str(target), "notes": len(frame), "features": frame.shape[1] - 1})
    return 0


def _model(name: str | None, home: Home) -> ServedModel | None:
    """Load the model that the features are for; None: for none in particular."""
    from registry.champion import find_model
    from serving.model import ServedModel

    if name is None:
        return None
    reference = find_model(name, home)
    if reference is None:
        raise UsageError(f"--model {name}: there is no champion yet; train one, or leave --model out")
    return ServedModel.from_folder(reference.bundle_folder)


def _write(frame: object, target: Path) -> None:
    """Write beside the target and rename, so that a killed run leaves no half file.

    In CSV every feature has a decimal point, in shortest round-trip form: a reader takes a column of ``0`` for integers,
    which the signature of the logged model refuses.
    """
    import pandas as pd

    from reports.safe_text import neutral_text

    assert isinstance(frame, pd.DataFrame)
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    os.close(descriptor)
    half = Path(name)
    try:
        if target.suffix == ".csv":
            texts = frame.astype(dict.fromkeys(frame.columns[1:], "float64"))
            texts["loan_id"] = [neutral_text(str(text)) for text in frame["loan_id"]]
            texts.to_csv(half, index=False, lineterminator="\n", encoding="utf-8")
        else:
            frame.to_parquet(half, index=False)
        half.chmod(0o644)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
