"""What the lines on the terminal say, and that they say what is so."""

from types import SimpleNamespace

import numpy as np

from notes import Outcome
from notes.outcome_times import CellTimes, OutcomeTimes
from training.page_words import open_words, taking_part
from training.report import STRATUM_WORDS, stratum_lines, time_lines, weight_lines
from training.splits import NoPart, Split
from training.stratum_report import StratumReport
from training.weights import CensoringWeights


def weighed(n_resolved, n_estimated, open_share=0.0):
    weight = np.ones(n_resolved + n_estimated)
    return CensoringWeights(weight, 1.5, 0, float(n_resolved), open_share, n_resolved, n_estimated)


def test_open_notes_with_likely_ends_are_not_counted_among_the_resolved():
    heading, row = weight_lines({"all": weighed(2_458, 6)})
    assert dict(zip(heading.split("  ")[-3:], row.split()[-3:], strict=True)) == {
        "resolved": "2,458",
        "ends estimated": "6",
        "capped": "0",
    }


def stratum(short, n_estimated, moved=0.0):
    shares = (0.4, 0.3, 0.1, 0.2)
    most = (*shares[:3], shares[3] + moved)
    return StratumReport(
        "s", ("s",), 100, 0.0, 20, 40.0, 1.0, 90.0, 90.0, short, 0.02, *[shares] * 4, most, n_estimated
    )


def test_ends_are_called_estimated_only_in_strata_where_some_are():
    strata = [stratum(False, 0), stratum(True, 0), stratum(True, 3), stratum(True, 3, moved=0.02)]
    _, *rows = stratum_lines(strata)
    assert tuple(rows[4:]) == STRATUM_WORDS
    assert [one.split("20.0-20.0")[1].strip() for one in rows[:4]] == [
        "",
        "short",
        "ends estimated",
        "SHORT_HISTORY",
    ]
    assert stratum_lines([]) == []


def test_what_open_means_is_said_of_parts_that_are_looked_at_over_fewer_months():
    assert open_words(60, 60) == "Open: without an outcome within 60 months of the as-of date."
    words = open_words(36, 60)
    assert "fit, calibrate and test: without an outcome within 36 months" in words
    assert "in all: within 60 months" in words


def split(no_part):
    rows = np.arange(1)
    return Split(rows, rows, rows, True, 8, 39, np.ones(1), "", no_part)


def test_resolved_snapshots_without_a_part_are_told_by_the_reason():
    # 100 + 20 + 40 = 160 of 225 take part; 30 + 20 + 5 are left out, so 10 came later than is judged.
    parts = {"fit": 100, "calibrate": 20, "test": 40}
    told = taking_part(225, parts, split(NoPart(30, 20, 5, 28)))
    said, _, others = told.partition(". The others: ")
    assert said == "160 of 225 resolved snapshots take part: 100 to fit, 20 to calibrate, 40 to test"
    reasons = others.removesuffix(". The model that is kept is fitted on all").split("; ")
    assert reasons == [
        "30 in the 8 months of the embargo",
        "20 too young, with less than 28 months for an outcome to show",
        "5 of loans that are used on the other side of a cut",
        "10 resolved after more than the 39 months that are judged, so open there",
    ]
    everything = taking_part(160, parts, split(NoPart()))
    assert everything == "160 of 160 resolved snapshots take part: 100 to fit, 20 to calibrate, 40 to test"


def test_months_are_months_and_a_forced_sale_is_so_many_times_its_states_process():
    cell = "judicial, in foreclosure"
    times = {
        Outcome.REPERFORM: {cell: CellTimes(25, (9.0, 11.0, 17.0))},
        Outcome.FORECLOSURE: {cell: CellTimes(40, (0.5, 1.0, 2.25))},
    }
    _, months, multiples, said = time_lines(SimpleNamespace(times=OutcomeTimes(times)))
    assert months.split()[-4:] == ["25", "9", "11", "17"]
    assert multiples.split()[-7:] == ["40", "0.50", "x", "1.00", "x", "2.25", "x"]
    assert said == "x: times the months that the state's own process takes to a sale"
    assert time_lines(None) == []
