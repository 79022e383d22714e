"""Fannie Mae's layout on made mini-files, and the counts of a real sample where there is one."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

import tapes.fannie.records as records
from notes import TapeError, UsageError
from notes.months import format_month, parse_month
from tapes import ReadOptions, read_resolutions, read_tape
from tapes.fannie import FannieOptions, read_fannie, write_fannie
from tapes.resolutions import LabelSettings

FIRST = "2008-01"
CUT = "2008-12"
"""The twelfth record; the files' blank balances are over by then."""


def acquired(loan="100000000001", **changes):
    """One line of the acquisition file."""
    cells = {
        "loan": loan,
        "channel": "R",
        "seller": "OTHER",
        "rate": "6.0",
        "upb": "120000",
        "term": "360",
        "origination": "11/2007",
        "first": "01/2008",
        "ltv": "80",
        "cltv": "80",
        "borrowers": "1",
        "dti": "35",
        "score": "700",
        "ftb": "N",
        "purpose": "P",
        "type": "SF",
        "units": "1",
        "occupancy": "P",
        "state": "FL",
        "zip3": "331",
        "mi": "",
        "product": "FRM",
        "co": "",
        "mitype": "",
        "relocation": "N",
    }
    return "|".join((cells | changes).values())


def performed(path, loan="100000000001", first=FIRST, **events):
    """Lines of the performance file: a character a month (0-9 behind, x unknown, - no record).

    ``modified`` is the first month with the flag, ``code`` a pair of month and zero balance code, months counted from 1.
    """
    lines = []
    for i, status in enumerate(path):
        if status == "-":
            continue
        year, month = format_month(parse_month(first) + i).split("-")
        cells = [""] * 31
        cells[0], cells[1], cells[3] = loan, f"{month}/01/{year}", "6.0"
        cells[4] = "" if i < 6 else f"{119000 - 100 * i}.0"
        cells[8] = "12/2037"
        cells[10] = status if status != "x" else "X"
        cells[11] = "Y" if i + 1 >= events.get("modified", 999) else "N"
        if events.get("code", (0,))[0] == i + 1:
            cells[10], cells[12] = "-1", events["code"][1]
            cells[15], cells[22] = events.get("foreclosed", ""), "80000.5"
        if i + 1 >= events.get("deferred_from", 999):
            cells[26] = "9000.0"
        lines.append("|".join(cells))
    return lines


@pytest.fixture
def imported(tmp_path):
    def run(acquisitions, lines, **options):
        (tmp_path / "acquisition.txt").write_text("\n".join(acquisitions) + "\n")
        (tmp_path / "performance.txt").write_text("\n".join(lines) + "\n")
        return read_fannie(tmp_path / "acquisition.txt", tmp_path / "performance.txt", FannieOptions(**options))

    return run


@pytest.fixture
def at_cut(imported):
    """Import one loan as of the cut; give what was known then, and the label."""

    def run(path, **events):
        found = imported([acquired()], performed(path, **events), months=(CUT,))
        (outcome,), (detail,) = found.resolutions.outcome, found.resolutions.outcome_detail
        return found.resolutions, (outcome, detail)

    return run


def same_inputs(one, other):
    return one.tape.notes.frame.equals(other.tape.notes.frame) and np.array_equal(
        one.tape.history.months_delinquent, other.tape.history.months_delinquent
    )


BEFORE = "000000112233"
"""Twelve months: three behind at the cut."""


def test_history_runs_up_to_the_cut_and_the_outcome_starts_after_it(at_cut):
    resolutions, label = at_cut(BEFORE + "20" + "0" * 6)
    assert resolutions.tape.history.months_delinquent[0, -13:].tolist() == [-1, *map(int, BEFORE)]
    assert label == ("reperform", "reinstated")
    assert str(resolutions.tape.notes.days("as_of_date")[0]) == "2008-12-31"
    # Two behind in January, at 0 from February: the sixth month-end at 0 is July 2009.
    assert str(resolutions.resolution_date[0]) == "2009-07-31"
    assert str(resolutions.observed_through[0]) == "2009-08-31"


