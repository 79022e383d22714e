"""An explanation in words: the same for and against, whatever the outcome, and never more than was found."""

import json
import math
import re
from dataclasses import replace

import pytest

from notes import OUTCOMES
from reports.explanation import (
    LEAST_SHOWN,
    NoteExplanation,
    Reason,
    ReasonGroup,
    Similar,
    SimilarNote,
    bid_words,
    cut_line,
    effect,
    for_and_against,
)
from reports.explanation_page import explanation_page
from reports.explanation_text import explanation_lines
from reports.explanation_values import explanation_values
from reports.page import html_page


def _reason(name, *effects, value=4.0, usual=6.0):
    return Reason(name, "count", f"What {name} says.", name, f"{value:g}", value, usual, f"{usual:g}", effects)


PAID = _reason("paid", 0.9, 0.3, -0.2, -1.0)
MISSED = _reason("missed", -0.4, 0.02, 0.0, 0.38)
OWNER = _reason("owner", 0.06, 0.5, -0.6, 0.04)
SLIGHT = _reason("slight", 0.01, 0.01, -0.01, -0.01)


@pytest.fixture
def explanation():
    groups = (
        ReasonGroup("payment behaviour", (0.51, 0.33, -0.21, -0.63), (PAID, MISSED, SLIGHT)),
        ReasonGroup("occupancy and collateral", OWNER.effects, (OWNER,)),
    )
    similar = Similar(
        ("behind",),
        ("4",),
        (SimilarNote("R-1", "2021-03-31", "loss_mitigation", "deferral", 13.0, 0.14, ("5",)),),
        {"loss_mitigation": 1},
        1,
        812,
        1.4,
    )
    return NoteExplanation(
        banner="",
        loan_id="0017",
        seller="Acme",
        as_of_date="2025-06-30",
        facts=("first lien in FL", "UPB $100,000"),
        odds=dict(zip(map(str, OUTCOMES), (0.6, 0.3, 0.04, 0.06), strict=True)),
        bid={
            "bid": 71_250.0,
            "bid_status": "BID",
            "no_bid_reason": "",
            "bid_pct_upb": 0.7125,
            "bid_pct_value": 0.5,
            "binding_outcome": "deed_in_lieu",
            "expected_yield": math.nan,
        },
        average=(1.0, 0.5, -1.0, -0.5),
        groups=groups,
        total=(1.57, 1.33, -1.81, -1.09),
        similar=similar,
        model="ab" * 32,
        training_data="own",
    )


def _mirrored(explanation):
    def turn(effects):
        return tuple(-one for one in effects)

    groups = tuple(
        ReasonGroup(g.name, turn(g.effects), tuple(replace(one, effects=turn(one.effects)) for one in g.reasons))
        for g in explanation.groups
    )
    return replace(explanation, groups=groups)


def test_the_flags_of_a_bid_are_named_in_text_and_page_and_nothing_is_said_without_any(explanation):
    flagged = replace(explanation, bid=explanation.bid | {"flags": "FAR_FROM_TRAINING;SHORT_HISTORY"})
    assert "flags: FAR_FROM_TRAINING, SHORT_HISTORY" in explanation_lines(flagged)
    assert "held down most by deed in lieu. Flags: FAR_FROM_TRAINING, SHORT_HISTORY." in explanation_page(flagged).lead
    for bid in (explanation.bid, explanation.bid | {"flags": ""}):
        plain = replace(explanation, bid=bid)
        assert not any("lags:" in line for line in explanation_lines(plain))
        assert explanation_page(plain).lead.endswith("held down most by deed in lieu.")


def test_for_and_against_change_places_when_every_sign_is_turned(explanation):
    turned = _mirrored(explanation)
    for outcome in OUTCOMES:
        lists, mirrored = (
            [[r.words for r in one] for one in for_and_against(e, outcome)] for e in (explanation, turned)
        )
        assert lists == mirrored[::-1]


def test_the_strongest_comes_first_and_what_is_slight_is_left_out(explanation):
    speaking_for, against = for_and_against(explanation, OUTCOMES[0])
    assert [one.words for one in speaking_for] == ["paid", "owner"]
    assert [one.words for one in against] == ["missed"]
    assert SLIGHT.size < LEAST_SHOWN


def test_every_outcome_is_worded_by_the_same_rule(explanation):
    lines = explanation_lines(explanation)
    for outcome in OUTCOMES:
        start = next(i for i, line in enumerate(lines) if line.startswith(f"{outcome.replace('_', ' ')} "))
        assert [line.split()[0] for line in lines[start + 1 : start + 3]] == ["for", "against"]
    # missed moves the deed by nothing and loss mitigation by 0.02, so it is named for neither.
    text = "\n".join(lines)
    assert "deed in lieu 4.0%\n  for      nothing of weight\n  against  owner: 4 (-0.60); paid: 4 (-0.20)" in text
    assert "loss mitigation 30.0%\n  for      owner: 4 (+0.50); paid: 4 (+0.30)\n  against  nothing of weight" in text


