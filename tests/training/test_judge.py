"""The model beside the champion: each pair of figures on the same notes, and said on which."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from training.class_means import MeansBeside, MeanTest
from training.config import TrainingConfig
from training.evaluate import Judged
from training.gate import Rule
from training.judge import evaluate, judge
from training.judgement_bids import HISTOGRAM_EDGES, BidErrors, BidJudgement
from training.page_context import bids_section
from training.page_measures import baselines_section, counts_section, gate_block, parts_section
from training.report import score_lines
from training.rival import Rival

CONFIG = TrainingConfig.from_toml()
CONFIG = replace(CONFIG, gate=replace(CONFIG.gate, bootstrap_draws=100))
EVEN = np.full((6, 4), 0.25)
MINE = np.array([[0.7, 0.1, 0.1, 0.1]] * 4 + [[0.1, 0.1, 0.1, 0.7]] * 2)
JUDGED = Judged(np.array([0, 0, 3, 0, 0, 0]), np.ones(6), np.arange(6))
COMPARED = np.array([True] * 4 + [False] * 2)


def evaluated(compared=COMPARED):
    probabilities = {"model": MINE, "bucket_table": EVEN, "champion": EVEN}
    rival = Rival(EVEN, compared, "compared with version 2")
    return evaluate(JUDGED, probabilities, {}, CONFIG, fitted_on=np.inf, unseen_share=0.0, rival=rival)


def test_the_shares_of_both_are_tested_on_the_notes_that_both_are_judged_on():
    found = evaluated()
    # All six: reperform (4 * .7 + 2 * .1) / 6 = .5 predicted, 5 of 6 actual; the first four: .7 against 3 of 4, and .25.
    assert found.mean_test.differences[0] == pytest.approx(0.5 - 5 / 6)
    assert found.means_beside.model.differences[0] == pytest.approx(-0.05)
    assert found.means_beside.champion.differences[0] == pytest.approx(-0.5)


@pytest.mark.parametrize(("p_value", "required"), [(0.01, False), (0.2, True)])
def test_the_gate_is_given_what_was_found_on_the_compared_notes(p_value, required):
    off = (0.04, 0.0, 0.0, -0.04)
    beside = MeansBeside(MeanTest(off, 0.3), MeanTest(off, p_value))
    found = replace(evaluated(), mean_test=MeanTest(off, 0.001), means_beside=beside)
    assert judge(Rule.CHAMPION, found, CONFIG.gate).checks[1].required is required


def test_the_champions_row_says_its_notes_and_the_models_figures_on_them_stand_beside():
    found = evaluated()
    # Model on the four: (3 * -ln .7 + -ln .1) / 4 = (1.07002 + 2.30259) / 4 = .8432; on all six two more of -ln .1: 1.3296.
    lines = score_lines(found)
    by_name = {line.split("  ")[0]: line for line in lines}
    assert by_name["6 notes"].split()[2:4] == ["log", "loss"]
    assert "1.3296" in by_name["model"]
    assert "0.8432" in by_name["model, on the 4 compared notes"]
    assert "1.3863" in by_name["champion, on the 4 compared notes"]  # -ln .25
    assert by_name.keys() >= {"bucket table"}
    # .8432 - 1.3863, as the paired difference has it
    assert "-0.5431" in by_name["champion, on the 4 compared notes"]
    rows = {row[0]: row[1] for row in baselines_section(found, 0.95).blocks[0].rows}
    assert rows["this model, on the 4 compared notes"] == "0.8432"
    assert rows["the champion, on the 4 compared notes"] == "1.3863"


def test_where_all_notes_are_compared_no_row_says_a_number():
    found = evaluated(np.ones(6, dtype=bool))
    assert found.compared is None
    assert not any("compared" in line for line in score_lines(found))


@pytest.mark.parametrize(("p_value", "said"), [(0.051, "agree within chance"), (0.049, "differ by more than chance")])
def test_one_test_of_the_shares_is_told_by_the_gate_and_beside_the_counts(p_value, said):
    found = replace(evaluated(), mean_test=MeanTest((0.03, 0.0, 0.0, -0.03), p_value))
    verdict = judge(Rule.FIRST_MODEL, found, CONFIG.gate)
    [check] = [one for one in verdict.checks if one.name == "shares of the outcomes"]
    assert check.passed == (said == "agree within chance")  # 3 points are more than the 2 allowed, so chance decides
    [counts] = counts_section(found, CONFIG.gate.confidence).blocks
    assert said in counts.text
    figures = next(row[2] for row in gate_block(verdict.checks).rows if row[0] == "shares of the outcomes")
    shares = [
        re.search(r"sound model is as far off in (\S+) of cases", text).group(1) for text in (counts.text, figures)
    ]
    assert shares == [f"{100 * p_value:.1f}%"] * 2


@pytest.mark.parametrize(("compared", "said"), [(COMPARED, True), (np.ones(6, dtype=bool), False)])
def test_bids_and_parts_are_said_to_be_of_the_compared_notes_where_these_are_not_all(compared, said):
    errors = {"model": BidErrors(3, 1.0, 2.0, 0.5, 0.4)}
    bids = BidJudgement(1, errors, errors, (1.0, *[0.0] * (len(HISTOGRAM_EDGES) - 2)))
    judgement = SimpleNamespace(bids=bids, parts=(), delinquent_parts=(), part_reference="champion")
    evaluation = evaluated(compared)
    money = bids_section(evaluation, judgement).blocks[0].text
    parts = parts_section(evaluation, judgement, 0.95).blocks[0].text
    assert money.startswith("Each of 3 test notes was priced twice")
    for text in (money, parts):
        assert ("the 4 of 6 test notes that count beside the champion" in text) == said
