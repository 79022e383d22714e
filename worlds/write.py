"""Write a made world as the files that a buyer would have, and the truth beside them."""

from __future__ import annotations

import csv
from pathlib import Path

from notes import OUTCOMES
from tapes import write_payments, write_resolutions, write_tape
from worlds.world import World

TRUTH_COLUMNS = ("loan_id", *(f"p_{outcome}" for outcome in OUTCOMES))


def write_world(world: World, folder: Path) -> None:
    """Write ``resolutions.csv payments.csv tape.csv tape_payments.csv truth.csv`` into a folder, which is made.

    ``truth.csv`` holds the true probabilities of the tape's notes, in shortest round-trip form: nothing else tells them.
    Each made loan is there once, so the payments need no ``as_of_date``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_resolutions(folder / "resolutions.csv", world.resolutions)
    write_payments(folder / "payments.csv", world.resolutions.tape, with_as_of=False)
    write_tape(folder / "tape.csv", world.tape)
    write_payments(folder / "tape_payments.csv", world.tape, with_as_of=False)
    write_truth(folder / "truth.csv", world)


def write_truth(path: Path, world: World) -> None:
    """Write the true probabilities of the tape's notes, one row a note in tape order."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, lineterminator="\n")
        rows.writerow(TRUTH_COLUMNS)
        for loan_id, truth in zip(world.tape.notes.text("loan_id"), world.tape_truth.tolist(), strict=True):
            rows.writerow([loan_id, *map(repr, truth)])