@pytest.mark.parametrize(
    ("after", "events", "label"),
    [
        ("3333333333", {}, ("", "")),
        ("2000000000", {}, ("reperform", "reinstated")),
        ("2000000000", {"modified": 13}, ("loss_mitigation", "modification")),
        ("3333333333", {"code": (20, "01")}, ("reperform", "payoff")),
        ("3333333333", {"code": (20, "02")}, ("foreclosure", "third_party")),
        ("3333333333", {"code": (20, "03")}, ("deed_in_lieu", "short_sale")),
        ("3333333333", {"code": (20, "09")}, ("foreclosure", "reo")),
        ("3333333333", {"code": (20, "06")}, ("", "")),
        ("3333333333", {"code": (20, "15")}, ("", "")),
        ("3333333333", {"code": (20, "16")}, ("", "")),
        ("3333333333", {"code": (20, "96")}, ("", "")),
    ],
)
def test_the_future_changes_the_label_and_nothing_that_was_known_at_the_cut(at_cut, after, events, label):
    ends = events.get("code", (22,))[0]
    plain, _ = at_cut(BEFORE + "3333333333")
    resolutions, found = at_cut((BEFORE + after)[:ends], **events)
    assert found == label
    assert same_inputs(resolutions, plain)


def test_a_modification_that_moves_one_month_across_the_cut_leaves_the_label_and_enters_what_is_known(at_cut):
    path = BEFORE + "0" * 8
    after, label_after = at_cut(path, modified=13)
    at, label_at = at_cut(path, modified=12)
    assert label_after == ("loss_mitigation", "modification")
    assert label_at == ("reperform", "reinstated")
    assert np.isnat(after.tape.notes.days("modification_date")[0])
    assert str(at.tape.notes.days("modification_date")[0]) == "2008-12-31"


def test_a_payoff_that_moves_to_the_cut_itself_takes_the_snapshot_away(imported, at_cut):
    _, label = at_cut(BEFORE + "3", code=(13, "01"))
    assert label == ("reperform", "payoff")
    with pytest.raises(TapeError, match="no snapshot can be taken"):
        imported([acquired()], performed(BEFORE, code=(12, "01")), months=(CUT,))


def test_a_foreclosure_counts_from_its_sale_where_that_comes_before_the_last_record(at_cut):
    resolutions, label = at_cut(BEFORE + "4567", code=(16, "09"), foreclosed="02/01/2009")
    assert label == ("foreclosure", "reo")
    assert str(resolutions.resolution_date[0]) == "2009-02-28"
    assert resolutions.net_proceeds.tolist() == [80000.5]


def test_a_missing_record_and_an_unknown_status_are_unknown_months(at_cut):
    resolutions, label = at_cut("00000-11x233" + "200000x000000")
    assert resolutions.tape.history.months_delinquent[0, -7:].tolist() == [-1, 1, 1, -1, 2, 3, 3]
    assert label == ("reperform", "reinstated")
    assert str(resolutions.resolution_date[0]) == "2010-01-31"


def test_a_note_is_followed_up_to_the_horizon_or_its_last_record(imported):
    lines = performed(BEFORE + "3" * 80)
    found = imported([acquired()], lines, months=(CUT,), labels=LabelSettings(24, 6)).resolutions
    assert found.is_open.tolist() == [True]
    assert str(found.observed_through[0]) == "2010-12-31"


def test_terms_and_value_are_those_of_the_agencys_files(at_cut):
    resolutions, _ = at_cut(BEFORE + "3333", deferred_from=10)
    note = resolutions.tape.notes.frame.iloc[0]
    # 119,000 - 11 x 100 less 9,000 deferred; 120,000 / 80 %.
    assert note["upb"] == 108900.0
    assert note["deferred_balance"] == 9000.0
    assert note["as_is_value"] == note["original_value"] == 150000.0
    assert note["note_rate"] == 0.06
    assert (note["dti"], note["original_ltv"], note["credit_score"]) == (0.35, 0.8, 700)
    assert (note["property_type"], note["occupancy"], note["rate_type"]) == ("single_family", "owner", "fixed")
    assert note["valuation_type"] == "original"
    assert str(note["maturity_date"].date()) == "2037-12-01"


