"""Faults of files, one test a row of the table in docs/faults.md, its number in the test's name."""

import errno
import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from notes import TapeError
from tapes import ReadOptions, read_tape
from tests.tapes.corpus import cells, grid, kinds, pay
from tests.tapes.corpus.disguises import disguises
from tests.tapes.corpus.made import SOME, MadeFile, Tape
from tests.tapes.corpus.running import assert_as_expected, password_of, read_made, refusal_of, score
from tests.tapes.corpus.troubles import edited, troubles, with_entities
from tests.tapes.corpus.truth import TODAY
from tests.tapes.corpus.vocabulary import PLAIN


def _some(**more):
    """Forty made notes under plain headings, changed as said."""
    return Tape(**({"name": "tape", "notes": SOME, "headings": PLAIN, "pay": pay.newest_right()} | more))


def _book(**more):
    return _some(**({"write": kinds.workbook(), "file_name": "tape.xlsx"} | more))


def _from_corpus(name) -> MadeFile:
    return next(file for file in (*disguises(), *troubles()) if file.name == name)


def _bytes_of(file) -> bytes:
    return file.data()


def _write(tmp_path, data, name="tape.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_fault_01_a_path_that_is_missing_a_folder_or_closed_to_us_is_told_in_one_line(tmp_path, capsys):
    _write(tmp_path, b"x", "pool_7_tape.csv")
    missing = score(tmp_path / "pool_7_tap.csv", tmp_path, capsys)
    folder = score(tmp_path, tmp_path, capsys)
    assert (missing.code, folder.code) == (3, 3)
    assert "pool_7_tape.csv" in missing.err
    told = [line for line in missing.err.splitlines() if "pool_7_tap.csv" in line]
    assert len(told) <= 2  # the log's line, and the error's
    closed = _write(tmp_path, b"x", "closed.csv")
    closed.chmod(0)
    if not os.access(closed, os.R_OK):  # the administrator may read everything
        assert score(closed, tmp_path, capsys).code == 3


@pytest.mark.parametrize("name", ["empty-file", "heading-only", "blank-rows-only"])
def test_fault_02_a_file_without_loans_is_refused_and_leaves_no_output(name, tmp_path, capsys):
    path = _from_corpus(name).write(tmp_path / "in")
    done = score(path, tmp_path, capsys)
    assert done.code == 3
    assert not done.folder.exists()


@pytest.mark.parametrize(
    "name", ["kind-xlsx-named-csv", "kind-csv-named-xlsx", "kind-html-as-xls", "kind-xls-named-xlsx"]
)
def test_fault_03_a_file_is_read_by_its_content_and_not_by_its_name(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_03_a_pdf_under_the_name_of_a_csv_is_called_a_pdf(tmp_path):
    refusal_of(_from_corpus("pdf-named-csv"), tmp_path)


@pytest.mark.parametrize("name", ["truncated-workbook", "damaged-workbook", "zip-of-something-else"])
def test_fault_04_a_broken_workbook_is_refused_as_one(name, tmp_path, capsys):
    refusal_of(_from_corpus(name), tmp_path)
    path = _from_corpus(name).write(tmp_path / "in")
    assert score(path, tmp_path, capsys).code == 3


def test_fault_05_a_locked_workbook_asks_for_its_password_by_environment_and_never_tells_it(tmp_path, capsys):
    refusal_of(_from_corpus("locked-without-password"), tmp_path)
    refusal_of(_from_corpus("locked-wrong-password"), tmp_path)
    locked = _from_corpus("kind-locked")
    path = locked.write(tmp_path / "in")
    with password_of(locked):
        done = score(path, tmp_path, capsys)
    assert done.code == 0, done.err
    told = done.out + done.err + "".join(one.read_text(errors="replace") for one in done.folder.iterdir())
    assert locked.password not in told
    assert score(path, tmp_path, capsys, "--password=x").code == 2


def test_fault_06_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_is_unpacked(tmp_path, capsys):
    book = _bytes_of(_book().file())
    bomb = edited(book, "xl/worksheets/sheet1.xml", lambda data: data + b" " * 60_000_000)
    path = _write(tmp_path, bomb, "tape.xlsx")
    begun = time.monotonic()
    done = score(path, tmp_path, capsys)
    assert done.code == 3
    assert "unpack" in done.err
    assert time.monotonic() - begun < 20


def test_fault_07_entities_in_a_workbook_are_never_expanded(tmp_path, capsys):
    path = _write(tmp_path, with_entities(_bytes_of(_book().file())), "tape.xlsx")
    done = score(path, tmp_path, capsys)
    assert done.code == 3
    assert "hahaha" not in done.out + done.err


def test_fault_08_macros_are_ignored_and_said_so(tmp_path):
    assert_as_expected(_from_corpus("kind-xlsm"), tmp_path)


def test_fault_08_of_a_link_or_a_command_in_a_formula_only_the_stored_value_is_read(tmp_path):
    formulas = ("='[http://made.invalid/x.xlsx]S'!A1", "=cmd|' /C calc'!A0", '=WEBSERVICE("http://made.invalid")')
    styles = {"upb": lambda value: cells.Formula(formulas[int(value) % 3], value)}
    assert_as_expected(_book(styles=styles).file(), tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [("kind-csv-bom", ""), ("kind-csv-utf16", "UTF-16"), ("kind-csv-cp1252", "1252"), ("kind-utf16-tabs", "UTF-16")],
)
def test_fault_09_the_encoding_is_found_and_a_rare_one_is_said(name, said, tmp_path):
    reading = assert_as_expected(_from_corpus(name), tmp_path)
    assert said in " ".join(reading.warnings)


def test_fault_09_nul_bytes_are_refused(tmp_path):
    refusal_of(_from_corpus("nul-bytes"), tmp_path)


@pytest.mark.parametrize("name", ["kind-semicolon", "kind-pipe", "kind-tsv", "ragged-row"])
def test_fault_10_the_separator_is_found_and_a_ragged_row_is_kept_out_with_its_line(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_10_a_cell_of_two_lines_keeps_the_line_numbers_right(tmp_path):
    tape = _some(
        extra=[("Comments", lambda i, note: "two\nlines" if i == 2 else "one")], spoiled={(5, "upb"): "plenty"}
    )
    # The heading is line 1; the third note takes two lines, so the sixth begins in line 8.
    made = tape.file(expected={"excepted": frozenset({(SOME[5].loan_id, 8, "upb", "E_UPB")})})
    assert_as_expected(made, tmp_path)


def test_fault_10_a_quote_that_swallows_the_rest_of_the_file_is_refused(tmp_path, capsys):
    text = kinds.delimited()(Tape("tape", SOME * 5, PLAIN).grid())
    lines = text.split(b"\r\n")
    lines[4] = lines[4].replace(b",", b',"', 1)
    done = score(_write(tmp_path, b"\r\n".join(lines)), tmp_path, capsys)
    assert done.code == 3
    assert "quote" in done.err
    assert not done.folder.exists()


@pytest.mark.parametrize(
    "name", ["layout-titles", "layout-two-row-heading", "layout-merged-groups", "layout-two-row-heading-csv"]
)
def test_fault_11_the_heading_is_found_below_titles_and_over_two_rows(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_11_where_a_heading_of_two_rows_stands_is_said(tmp_path):
    reading = read_made(_from_corpus("layout-two-row-heading"), tmp_path)
    [said] = [one for one in reading.warnings if "head" in one.lower() and "row" in one.lower()]
    assert "3" in said
    assert "4" in said


@pytest.mark.parametrize(
    "name",
    [
        "layout-total-below",
        "layout-total-below-dollars",
        "layout-total-above",
        "layout-footnotes",
        "total-that-is-no-sum",
    ],
)
def test_fault_12_totals_and_footnotes_are_dropped_and_counted_and_a_false_total_is_kept_out(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


@pytest.mark.parametrize("name", ["layout-heading-again", "layout-heading-again-csv"])
def test_fault_13_a_heading_repeated_among_the_notes_is_no_note(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_14_hidden_rows_are_read_and_said(tmp_path):
    assert_as_expected(_from_corpus("layout-hidden-rows-and-columns"), tmp_path)


def test_fault_14_hidden_sheets_are_never_picked_in_silence(tmp_path):
    assert_as_expected(_from_corpus("layout-hidden-sheets"), tmp_path)
    hidden = [[str(cell) for cell in line.cells] for line in _some().grid().lines]
    book = _some(write=lambda _: kinds.workbook(after=[("Tape", "hidden", hidden)])(grid.grid_of([], [], "Cover")))
    with pytest.raises(TapeError):
        read_made(replace(book.file(), file_name="tape.xlsx"), tmp_path)


def test_fault_14_of_several_sheets_one_must_be_named(tmp_path):
    refusal_of(_from_corpus("several-sheets"), tmp_path)
    assert_as_expected(_from_corpus("layout-second-tape-sheet-named"), tmp_path)


def test_fault_15_two_headings_for_one_field_are_refused_with_values_of_both(tmp_path):
    two = refusal_of(_from_corpus("two-headings-one-field"), tmp_path)
    for note in SOME[:3]:
        assert f"{note.values['upb']}" in str(two)
    refusal_of(_from_corpus("upb-twice"), tmp_path)


def test_fault_16_formulas_that_were_never_calculated_are_sent_back_to_excel(tmp_path, capsys):
    refusal_of(_from_corpus("formulas-never-calculated"), tmp_path)


@pytest.mark.parametrize("name", ["cell-errors", "bad-upb-cell-error"])
def test_fault_17_an_error_cell_is_missing_where_it_may_be_and_keeps_the_row_out_where_not(name, tmp_path):
    assert_as_expected(_from_corpus(name), tmp_path)


def test_fault_18_a_file_that_ends_at_excels_last_row_is_doubted(tmp_path):
    text = kinds.delimited(newline="\n")(_some(pay=pay.NOTHING).grid()).splitlines()
    lines = [*text[:20], *[b""] * (1_048_576 - 21), text[20]]
    path = _write(tmp_path, b"\n".join(lines) + b"\n")
    reading = read_tape(path, ReadOptions(today=TODAY))
    assert reading.counts.priced == 20
    assert any("1,048,576" in one for one in reading.warnings)


def test_fault_19_twenty_thousand_rows_take_seconds_and_no_bar_is_drawn_where_nobody_watches(tmp_path, capsys):
    # Two hundred thousand and a million rows are measured by benchmarks/bench_large_tapes.py.
    many = [note.but(loan_id=f"{note.loan_id}{turn:03d}") for turn in range(500) for note in SOME]
    tape = Tape("tape", many, PLAIN, styles={"note_rate": cells.percent_points, "upb": cells.dollars})
    begun = time.monotonic()
    reading = assert_as_expected(tape.file(), tmp_path)
    assert reading.counts.priced == 20_000
    assert time.monotonic() - begun < 60
    assert "\r" not in capsys.readouterr().err


def test_fault_20_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = _some().file().write(tmp_path / "in")
    whole, opened = path.read_bytes(), Path.open

    def changing(self, *words, **more):
        file = opened(self, *words, **more)
        if self == path:
            read = file.read

            def read_and_change():
                data = read()
                with opened(path, "ab") as other:
                    other.write(b"one,more\r\n")
                return data

            slow = mock.MagicMock(wraps=file, read=read_and_change, fileno=file.fileno)
            slow.__enter__.return_value = slow
            slow.__exit__.side_effect = lambda *_: file.close()
            return slow
        return file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", changing)
        with pytest.raises(TapeError, match="changed"):
            read_tape(path, ReadOptions(today=TODAY))
    path.write_bytes(whole)
    assert read_tape(path, ReadOptions(today=TODAY)).sha256 == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "a b;c.csv",
        "it's $(touch x) `touch y`.csv",
        "-rf.csv",
        "--out.csv",
        "tápe 贷款.csv",
        "two\nlines.csv",
        "$(rm -r)",
    ],
)
def test_fault_21_any_file_name_is_only_a_name(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, _bytes_of(_some(notes=SOME[:3]).file()), name)
    before = set(tmp_path.iterdir())
    done = score(name, tmp_path, capsys)
    assert done.code == 0, done.err
    assert done.conserves
    assert {one.name for one in set(tmp_path.iterdir()) - before} <= {"result", "home"}


def test_fault_22_the_tape_is_never_overwritten_by_its_result(tmp_path, capsys):
    path = _some(notes=SOME[:3]).file().write(tmp_path / "in")
    data = path.read_bytes()
    for out in (path, path.parent):
        assert score(path, tmp_path, capsys, f"--out={out}").code == 2
        assert path.read_bytes() == data
    result = tmp_path / "result"
    result.mkdir()
    (result / "mine.txt").write_text("mine")
    assert score(path, tmp_path, capsys).code == 2
    assert [one.name for one in result.iterdir()] == ["mine.txt"]


def test_fault_23_a_disk_that_fills_up_leaves_the_last_result_whole(tmp_path, capsys, monkeypatch):
    path = _some(notes=SOME[:5]).file().write(tmp_path / "in")
    first = score(path, tmp_path, capsys)
    assert first.code == 0
    assert first.conserves
    before = {one.name: one.read_bytes() for one in first.folder.iterdir()}

    def full(*words, **more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(words[0]))

    for function in ("replace", "rename"):
        monkeypatch.setattr(os, function, full)
    done = score(path, tmp_path, capsys)
    monkeypatch.undo()
    assert done.code in (1, 2)
    assert "No space left" in done.err
    assert {one.name: one.read_bytes() for one in first.folder.iterdir()} == before
    assert json.loads((first.folder / "run.json").read_text())


def test_the_faults_of_files_are_all_here():
    names = [name for name in globals() if name.startswith("test_fault_")]
    assert {int(name[11:13]) for name in names} == set(range(1, 24))