def test_the_table_names_the_average_note_the_subjects_their_reasons_and_the_note(explanation):
    text = "\n".join(explanation_lines(explanation))
    for row in (
        r"the average note +\+1\.00 +\+0\.50 +-1\.00 +-0\.50",
        r"PAYMENT BEHAVIOUR +\+0\.51 +\+0\.33 +-0\.21 +-0\.63",
        r"  paid +4 +6 +\+0\.90 +\+0\.30 +-0\.20 +-1\.00",
        r"THIS NOTE +\+1\.57 +\+1\.33 +-1\.81 +-1\.09",
        r"R-1 +2021-03-31 +5 +loss mitigation \(deferral\) +13 +0\.14",
        r"Of the 1 most similar: reperform 0, loss mit\. 1, deed 0, foreclosure 0\.",
    ):
        assert re.search(f"(?m)^{row}", text), row
    assert "slight" not in text
    assert "before calibration" in text
    assert "average resolved note" in text


def test_a_partner_reads_it_on_one_page(explanation):
    lines = explanation_lines(explanation)
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 118


def test_a_long_list_of_reasons_goes_on_below_itself_and_keeps_an_effect_beside_its_value(explanation):
    long = tuple(_reason(f"{letter * 50} as it was", 0.9, -0.3, -0.3, -0.3) for letter in "abc")
    lines = explanation_lines(replace(explanation, groups=(ReasonGroup("equity", (0.9, -0.3, -0.3, -0.3), long),)))
    start, end = lines.index("reperform 60.0%"), lines.index("  against  nothing of weight")
    assert lines[start + 1].startswith("  for      aaa")
    assert all(line.startswith(" " * 11) for line in lines[start + 2 : end])
    assert " ".join(line.strip() for line in lines[start + 1 : end]).count("as it was: 4 (+0.90)") == 3
    assert not any(line.lstrip().startswith("(") for line in lines)
    assert "\N{NO-BREAK SPACE}" not in "".join(lines)


def test_what_must_be_read_first_comes_first(explanation):
    lines = explanation_lines(replace(explanation, banner="DEMO MODEL", remarks=("two dates",)))
    assert lines[0] == "DEMO MODEL"
    assert lines[-1] == "note: two dates"


def test_the_values_hold_every_feature_and_no_number_that_json_lacks(explanation):
    values = explanation_values(explanation)
    again = json.loads(json.dumps(values, allow_nan=False))
    assert [one["feature"] for one in again["groups"][0]["features"]] == ["paid", "missed", "slight"]
    assert again["groups"][0]["features"][1]["direction"] == {
        "reperform": "against", "loss_mitigation": "for", "deed_in_lieu": "neither", "foreclosure": "for",
    }  # fmt: skip
    assert again["bid"]["expected_yield"] is None


def test_the_page_holds_every_feature_with_its_meaning_and_escapes_what_the_tape_says(explanation):
    page = html_page(explanation_page(replace(explanation, loan_id="<b>17</b>")))
    assert "&lt;b&gt;17&lt;/b&gt;" in page
    assert "<b>17" not in page
    assert "What slight says." in page
    assert html_page(explanation_page(replace(explanation, similar=None))).count("None are kept with this model") == 1


def test_a_bid_under_review_and_no_bid_say_so():
    bid = {"bid": 1.0, "bid_pct_upb": 0.1, "bid_pct_value": 0.1, "binding_outcome": "foreclosure", "no_bid_reason": ""}
    assert "REVIEW: look at its flags" in bid_words({**bid, "bid_status": "REVIEW"})
    assert bid_words({**bid, "bid_status": "NO_BID", "no_bid_reason": "MIN_BID"}) == "no bid: MIN_BID"


@pytest.mark.parametrize("text", ["a\nb", "\x1b]0;title\x07", "\u202e\u200b", "\t\r\v", "é 中 🏠"])
def test_any_text_is_one_printable_line(text):
    assert cut_line(text).isprintable()
    assert len(cut_line(text * 100)) <= 60


def test_an_effect_has_its_sign_and_nothing_has_none():
    assert [effect(one) for one in (0.005, 0.0049, -0.0049, 0.0, -1.5)] == ["+0.01", "0.00", "0.00", "0.00", "-1.50"]


def test_ranges_are_shown_where_the_model_gives_them_and_nowhere_else(explanation):
    plain = "\n".join(explanation_lines(explanation))
    assert "reperform 60.0%\n" in plain
    assert "bid $71,250, 71.2% of UPB" in plain
    ranges = {f"p_{one}_{end}": value for one in OUTCOMES for end, value in (("low", 0.012), ("high", 0.345))}
    sure = replace(explanation, bid=explanation.bid | ranges | {"bid_low": 60_001.0, "bid_high": 80_002.0})
    text = "\n".join(explanation_lines(sure))
    assert "reperform 60.0% (1.2% to 34.5%)\n" in text
    assert "bid $71,250 ($60,001 to $80,002), 71.2% of UPB" in text
    page = html_page(explanation_page(sure))
    assert "60.0% (1.2% to 34.5%)" in page
    unknown = replace(explanation, bid=explanation.bid | dict.fromkeys([*ranges, "bid_low", "bid_high"], math.nan))
    assert "\n".join(explanation_lines(unknown)) == plain
