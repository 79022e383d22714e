"""The model card: what the model is for, what it is not for, and how good it is, from the report's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features import FEATURES
from training.how_sure import HowSure
from training.judge import BUCKET_TABLE, MODEL
from training.page_built import calibration_chosen
from training.page_sure import BEYOND_WORDS, WHAT, WHAT_NOT, short_words, sure_table
from training.page_words import model_name, outcome_names, percent, sentence, spoken, trained_on, warning_of
from training.result import TrainingResult

GUIDANCE = "SR 26-2 / OCC Bulletin 2026-13"


@dataclass(frozen=True)
class CardPart:
    """A heading with its points, and a table below them, its heading first."""

    title: str
    points: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()


def model_card(result: TrainingResult, bundle_sha256: str) -> list[CardPart]:
    """Write the card's parts, in the order in which they are read."""
    return [
        CardPart("The model", _identity(result, bundle_sha256)),
        CardPart("Meant for", _purpose()),
        CardPart("Not meant for", _misuse(result.bundle.training_data)),
        CardPart("Data", _data(result)),
        CardPart("How good it is", _measures(result)),
        *_sure(result.how_sure),
        CardPart("Limits", _limits(result)),
        CardPart("Fair lending", _fairness(result)),
        CardPart("Governance", _governance(result)),
    ]


def card_markdown(parts: list[CardPart], training_data: str) -> str:
    """Write the card as Markdown."""
    warning = warning_of(training_data)
    lines = [f"# Model card: outcome probabilities, trained on {trained_on(training_data)}"]
    if warning:
        lines += ["", f"**{warning}**"]
    for part in parts:
        lines += ["", f"## {part.title}", "", *(f"- {_plain(point)}" for point in part.points)]
        lines += ["", *_markdown_table(part.table)] if part.table else []
    return "\n".join(lines) + "\n"


def _markdown_table(table: tuple[tuple[str, ...], ...]) -> list[str]:
    heading, *rows = ("| " + " | ".join(map(_plain, row)) + " |" for row in table)
    return [heading, "|---|" + "---:|" * (len(table[0]) - 1), *rows]


def _plain(text: str) -> str:
    """Keep what Markdown reads as markup from being read so; the text may hold a seller's name."""
    one_line = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        one_line = one_line.replace(mark, f"\\{mark}")
    return one_line


def _identity(result: TrainingResult, bundle_sha256: str) -> tuple[str, ...]:
    window: Mapping[str, str] = result.bundle.training_window
    calibrated = calibration_chosen(result.kept_report, out_of_time=result.split.out_of_time)
    return (
        f"Bundle {bundle_sha256}.",
        f"Gives each mortgage note the probabilities of four outcomes: {', '.join(outcome_names())}.",
        f"A log-linear pool of multinomial logits and gradient-boosted trees{', ' if calibrated else ''}{calibrated}; its "
        "mixture is chosen by cross-validation on the training data.",
        f"Trained on {trained_on(result.bundle.training_data)}, snapshots from {window['first_as_of_date']} to "
        f"{window['last_as_of_date']}, observed through {window['last_observed_through']}.",
    )


def _purpose() -> tuple[str, ...]:
    return (
        "Odds for pricing the purchase of single mortgage notes and small pools, current or delinquent, first or second "
        "lien, by people who read the flags and review the bids.",
        "Comparing notes, and asking what moves a bid.",
    )


def _misuse(training_data: str) -> tuple[str, ...]:
    return (
        *(("Any bid at all: it was trained on made notes.",) if training_data == "made" else ()),
        "Deciding which borrower is offered help, on what terms, or how a borrower is treated: loss mitigation is the "
        "servicer's duty under its own rules, and these odds reflect what was done in the past.",
        "Granting, refusing or pricing credit to a borrower.",
        "Kinds of notes that the training data do not hold: see the parts of the book in the report.",
    )


def _data(result: TrainingResult) -> tuple[str, ...]:
    data = result.data
    counts = ", ".join(f"{spoken(name)} {count:,}" for name, count in data.class_counts.items())
    return (
        f"{data.n_snapshots:,} snapshots of {data.n_loans:,} loans; resolved loans by outcome: {counts}.",
        f"{percent(data.open_share)} open; they are made up for by weights (largest {result.weights['all'].largest:.2f}, "
        f"effective size {result.weights['all'].effective_sample_size:,.0f}).",
        f"{len(FEATURES)} features, all from the tape and its payment history as known on the as-of date.",
        f"Split {result.split.statement}.",
    )


