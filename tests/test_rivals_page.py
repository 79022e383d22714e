"""What the comparison with other learners says of given results."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parent.parent / "benchmarks" / "rivals_page.py"


@pytest.fixture(scope="module")
def rivals_page():
    spec = importlib.util.spec_from_file_location("rivals_page", PATH)
    module = sys.modules["rivals_page"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["rivals_page"]


def record(name, seed, *blocks):
    chosen = {"learner": "lgbm"} if name == "other" else {"rounds": 61}
    return {
        "kind": "smooth",
        "size": 1500,
        "seed": seed,
        "name": name,
        "excess": sum(blocks) / len(blocks),
        "rows": 1250,
        "load": 1.0,
        "seconds": 6.0,
        "unit": 2.0,
        "version": "1.0",
        "chosen": chosen,
        "blocks": list(blocks),
    }


def of_seeds(name, *means):
    return [record(name, seed, mean, mean) for seed, mean in enumerate(means)]


def test_three_seeds_give_students_interval_of_their_differences(rivals_page):
    # Differences -1, -2, -3: mean -2, standard deviation 1; Student's t at 97.5 % with two degrees of freedom 4.302653:
    # -2 +- 4.302653 / sqrt(3) = -4.484138 to 0.484138.
    found = rivals_page.paired_difference(of_seeds("model", 1.0, 2.0, 3.0), of_seeds("other", 2.0, 4.0, 6.0))
    assert found.mean == pytest.approx(-2)
    assert (found.low, found.high) == pytest.approx((-4.484138, 0.484138), abs=1e-6)
    assert (found.better_seeds, found.n_seeds) == (3, 3)
    assert found.verdict == "equal within the interval"


def test_a_difference_that_every_seed_repeats_is_no_chance(rivals_page):
    better = rivals_page.paired_difference(of_seeds("model", 1.0, 2.0, 3.0), of_seeds("other", 1.5, 2.5, 3.5))
    worse = rivals_page.paired_difference(of_seeds("model", 1.5, 2.5, 3.5), of_seeds("other", 1.0, 2.0, 3.0))
    assert (better.verdict, worse.verdict) == ("better", "worse")


def test_one_seed_gives_an_interval_over_notes(rivals_page):
    # The blocks differ by -1 and by +1, so a draw of two blocks with replacement has mean -1, 0 or +1.
    found = rivals_page.paired_difference([record("model", 1, 0.0, 1.0)], [record("other", 1, 1.0, 0.0)])
    assert (found.mean, found.low, found.high) == pytest.approx((0, -1, 1))
    # Where all notes agree nothing is uncertain.
    alike = rivals_page.paired_difference([record("model", 1, 0.0, 0.0)], [record("other", 1, 0.5, 0.5)])
    assert (alike.low, alike.high) == pytest.approx((-0.5, -0.5))


def test_only_seeds_that_both_have_are_compared(rivals_page):
    records = [record("model", 1, 0.1, 0.1), record("model", 2, 0.9, 0.9), record("other", 1, 0.2, 0.2)]
    text = rivals_page.page(records, {"other": ("Another learner", "nothing"), "absent": ("Never run", "nothing")})
    assert "| Another learner | 0.2000 | -0.1000 | -0.1000 to -0.1000 | 1 of 1 | better | 3.0 | lgbm |" in text
    assert "| Never run | not run | nothing |" in text
    assert "- **better** in 1;" in text


def test_where_notebid_is_worse_it_is_said_by_name(rivals_page):
    records = [record("model", 1, 0.3, 0.3), record("other", 1, 0.2, 0.2)]
    text = rivals_page.page(records, {"other": ("Another learner", "nothing")})
    assert "- **worse** in 1: Another learner (smooth, 1,500)." in text
