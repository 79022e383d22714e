"""The section of the report on what the model consists of, as it was judged and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.page import Block, Section
from training.page_words import signed
from training.result import TrainingResult

_NONE = "–"
_MEMBERS = {
    "smooth": "logit on smooth terms",
    "flags": "logit with thresholds and products",
    "ridge": "logit that drops no term",
    "trees": "trees, random cuts",
    "exact_trees": "trees, every cut",
}
_CALIBRATIONS = {
    "none": "left as it is",
    "temperature": "one temperature",
    "vector": "a scale and an offset an outcome",
}


def built_section(result: TrainingResult) -> Section:
    """Show members, weights, floor and calibration of the model that was judged and of the one that is kept."""
    judged, kept = result.judged_report, result.kept_report
    reports = [one for one in (judged, kept) if one is not None]
    present = dict.fromkeys(name for one in reports for name in one["pool_weights"])
    rows = [(_MEMBERS.get(name, name), *_member_cells(judged, name), *_member_cells(kept, name)) for name in present]
    rows.append(("all together, weights fitted to these notes", _loss(judged, "pool"), "", _loss(kept, "pool"), ""))
    part = "the earlier notes" if result.split.out_of_time else "a part of the loans, drawn by chance,"
    text = (
        "Weights and settings are chosen by log loss on loans held out of each member's fit. The model that was judged was "
        f"fitted on {part} alone, the one that is kept on all of them, so their losses are of different notes and do not "
        "compare; and what takes part goes by the number of notes, so they may differ in that too."
    )
    heading = ("member", "held-out log loss, judged", "weight, judged", "held-out log loss, kept", "weight, kept")
    note = (
        f"{_NONE}: does not take part. Weights need not sum to 1. They are drawn towards equal ones, since a few hundred "
        "notes cannot tell members apart: all together may then do a little worse here than the best one alone. The loss of "
        "all together is a little too good, since weights and offsets were fitted to the very scores that it is the loss "
        "of; what the model is worth stands under Better than simpler rules. Offsets are added to the log odds of the "
        "outcomes: what is pooled gives a rare one less than its members do."
    )
    points = [*_chosen("As judged", judged), *_chosen("As kept", kept), *_calibration(kept)]
    return Section(
        "built", "How it was built", [Block(text=text, points=points, heading=heading, rows=rows, note=note)]
    )


def _member_cells(report: Mapping[str, Any] | None, name: str) -> tuple[str, str]:
    weights = {} if report is None else report["pool_weights"]
    return (_loss(report, name), f"{weights[name]:.2f}") if name in weights else (_NONE, _NONE)


def _loss(report: Mapping[str, Any] | None, name: str) -> str:
    losses = {} if report is None else report.get("held_out_log_loss", {})
    return f"{losses[name]:.4f}" if name in losses else _NONE


def _chosen(which: str, report: Mapping[str, Any] | None) -> list[str]:
    if report is None:
        return []
    rounds = ", ".join(f"{_MEMBERS.get(name, name)} {count:,}" for name, count in report.get("rounds", {}).items())
    moved = {name: offset for name, offset in report.get("offsets", {}).items() if offset}
    offsets = ", ".join(f"{name.replace('_', ' ')} {signed(offset, 2)}" for name, offset in moved.items())
    said = [
        f"{report['folds']} folds, least probability {100 * report['floor']:.2g}%",
        f"offsets: {offsets}" if offsets else "",
        f"rounds of boosting: {rounds}" if rounds else "",
    ]
    return [f"{which}: {'; '.join(one for one in said if one)}."]


def calibration_chosen(report: Mapping[str, Any], *, out_of_time: bool) -> str:
    """Say in half a sentence how the probabilities were calibrated; empty where that is not kept.

    Examples
    --------
    >>> calibration_chosen({"calibration": {"method": "none"}}, out_of_time=True)
    'its calibration left as it is, which did best on later notes'
    """
    found = report.get("calibration")
    if found is None:
        return ""
    notes = "later notes" if out_of_time else "notes that were not fitted on"
    if found["method"] == "none":
        return f"its calibration left as it is, which did best on {notes}"
    return f"calibrated on {notes} by {_CALIBRATIONS.get(found['method'], found['method'])}"


def _calibration(report: Mapping[str, Any]) -> list[str]:
    found = report.get("calibration")
    if found is None:
        return []
    losses = ", ".join(
        f"{_CALIBRATIONS.get(name, name)} {loss:.4f}" for name, loss in found["held_out_log_loss"].items()
    )
    chosen = _CALIBRATIONS.get(found["method"], found["method"])
    return [
        f"Calibration, on notes that were not fitted on: {chosen}; log loss there of each way: {losses}. The model that is "
        "kept takes as much of it as still applies."
    ]