def _measures(result: TrainingResult) -> tuple[str, ...]:
    evaluation, judgement = result.evaluation, result.judgement
    scores = {one.name: one for one in evaluation.scores}
    mine, table = scores[MODEL], scores[BUCKET_TABLE]
    total = sum(one.actual for one in evaluation.counts)
    counts = "; ".join(
        f"{spoken(one.outcome)} {percent(one.predicted / total)} predicted, {percent(one.actual / total)} actual"
        for one in evaluation.counts
    )
    points = [
        f"On {evaluation.n_test:,} test notes: log loss {mine.log_loss:.4f} (bucket table {table.log_loss:.4f}), Brier "
        f"score {mine.brier_score:.4f}, classwise calibration error {mine.calibration_error:.4f}.",
        f"Shares on the test: {counts}.",
    ]
    if judgement.bids is not None:
        everything, won = judgement.bids.all_notes[MODEL], judgement.bids.won[MODEL]
        way = "too high" if won.bias > 0 else "too low"
        points.append(
            f"Bids differ from those in hindsight by ${everything.mean:.2f} per $100 of UPB on average (bucket table "
            f"${judgement.bids.all_notes[BUCKET_TABLE].mean:.2f}); among the fifth that one would win they are on average "
            f"${abs(won.bias):.2f} {way}."
        )
    if result.verdict.champion_name:
        return (*points, f"The gate was not asked: {result.verdict.nothing_to_promote}.")
    verdict = "may be promoted" if result.verdict.promote else "is NOT to be promoted"
    failed = [spoken(str(one)) for one in result.verdict.checks if one.required and not one.passed]
    return (*points, f"The gate says: it {verdict}.", *failed)


def _sure(sure: HowSure | None) -> tuple[CardPart, ...]:
    if sure is None:
        return ()
    points = (WHAT, WHAT_NOT, short_words(sure), BEYOND_WORDS)
    return (CardPart("How sure it is", points, sure_table(sure.intervals)),)


def _limits(result: TrainingResult) -> tuple[str, ...]:
    weak = [one for one in result.judgement.parts if one.difference.low > 0]
    worse = ", ".join(f"{spoken(one.by)} {one.value} ({one.n_notes:,} notes)" for one in weak)
    reference = model_name(result.judgement.part_reference).removeprefix("the ")
    return (
        "It knows what the data show: notes that were never bought, sellers never dealt with, laws and prices that changed "
        "since are not in it.",
        *(((f"Worse than the {reference} on: {worse}.",)) if weak else ()),
        *(sentence(one) for one in result.warnings),
        *(
            ("The test notes differ from those fitted on; see Drift in the report.",)
            if result.judgement.drift.drifts
            else ()
        ),
    )


def _fairness(result: TrainingResult) -> tuple[str, ...]:
    n_states = sum(one.by == "state" for one in result.judgement.parts)
    return (
        "No protected attribute (race, colour, religion, national origin, sex, marital status, familial status, age, "
        "disability, public assistance), no name and no ZIP code is a feature.",
        "Of geography the model sees how foreclosure works in the state: judicial or not, and how long it takes.",
        f"The report judges it apart by geography ({n_states} states or groups of states with enough test notes), "
        "occupancy, lien and seller.",
        "Features that stand in for a protected attribute cannot be ruled out: buying loans and loss mitigation are covered "
        "by fair lending law, and results by neighbourhood are for the user to review.",
    )


def _governance(result: TrainingResult) -> tuple[str, ...]:
    hashes = ", ".join(f"{name} {value}" for name, value in sorted(result.bundle.data_hashes.items()))
    return (
        f"Written with bank guidance on models in mind ({GUIDANCE}): purpose, data, measures beside simple "
        "alternatives, limits, monitoring by drift and by predicted against actual counts, and a gate with its reasons.",
        f"Data by sha256: {hashes}." if hashes else "Data: made by the generator, by a fixed seed.",
        "Settings, figures and this card are kept with the training's run.",
    )
