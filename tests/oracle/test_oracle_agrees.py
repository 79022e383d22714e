"""Pricing against an oracle that was written from docs/pricing.md alone: every column, note by note."""

from __future__ import annotations

import ast
import copy
import random
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from comparison import differences, rows_of, sheet_of
from corner_notes import CORNERS, corner_case
from oracle import REVIEWED
from random_assumptions import random_assumptions, toml_text
from random_notes import random_case

from notes import OutcomeRecoveries, OutcomeTimelines
from pricing import Assumptions, OwnTerms

PAGE = Path(__file__).parents[2] / "docs" / "pricing.md"
SHIPPED = Path(__file__).parents[2] / "configs" / "assumptions.toml"
REASONS = {"", "EXPECTED_PRICE", "FLOOR_PRICE", "CAP", "MIN_BID"}
FILLS = set(re.findall(r"`(FILL_[A-Z_]+)`", PAGE.read_text(encoding="utf-8")))
OTHER_FLAGS = {"WALK_AWAY", "INVERTED", "NO_YIELD"}
CAPS = {"CAP_UPB", "CAP_VALUE", "CAP_LEGAL_BALANCE"}


@pytest.fixture(scope="module")
def shipped() -> dict:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def _random_cases(seed: int, n: int) -> list:
    rng = random.Random(seed)
    return [random_case(rng, f"{seed}-{j}") for j in range(n)]


def _assert_agree(cases: list, assumptions: dict, path: Path) -> list:
    """Price the cases both ways and give the oracle's rows; ``path`` holds the same assumptions."""
    rows = rows_of(cases, assumptions)
    sheet = sheet_of(cases, Assumptions.from_toml(path))
    wrong = [one for one in differences(cases, sheet, rows) if not one[-1] <= 1]
    listing = "\n".join(
        f"{loan} {column}: pricing {ours!r}, oracle {theirs!r}" for loan, column, ours, theirs, _ in wrong[:20]
    )
    assert not wrong, f"{len(wrong)} cells differ, the first:\n{listing}"
    return rows


def _assert_agree_under_random_assumptions(seed: int, n_sets: int, n_notes: int, shipped: dict, folder: Path) -> None:
    rng = random.Random(seed)
    for j in range(n_sets):
        assumptions = random_assumptions(rng, shipped)
        path = folder / f"assumptions_{seed}_{j}.toml"
        path.write_text(toml_text(assumptions), encoding="utf-8")
        cases = [random_case(rng, f"{seed}-{j}-{i}") for i in range(n_notes)]
        _assert_agree(cases, tomllib.loads(path.read_text(encoding="utf-8")), path)


def test_random_notes_price_as_the_page_says(shipped: dict) -> None:
    rows = _assert_agree(_random_cases(1, 300), shipped, SHIPPED)
    assert {row["bid_status"] for row in rows} == {"BID", "REVIEW", "NO_BID"}
    assert {row["no_bid_reason"] for row in rows} == REASONS
    assert set().union(*(row["flags"] for row in rows)) == REVIEWED | FILLS | OTHER_FLAGS | CAPS


@pytest.mark.parametrize("corner", CORNERS)
def test_corners_price_as_the_page_says(corner: str, shipped: dict) -> None:
    rng = random.Random(corner)
    _assert_agree([corner_case(rng, corner, f"{corner}-{j}") for j in range(12)], shipped, SHIPPED)


def test_random_assumptions_price_as_the_page_says(shipped: dict, tmp_path: Path) -> None:
    _assert_agree_under_random_assumptions(2, 12, 6, shipped, tmp_path)


def test_buying_at_no_fixed_cost_prices_as_the_page_says(shipped: dict, tmp_path: Path) -> None:
    free = copy.deepcopy(shipped)
    free["closing"]["fixed_acquisition_per_note"] = 0.0
    path = tmp_path / "free.toml"
    path.write_text(toml_text(free), encoding="utf-8")
    _assert_agree(_random_cases(7, 30), free, path)


