"""The page of rivals.py: tables, paired differences and what they say, from the records alone."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

MODEL = "model"
BLOCKS = 100
"""Blocks that the tape's notes are dealt into; a record keeps the mean excess of each, so that notes can be drawn anew."""
LEAST_SEEDS = 3
"""From so many seeds on the interval is over seeds, below over notes."""
CONFIDENCE = 0.95
DRAWS = 2_000
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """notebid's excess less a rival's, nats, mean over seeds, with its interval: below 0 notebid is nearer the truth."""

    mean: float
    low: float
    high: float
    better_seeds: int
    n_seeds: int

    @property
    def verdict(self) -> str:
        """Say it plainly."""
        if self.high < 0:
            return "better"
        return "worse" if self.low > 0 else "equal within the interval"


def paired_difference(model: Sequence[Record], rival: Sequence[Record]) -> Difference:
    """Compare two learners on the same worlds.

    Parameters
    ----------
    model, rival
        One record a seed each, in the same order of seeds, with the ``blocks`` of their excess.

    Notes
    -----
    From three seeds on Student's interval over the seeds' mean differences; below that percentiles of a bootstrap over blocks of
    notes, which says nothing of another draw of the resolutions.
    """
    blocks = np.array([one["blocks"] for one in model]) - np.array([one["blocks"] for one in rival])
    by_seed = blocks.mean(axis=1)
    mean, n = float(by_seed.mean()), len(by_seed)
    low, high = _over_seeds(by_seed) if n >= LEAST_SEEDS else _over_notes(blocks)
    return Difference(mean, low, high, int((by_seed < 0).sum()), n)


def _over_seeds(by_seed: NDArray[np.float64]) -> tuple[float, float]:
    n = len(by_seed)
    reach = stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) * by_seed.std(ddof=1) / np.sqrt(n)
    return float(by_seed.mean() - reach), float(by_seed.mean() + reach)


