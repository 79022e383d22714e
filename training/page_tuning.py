"""The section of the report on the search for settings."""

from __future__ import annotations

from dataclasses import asdict

from notes.counts import count_of
from reports.page import Block, Section
from training.tune_result import PRUNED, Trial, Tuned

_SHOWN = 20


def tuning_sections(tuned: Tuned | None) -> list[Section]:
    """Show what was tried and what was decided; nothing where no search was asked for."""
    if tuned is None:
        return []
    blocks = [Block(text=f"{tuned.decision[0].upper()}{tuned.decision[1:]}. Judged on {tuned.folds}.")]
    if tuned.given is not None:
        blocks += [_settings_block(tuned, tuned.given), _trials_block(tuned)]
    return [Section("tuning", "Tuning", blocks)]


def _settings_block(tuned: Tuned, given: Trial) -> Block:
    best = asdict((tuned.best or given).settings)
    used, before = asdict(tuned.config.model.members), asdict(given.settings)
    rows = [(name, f"{before[name]:g}", f"{best[name]:g}", f"{used[name]:g}") for name in before]
    return Block(
        heading=("setting", "given", "best of the others", "used"), rows=rows, caption="Settings of the members"
    )


def _trials_block(tuned: Tuned) -> Block:
    ranked = sorted(tuned.trials, key=lambda one: (one.state == PRUNED, one.log_loss))
    return Block(
        heading=("trial", "log loss", "less the given", "standard error", ""),
        rows=[_trial_row(one) for one in ranked[:_SHOWN]],
        caption=f"The best of {count_of(len(ranked), 'trial')} on the folds",
        note="A trial stopped early was judged on some of the folds only, so its log loss does not compare.",
        folded="Trials",
    )


def _trial_row(one: Trial) -> tuple[str, ...]:
    against = one.against_given
    paired = ("", "") if against is None else (f"{against.estimate:+.4f}", f"{against.standard_error:.4f}")
    return (str(one.number), f"{one.log_loss:.4f}", *paired, "stopped early" if one.state == PRUNED else "")