def _own_terms(rng: random.Random, n: int) -> tuple[list, OwnTerms]:
    """Months and recoveries of each note, for the oracle and for pricing; some of the recoveries are the table's."""
    weights = [0.2, 0.5, 0.3]
    months = [[sorted(rng.uniform(0.2, 90) for _ in range(3)) for _ in range(4)] for _ in range(n)]
    shares = [[rng.uniform(-0.1, 1.3) for _ in range(4)] for _ in range(n)]
    mine = [[rng.random() < 0.7 for _ in range(4)] for _ in range(n)]
    oracle = [
        {
            "weights": weights,
            "months": {"deed_in_lieu": times[2], "foreclosure": times[3]},
            "recoveries": {name: share[k] for k, name in ((2, "deed_in_lieu"), (3, "foreclosure")) if own[k]},
        }
        for times, share, own in zip(months, shares, mine, strict=True)
    ]
    source = np.where(np.array(mine), "blended", "table")
    timelines = OutcomeTimelines(np.array(months), np.array(weights), np.full((n, 4), "blended"))
    return oracle, OwnTerms(timelines, OutcomeRecoveries(np.array(shares), source))


@pytest.mark.parametrize("part", ["both", "timelines", "recoveries"])
def test_own_months_and_recoveries_price_as_the_page_says(part: str, shipped: dict) -> None:
    cases = _random_cases(8, 100)
    oracle, own = _own_terms(random.Random(9), len(cases))
    if part == "timelines":
        own = OwnTerms(timelines=own.timelines)
        oracle = [{key: value for key, value in one.items() if key != "recoveries"} for one in oracle]
    if part == "recoveries":
        own = OwnTerms(recoveries=own.recoveries)
        oracle = [{"recoveries": one["recoveries"]} for one in oracle]
    rows = rows_of(cases, shipped, own=oracle)
    sheet = sheet_of(cases, Assumptions.from_toml(SHIPPED), own=own)
    assert [one for one in differences(cases, sheet, rows) if not one[-1] <= 1] == []
    plain = sheet_of(cases, Assumptions.from_toml(SHIPPED)).frame
    for name, moved in (
        ("reperform", False),
        ("loss_mitigation", False),
        ("deed_in_lieu", True),
        ("foreclosure", True),
    ):
        assert (plain[f"price_{name}"] != sheet.frame[f"price_{name}"]).any() == moved


@pytest.mark.slow
def test_two_thousand_random_notes_price_as_the_page_says(shipped: dict) -> None:
    _assert_agree(_random_cases(3, 2000), shipped, SHIPPED)


@pytest.mark.slow
def test_a_hundred_sets_of_random_assumptions_price_as_the_page_says(shipped: dict, tmp_path: Path) -> None:
    _assert_agree_under_random_assumptions(4, 100, 5, shipped, tmp_path)


def test_a_forced_review_is_as_the_page_says(shipped: dict) -> None:
    cases = _random_cases(5, 30)
    rows = rows_of(cases, shipped, review_reason="DEMO_MODEL")
    sheet = sheet_of(cases, Assumptions.from_toml(SHIPPED), review_reason="DEMO_MODEL")
    assert [one for one in differences(cases, sheet, rows) if not one[-1] <= 1] == []
    assert {row["bid_status"] for row in rows} == {"REVIEW"}


def test_the_comparison_sees_one_assumption_moved(shipped: dict) -> None:
    cases = _random_cases(6, 30)
    sheet = sheet_of(cases, Assumptions.from_toml(SHIPPED))
    moved = copy.deepcopy(shipped)
    moved["reo"]["months"] += 1
    assert any(gap > 1 for *_, gap in differences(cases, sheet, rows_of(cases, moved)))


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("oracle*.py")), ids=lambda path: path.stem)
def test_the_oracle_imports_nothing_of_the_project(path: Path) -> None:
    allowed = sys.stdlib_module_names | {one.stem for one in path.parent.glob("oracle*.py")}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names} <= allowed
