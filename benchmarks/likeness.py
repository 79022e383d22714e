"""Which measure of likeness finds resolved notes whose true odds are the note's?

    python benchmarks/likeness.py

Prints, for made worlds, how far the true odds of a note are from those of its five nearest resolved notes (total variation,
the mean over notes and neighbours; 0 is the same odds), with the standard error of the difference to the measure in use.
"""

from __future__ import annotations

import argparse

import numpy as np

from features import NoteFeatures
from models.classifier import OutcomeClassifier
from models.references import reasons_of
from worlds import WorldSettings, make_world

N_TAPE, N_NEAR = 1_000, 5
RUNS = [(kind, n, seed) for n in (1_000, 3_000) for kind in ("smooth", "steps") for seed in (1, 2)]


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print(f"{'world':<8}{'resolved':>9}  {'measure':<44}{'distance':>9}{'difference':>12}{'se':>8}")
    for kind, n_resolutions, seed in RUNS:
        world = make_world(WorldSettings(kind, n_resolutions, N_TAPE, seed))
        kept = np.flatnonzero(~world.resolutions.is_open)
        frame = NoteFeatures().transform(world.resolutions.tape).iloc[kept]
        labels = world.resolutions.outcome[kept].astype(str)
        model = OutcomeClassifier(max_rounds=600, n_folds=3, n_jobs=-1).fit(frame, labels).model_
        tape = NoteFeatures().transform(world.tape).to_numpy()
        truths = world.resolutions_truth[kept], world.tape_truth
        used = None
        for name, (all_notes, notes) in measures(model, frame.to_numpy(), tape).items():
            distance = odds_apart(all_notes, notes, *truths)
            used = distance if used is None else used
            apart = distance - used
            error = apart.std(ddof=1) / np.sqrt(len(apart))
            print(f"{kind:<8}{len(kept):>9,}  {name:<44}{distance.mean():>9.4f}{apart.mean():>+12.4f}{error:>8.4f}")
    return 0


def measures(model, known, tape):
    """Give each measure as coordinates whose Euclidean distance it is: of the resolved notes, and of the tape's."""
    reasons, of_tape = reasons_of(model, known), reasons_of(model, tape)
    weight = np.abs(reasons).mean(axis=(0, 2))
    plain, logs = standardised(known, tape), standardised(bent(known), bent(tape))
    sums = reasons.sum(axis=1), of_tape.sum(axis=1)
    return {
        "reasons (in use)": (reasons.reshape(len(known), -1), of_tape.reshape(len(tape), -1)),
        "scores alone": sums,
        "standardised features": plain,
        "standardised features x importance": tuple(one * weight for one in plain),
        "standardised logs of features x importance": tuple(one * weight for one in logs),
    }


def standardised(known, tape):
    some = np.where(np.isnan(known).all(axis=0), 0.0, known)  # a feature missing on every note tells nothing
    mean, sd = np.nanmean(some, axis=0), np.nanstd(some, axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    return tuple(np.nan_to_num((one - mean) / sd) for one in (known, tape))


def bent(values):
    return np.sign(values) * np.log1p(np.abs(values))


def odds_apart(all_notes, notes, truth, tape_truth):
    apart = []
    for note, odds in zip(notes, tape_truth, strict=True):
        near = np.argsort(((all_notes - note) ** 2).sum(axis=1), kind="stable")[:N_NEAR]
        apart.append(0.5 * np.abs(truth[near] - odds).sum(axis=1).mean())
    return np.array(apart)


if __name__ == "__main__":
    raise SystemExit(main())
