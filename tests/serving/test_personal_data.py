"""Fault 103: what a tape tells of persons is in nothing that notebid writes or says."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from cli.main import main

SECRETS = (
    *("Quincy", "Nightingale", "QUINCY", "NIGHTINGALE"),
    *("912-44-6789", "912446789", "912 44 6789", "912-44"),
    *("nightingale.example", "555-0142", "5550142", "Evergreen", "Terrace"),
)
PERSONAL = {
    "Borrower Name": "Quincy Nightingale",
    "Borrower SSN": "912-44-6789",
    "Borrower Email": "quincy@nightingale.example",
    "Home Phone": "(305) 555-0142",
    "Date of Birth": "1961-02-03",
    "Mailing Address": "742 Evergreen Terrace, Ocala",
    "Co-Borrower Name": "NIGHTINGALE, QUINCY B",
}
SLIPPED = {
    "upb": "Quincy Nightingale",
    "as_is_value": "912-44-6789",
    "property_state": "quincy@nightingale.example",
    "p_and_i": "305-555-0142",
    "next_due_date": "742 Evergreen Terrace",
    "occupancy": "NIGHTINGALE, QUINCY",
    "note_rate": "912446789",
    "valuation_date": "Nightingale 912 44 6789",
    "property_type": "Owned by Quincy Nightingale",
    "units": "+1 (305) 555-0142",
    "foreclosure_status": "Call Nightingale, Quincy (305.555.0142)",
    "arm_index": "Quincy\tNightingale",
    "pay_string": "Nightingale Quincy",
    "lien_position": "912 44 6789",
}


@pytest.fixture
def leaky(example, write_tape_text, tmp_path):
    """A tape of forty notes with personal columns, a cell slipped into each of fourteen others, and a payments file."""
    heading, rows = example
    heading = [*heading, *(name for name in SLIPPED if name not in heading)]
    body = [[*row, *[""] * (len(heading) - len(row))] for row in rows[:40]]
    for row, (name, text) in zip(body[5:], SLIPPED.items(), strict=False):
        row[heading.index(name)] = text
    body[30] = [*body[30], "Quincy Nightingale"]  # a row with a cell too many
    wide = [*heading, *PERSONAL, "Zzz"]
    told = [[*row, *PERSONAL.values(), "Spoke with Quincy Nightingale, 305-555-0142"] for row in body]
    told[31] = ["Prepared for Quincy Nightingale, 912-44-6789"]
    told.insert(0, [])
    payments = tmp_path / "payments.csv"
    payments.write_text(
        "loan_id,month,months_delinquent,amount_received,Borrower Name\n"
        f"{body[3][0]},Quincy Nightingale,1,100,Quincy Nightingale\n"
        f"{body[4][0]},2025-06,912-44-6789,305-555-0142,Quincy Nightingale\n",
        encoding="utf-8",
    )
    tape = write_tape_text(wide, told)
    text = tape.read_text(encoding="utf-8")
    tape.write_text("Quincy Nightingale's book as of 06/30/2025\n" + text, encoding="utf-8")
    return tape, payments


def _found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def _leaks(folder: Path) -> dict[str, list[str]]:
    """Give the secrets in every file of a folder, those inside a workbook too."""
    leaks = {}
    for path in (one for one in folder.rglob("*") if one.is_file()):
        parts = {path.name: path.read_bytes()}
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                parts = {f"{path.name}:{name}": archive.read(name) for name in archive.namelist()}
        for name, data in parts.items():
            if found := _found(data.decode("utf-8", "replace")):
                leaks[name] = found
    return leaks


def test_fault_103_a_score_writes_and_says_nothing_of_persons(run_score, tmp_path, leaky, capsys):
    tape, payments = leaky
    code = run_score(tape, f"--payments={payments}", "--debug")
    said = capsys.readouterr()
    assert code == 0, said.err
    assert not [one for one in (said.out + said.err).splitlines() if _found(one)]
    assert _leaks(tmp_path / "result") == {}
    assert (tmp_path / "result" / "exceptions.csv").read_text().count("\n") > len(SLIPPED)


def test_fault_103_a_refused_tape_says_nothing_of_persons(run_score, example, write_tape_text, capsys):
    heading, rows = example
    for name, text in SLIPPED.items():
        if name in heading:
            spoilt = [[(text if one == name else cell) for one, cell in zip(heading, row, strict=True)] for row in rows]
            run_score(write_tape_text(heading, spoilt), "--debug")
            said = capsys.readouterr()
            assert not [one for one in (said.out + said.err).splitlines() if _found(one)], name


def test_fault_103_a_tape_without_a_heading_says_nothing_of_persons(run_score, write_tape_text, capsys):
    rows = [["Quincy Nightingale", "912-44-6789", "742 Evergreen Terrace", "305-555-0142", "100000"]] * 3
    assert run_score(write_tape_text(rows[0], rows[1:])) in (2, 3)
    said = capsys.readouterr()
    assert not [one for one in (said.out + said.err).splitlines() if _found(one)]


def test_fault_103_features_and_a_comparison_say_nothing_of_persons(
    tmp_path, leaky, bundle_folder, monkeypatch, capsys
):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    tape, payments = leaky
    (tmp_path / "f").mkdir()
    assert main(["features", str(tape), f"--payments={payments}", f"--out={tmp_path / 'f' / 'features.csv'}"]) == 0
    words = [f"--model={bundle_folder}", f"--payments-new={payments}", f"--out={tmp_path / 'd'}"]
    assert main(["diff", str(tape), str(tape), *words]) == 0
    said = capsys.readouterr()
    assert not [one for one in (said.out + said.err).splitlines() if _found(one)]
    assert _leaks(tmp_path / "f") == _leaks(tmp_path / "d") == {}


def test_fault_103_a_column_that_is_asked_for_is_in_the_workbook_and_nowhere_else(run_score, tmp_path, leaky, capsys):
    tape, _ = leaky
    assert run_score(tape, "--carry=Borrower Name", "--carry=Zzz") == 0
    assert set(_leaks(tmp_path / "result")) == {"bids.xlsx:xl/worksheets/sheet3.xml"}
    book = openpyxl.load_workbook(tmp_path / "result" / "bids.xlsx")
    sheet, bids = book["From the tape"], book["Bids"]
    assert [cell.value for cell in sheet[2]] == ["loan_id", "Borrower Name", "Zzz"]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[0] for row in shown] == [row[0].value for row in bids.iter_rows(min_row=4)]
    assert {row[1] for row in shown} == {"Quincy Nightingale"}
    said = capsys.readouterr()
    assert _found(said.out + said.err) == []


def test_a_column_that_is_not_there_cannot_be_carried(run_score, leaky, capsys):
    assert run_score(leaky[0], "--carry=Borower Name") == 2
    assert "there is no column 'Borower Name' to carry; nearest: Borrower Name" in capsys.readouterr().err
