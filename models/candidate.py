"""The candidate: the model as it was judged, kept inside the bundle of the model that was refitted on all notes.

The refitted model has seen the notes of its test and, months later, many of the notes that a new model is tested on.  Its
candidate has not: candidate beside candidate is a fair comparison.  Nothing but a training reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.bundle_files import MODEL_FILES, sha256, write_model, write_text
from models.canonical_json import canonical_json
from models.loan_record import LoanRecord
from models.predictor import FORMAT, Predictor
from notes import OUTCOMES, ModelError

if TYPE_CHECKING:
    from models.classifier import OutcomeClassifier

FOLDER = "candidate"
FILES = (*MODEL_FILES, "loans.json", "manifest.json")
"""Text files, in the bundle's sub-folder ``candidate``; their sha256 are in the bundle's manifest under ``candidate``."""


@dataclass(frozen=True)
class CandidateWindow:
    """What the candidate can have known.

    Parameters
    ----------
    last_as_of_date
        The latest snapshot that it was fitted or calibrated on, ISO date.
    known_through
        The last day on which anything of those snapshots' outcomes was seen, ISO date.
    judged_months
        Months within which their outcomes counted.
    """

    last_as_of_date: str
    known_through: str
    judged_months: int


@dataclass(frozen=True)
class CandidateContents:
    """What is kept of a candidate.

    Parameters
    ----------
    classifier
        Fitted and calibrated, not refitted.
    loans
        Those it was fitted or calibrated on, open ones too.
    """

    classifier: OutcomeClassifier
    loans: LoanRecord
    window: CandidateWindow


@dataclass(frozen=True)
class Candidate:
    """A candidate that was read and found whole."""

    predictor: Predictor
    loans: LoanRecord
    window: CandidateWindow


def write_candidate(bundle: Path, contents: CandidateContents) -> dict[str, str]:
    """Write a candidate into a bundle's folder; give the sha256 of each of its files, for the bundle's manifest."""
    folder = bundle / FOLDER
    folder.mkdir()
    model = contents.classifier.model_
    write_model(folder, model)
    write_text(folder / "loans.json", canonical_json(contents.loans.to_dict()))
    manifest = {
        "format": FORMAT,
        "features": list(model.feature_names),
        "classes": [outcome.value for outcome in OUTCOMES],
        "files": {name: sha256((folder / name).read_bytes()) for name in MODEL_FILES},
        "window": asdict(contents.window),
    }
    write_text(folder / "manifest.json", canonical_json(manifest, indent=2))
    return {name: sha256((folder / name).read_bytes()) for name in FILES}


def read_candidate(bundle: Path, manifest: Mapping[str, Any], threads: int | None = None) -> Candidate | None:
    """Read a bundle's candidate; None where it has none, as bundles of before.

    Parameters
    ----------
    bundle
        The bundle's folder, whose manifest is known to be whole.

    Raises
    ------
    ModelError
        A file is absent, a link, or not the one that was saved; hashes are checked before LightGBM sees its text.
    """
    if "candidate" not in manifest:
        return None
    folder, hashes = Path(bundle) / FOLDER, manifest["candidate"]
    for name in FILES:
        path = folder / name
        own = path.is_file() and not (folder.is_symlink() or path.is_symlink())
        good = own and sha256(path.read_bytes()) == hashes.get(name)
        if not good:
            raise ModelError(f"bundle {bundle}: {FOLDER}/{name}: it is missing or was changed after it was saved")
    try:
        about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        loans = LoanRecord.from_dict(json.loads((folder / "loans.json").read_text(encoding="utf-8")))
        return Candidate(Predictor(folder, threads), loans, CandidateWindow(**about["window"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"bundle {bundle}: {FOLDER}: it cannot be read ({error})") from error