def test_a_balance_that_the_file_leaves_blank_is_that_of_the_original_terms(imported):
    # As of March 2008 two of the three instalments due since January are paid, one is not.
    found = imported([acquired()], performed("0012222"), months=("2008-03",))
    rate, upb = 0.06 / 12, 120000.0
    instalment = upb * rate / (1 - (1 + rate) ** -360)
    for _ in range(2):
        upb -= instalment - upb * rate
    assert found.resolutions.tape.notes.number("upb")[0] == pytest.approx(upb, abs=0.005)
    assert any("1 with the balance of the original terms" in line for line in found.report)


def test_two_to_four_units_are_one_kind_of_property(imported):
    found = imported([acquired(type="CO", units="3", occupancy="I")], performed(BEFORE + "3"), months=(CUT,))
    frame = found.resolutions.tape.notes.frame
    assert (frame["property_type"][0], frame["occupancy"][0]) == ("2-4_unit", "tenant")


# Which snapshots.

PATHS = {f"10000000000{i}": path for i, path in enumerate(["0" * 30, "0123456789" * 3, "00112233445566" + "7" * 16])}


def many(paths=PATHS):
    return [acquired(loan) for loan in paths], [line for loan, path in paths.items() for line in performed(path, loan)]


def test_one_snapshot_a_loan_is_drawn_within_each_band(imported):
    found = imported(*many()).resolutions.tape
    behind = found.history.months_delinquent[:, -1]
    band = np.digitize(behind, [1, 2, 3, 6, 12, 24])
    pairs = list(zip(found.notes.text("loan_id"), band, strict=True))
    assert len(set(pairs)) == len(pairs)
    assert sorted(pairs) == sorted(
        [("100000000000", 0)] + [("100000000001", i) for i in range(5)] + [("100000000002", i) for i in range(5)]
    )


def test_the_draw_hangs_on_the_seed_and_the_loan_only(imported):
    acquisitions, lines = many()
    whole = imported(acquisitions, lines, seed=1).resolutions.tape.notes.frame
    shuffled = imported(acquisitions[::-1], lines[::-1], seed=1).resolutions.tape.notes.frame
    assert whole.equals(shuffled)
    alone = imported(acquisitions[1:2], lines, seed=1).resolutions.tape.notes.frame
    mine = whole[whole["loan_id"] == "100000000001"].reset_index(drop=True)
    assert mine.equals(alone)
    others = [
        imported(acquisitions, lines, seed=seed).resolutions.tape.notes.days("as_of_date") for seed in range(2, 6)
    ]
    assert any(not np.array_equal(one, whole["as_of_date"].to_numpy("datetime64[D]")) for one in others)


def test_small_batches_give_the_same_as_one(imported, monkeypatch):
    whole = imported(*many())
    monkeypatch.setattr(records, "_ROWS_AT_ONCE", 7)
    parts = imported(*many())
    assert whole.resolutions.tape.notes.frame.equals(parts.resolutions.tape.notes.frame)
    assert whole.report == parts.report


def test_every_so_many_months_takes_every_loan_in_them(imported):
    # Month indices divisible by 12 are Januaries; the last record, June 2010, has no month after it.
    found = imported(*many(), every=12).resolutions.tape
    assert sorted({str(day) for day in found.notes.days("as_of_date")}) == ["2008-01-31", "2009-01-31", "2010-01-31"]
    assert len(found) == 9


def test_the_tape_to_score_holds_notes_behind_in_their_worst_month_or_in_a_given_one(imported):
    worst = imported(*many()).delinquent
    assert worst.notes.text("loan_id").tolist() == ["100000000001", "100000000002"]
    assert worst.history.months_delinquent[:, -1].tolist() == [9, 7]
    assert str(worst.notes.days("as_of_date")[0]) == "2008-10-31"
    given = imported(*many(), tape_month="2008-04").delinquent
    assert {str(day) for day in given.notes.days("as_of_date")} == {"2008-04-30"}
    assert given.history.months_delinquent[:, -1].tolist() == [3, 1]