def _over_notes(blocks: NDArray[np.float64]) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    drawn = [np.mean([one[generator.integers(0, len(one), len(one))].mean() for one in blocks]) for _ in range(DRAWS)]
    low, high = np.quantile(drawn, [0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    return float(low), float(high)


def page(records: Sequence[Record], rivals: Mapping[str, tuple[str, str]]) -> str:
    """Write the page.

    Parameters
    ----------
    records
        What ``rivals.py`` keeps, one a world, size, seed and learner.
    rivals
        Label of each learner and what it got.
    """
    cells = sorted({(one["size"], one["kind"]) for one in records})
    compared = {cell: _compare(records, cell, list(rivals)) for cell in cells}
    lines = [*_head(records, rivals), *_summary(compared, rivals)]
    for cell in cells:
        lines += _cell_table(records, cell, compared[cell], rivals)
    return "\n".join(lines).rstrip() + "\n"


Cell = tuple[int, str]


def _of(records: Sequence[Record], cell: Cell, name: str) -> dict[int, Record]:
    """Give the records of a learner by seed."""
    found = {one["seed"]: one for one in records if (one["size"], one["kind"]) == cell and one["name"] == name}
    return dict(sorted(found.items()))


def _compare(records: Sequence[Record], cell: Cell, names: Sequence[str]) -> dict[str, Difference]:
    model = _of(records, cell, MODEL)
    found = {}
    for name in names:
        rival = _of(records, cell, name)
        seeds = [seed for seed in rival if seed in model]
        if seeds:
            found[name] = paired_difference([model[seed] for seed in seeds], [rival[seed] for seed in seeds])
    return found


def _head(records: Sequence[Record], rivals: Mapping[str, tuple[str, str]]) -> list[str]:
    loads = [one["load"] for one in records]
    sizes = " ".join(str(size) for size in sorted({one["size"] for one in records}))
    seeds = " ".join(str(seed) for seed in sorted({one["seed"] for one in records}))
    versions = {name: ", ".join(sorted({one["version"] for one in records if one["name"] == name})) for name in rivals}
    return [
        "# Beside other learners",
        "",
        "How near the known truth of made worlds notebid's model comes beside other learners. Reprint, or go on with further",
        "sizes and seeds, after the set-up of [benchmarks/README.md](../benchmarks/README.md), with",
        "",
        f"    python benchmarks/rivals.py --sizes {sizes} --seeds {seeds} --resume --out docs/rivals.md",
        "",
        "**Excess log loss**: mean cross-entropy against the true probabilities less that of the truth, nats, on a separate made tape",
        "of 20,000 notes; 0 is perfect. Everybody got the same rows (resolved notes, and the open ones of strata with a short history at",
        "their likely outcomes), the same features and the same weights for open notes ([open_notes.md](open_notes.md)), and the same",
        "least probability of an outcome as notebid's model. notebid is the whole `train`: fitted, calibrated on later notes, refitted; up",
        "to 20,000 rows its last fit takes in all open notes, which is part of its recipe and which no other learner here does.",
        "",
        f"**Difference**: notebid's excess less the learner's on the same worlds, mean over seeds; from {LEAST_SEEDS} seeds on with Student's",
        f"{CONFIDENCE:.0%} interval over seeds, below with a bootstrap over notes, which says nothing of another draw of the resolutions.",
        "Below 0 notebid is nearer the truth. **Time** is in units of one plain LightGBM fit (31 leaves, one thread) of as many rounds as",
        f"the pool's trees have, timed beside it: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, load average "
        f"{min(loads):.0f} to {max(loads):.0f}, so it is rough.",
        "notebid's time holds the trial, its judgement and the refit.",
        "",
        "**Cross-validation** is by weighted log loss over the very folds of loans that notebid's members get (five, four above 20,000",
        "rows), then a fit on every row; a fold stops after 50 rounds without a better loss.",
        "",
        "| learner | version | what it got |",
        "|---|---|---|",
        *(f"| {label} | {versions[name] or 'not run'} | {got} |" for name, (label, got) in rivals.items()),
        "",
    ]


def _summary(compared: Mapping[Cell, Mapping[str, Difference]], rivals: Mapping[str, tuple[str, str]]) -> list[str]:
    verdicts: dict[str, list[str]] = {"better": [], "equal within the interval": [], "worse": []}
    for (size, kind), differences in compared.items():
        for name, one in differences.items():
            verdicts[one.verdict].append(f"{rivals[name][0]} ({kind}, {size:,})")
    total = sum(map(len, verdicts.values()))
    lines = ["## In short", "", f"notebid in {total} comparisons of a learner, a world and a size:", ""]
    lines.append(f"- **better** in {len(verdicts['better'])};")
    for verdict in ("equal within the interval", "worse"):
        which = ": " + "; ".join(verdicts[verdict]) if verdicts[verdict] else ""
        lines.append(f"- **{verdict}** in {len(verdicts[verdict])}{which}{';' if verdict != 'worse' else '.'}")
    return [*lines, ""]


def _cell_table(
    records: Sequence[Record], cell: Cell, compared: Mapping[str, Difference], rivals: Mapping[str, tuple[str, str]]
) -> list[str]:
    size, kind = cell
    model = _of(records, cell, MODEL)
    rows = ", ".join(f"{one['rows']:,}" for one in model.values())
    lines = [
        f"## {kind}, {size:,} resolutions",
        "",
        f"Rows fitted: {rows} (seeds {', '.join(map(str, model))}).",
        "",
        "| learner | excess | notebid less learner | interval | seeds notebid is ahead in | notebid is | time | chosen |",
        "|---|--:|--:|---|--:|---|--:|---|",
        f"| **notebid** | **{_mean(model, 'excess'):.4f}** | | | | | {_time(model)} | {_chosen(model)} |",
    ]
    for name, one in sorted(compared.items(), key=lambda item: _mean(_of(records, cell, item[0]), "excess")):
        rival = _of(records, cell, name)
        lines.append(
            f"| {rivals[name][0]} | {_mean(rival, 'excess'):.4f} | {one.mean:+.4f} | {one.low:+.4f} to {one.high:+.4f} | "
            f"{one.better_seeds} of {one.n_seeds} | {one.verdict} | {_time(rival)} | {_chosen(rival)} |"
        )
    return [*lines, ""]


def _mean(by_seed: Mapping[int, Record], field: str) -> float:
    return float(np.mean([one[field] for one in by_seed.values()])) if by_seed else float("nan")


def _time(by_seed: Mapping[int, Record]) -> str:
    return f"{np.mean([one['seconds'] / one['unit'] for one in by_seed.values()]):.1f}" if by_seed else ""


def _chosen(by_seed: Mapping[int, Record]) -> str:
    """Say what was chosen, seed by seed."""
    rounds = [str(one["chosen"]["rounds"]) for one in by_seed.values() if "rounds" in one["chosen"]]
    learners = [one["chosen"]["learner"] for one in by_seed.values() if "learner" in one["chosen"]]
    return f"rounds {', '.join(rounds)}" if rounds else ", ".join(learners)