def test_what_is_written_reads_back_as_it_was(imported, tmp_path):
    found = imported(*many())
    resolutions, payments, tape, tape_payments = write_fannie(found, tmp_path / "out")
    back = read_resolutions(resolutions, payments)
    assert back.counts.excepted == 0
    assert same_inputs(found.resolutions, back.resolutions)
    assert back.resolutions.outcome.tolist() == found.resolutions.outcome.tolist()
    reading = read_tape(tape, ReadOptions(payments=tape_payments))
    assert reading.counts.excepted == 0
    assert all("W_VALUE_AT_ORIGINATION" in flags for flags in reading.flags)


# What is refused, what is counted.


def test_the_report_explains_deed_in_lieu_and_counts_everything(imported):
    acquisitions, lines = many()
    acquisitions[0] = acquired("100000000000", state="PR")
    lines += performed("0009", "100000000009", code=(4, "09"))
    report = "\n".join(imported(acquisitions, lines).report)
    assert 'code 09 is "deed in lieu; REO disposition" in one' in report
    assert "1 acquired loans left out, without a state" in report
    assert "2 loans with records cannot be told as a note" in report
    assert "1 code 09" in report
    assert "3 month-ends" in report


def test_a_note_of_two_files_of_another_layout_is_refused(imported, tmp_path):
    with pytest.raises(TapeError, match=r"acquisition.txt: 3 cells .*25 are needed"):
        imported(["1|2|3"], performed(BEFORE))
    with pytest.raises(TapeError, match=r"performance.txt: 2 cells .*31 are needed"):
        imported([acquired()], ["1|2"])
    with pytest.raises(TapeError, match="not readable in Fannie Mae's layout"):
        imported([acquired()], [*performed(BEFORE), "1|2|3"])
    with pytest.raises(TapeError, match="cannot be read"):
        read_fannie(tmp_path / "no.txt", tmp_path / "no.txt")


def test_the_quarter_as_a_26th_acquisition_column_is_read(imported):
    assert len(imported([acquired() + "|200704"], performed(BEFORE + "3"), months=(CUT,)).resolutions) == 1


def test_unknown_codes_repeated_months_and_unreadable_months_are_refused(imported):
    with pytest.raises(TapeError, match="zero balance codes 77 are not known"):
        imported([acquired()], performed(BEFORE, code=(12, "77")))
    with pytest.raises(TapeError, match="loan 100000000001 has two records of 2008-12"):
        imported([acquired()], performed(BEFORE) + performed("0", first=CUT))
    with pytest.raises(TapeError, match="1 records have no loan number or no month"):
        imported([acquired()], [*performed(BEFORE), performed("0", first=CUT)[0].replace("12/01/2008", "Dec 2008")])
    with pytest.raises(TapeError, match="stands there twice"):
        imported([acquired(), acquired()], performed(BEFORE))


def test_contradicting_settings_are_refused():
    for wrong in ({"months": ("2008-1",)}, {"every": 0}, {"every": 1, "months": (CUT,)}, {"seed": -1}):
        with pytest.raises(UsageError):
            FannieOptions(**wrong)


def test_without_duckdb_one_line_says_what_to_install(imported, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match=r"notebid\[agency\]"):
        imported([acquired()], performed(BEFORE))


SAMPLE = os.environ.get("NOTEBID_FANNIE_SAMPLE")


@pytest.mark.skipif(not SAMPLE, reason="NOTEBID_FANNIE_SAMPLE names no folder with the real sample")
def test_the_real_sample_gives_its_known_counts(tmp_path):
    folder = Path(SAMPLE)
    found = read_fannie(next(folder.glob("Acquisition*")), sorted(folder.glob("Performance*")))
    report = "\n".join(found.report)
    counts = ["138 code 01", "10 code 09", "2 code 03", "3 code 06", "23 active", "1 end before"]
    assert [one for one in counts if f" {one}" not in report] == []
    assert "10,000 loans acquired; 10,000 records of 177 loans, 2007-07 to 2017-12" in report
    assert "31 loans were ever three or more months behind, 16 modified." in report
    resolutions, payments, tape, tape_payments = write_fannie(found, tmp_path)
    back = read_resolutions(resolutions, payments)
    assert back.counts.excepted == 0
    assert same_inputs(found.resolutions, back.resolutions)
    assert read_tape(tape, ReadOptions(payments=tape_payments)).counts.excepted == 0
