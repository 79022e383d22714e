"""A tape under a seller's headings, read from end to end."""

import subprocess
import sys
from datetime import date

import pytest

from notes import TapeError, UsageError
from tapes.headings import headings_key

PLAIN = {
    "Loan #": "0001",
    "As Of Date": "2024-06-30",
    "Current UPB": "100000",
    "BPO": "200000",
    "State": "FL",
    "Note Rate": "0.075",
    "Lien Position": "1",
    "Next Due Date": "2024-03-01",
}


@pytest.fixture
def mapping(tmp_path):
    def write(text, name="acme.toml"):
        folder = tmp_path / "mappings"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


def test_a_saved_mapping_is_used_without_being_asked_for(read, mapping):
    row = PLAIN | {"Ratio": "0.4"}
    folder = mapping(f'headings_sha256 = "{headings_key(row)}"\ncolumns."Ratio" = "dti"\n')
    reading = read(row, mappings=folder)
    assert reading.tape.notes.frame["dti"].tolist() == [0.4]
    assert {one.heading: one.how for one in reading.columns}["Ratio"] == "mapping"
    assert reading.warnings == ()


def test_a_mapping_of_nearly_these_headings_is_named_and_not_used(read, mapping):
    mine = PLAIN | {"City": "Ocala", "County": "Marion"}
    folder = mapping("".join(f'columns."{one}" = "ignored"\n' for one in mine))
    reading = read(mine | {"Widget": "x"}, mappings=folder)
    assert len(reading.tape) == 1
    assert any("mappings/acme.toml was made for 10 of these 11 headings" in one for one in reading.warnings)


def test_a_short_tape_or_one_that_is_known_without_it_hears_of_no_other_sellers_mapping(read, mapping):
    mine = PLAIN | {"City": "Ocala", "County": "Marion"}
    folder = mapping("".join(f'columns."{one}" = "ignored"\n' for one in mine))
    short = mapping("".join(f'columns."{one}" = "ignored"\n' for one in PLAIN), "short.toml")
    told = read(PLAIN | {"Widget": "x"}, mappings=short).warnings
    told += read(mine | {"FICO": "700"}, mappings=folder).warnings
    assert not [one for one in told if "was made for" in one]


def test_a_canonical_tape_hears_of_no_mapping(read, good, mapping):
    folder = mapping("".join(f'columns."{one}" = "ignored"\n' for one in good()))
    assert read(good(), mappings=folder).warnings == ()


def test_headings_that_a_mapping_speaks_of_and_the_file_has_not_are_named(read, mapping):
    folder = mapping('columns."Curent UPB" = "upb"\ncolumns."State" = "property_state"\n')
    reading = read(PLAIN, mapping=folder / "acme.toml")
    assert reading.warnings == ("acme.toml speaks of headings that this file has not: 'Curent UPB'.",)


def test_a_unit_that_its_column_cannot_have_is_refused_with_those_that_it_can(read, mapping):
    folder = mapping('units."Current UPB" = "percent"\n')
    with pytest.raises(
        UsageError, match=r'units\."Current UPB" = \'percent\', but the column is upb; it can be in .*dollars'
    ):
        read(PLAIN, mapping=folder / "acme.toml")
    folder = mapping('units."State" = "dollars"\n')
    with pytest.raises(UsageError, match="it has no unit"):
        read(PLAIN, mapping=folder / "acme.toml")


def test_a_missing_column_comes_with_the_line_that_names_it(read):
    row = {("Crrnt Unpaid Bal" if name == "Current UPB" else name): cell for name, cell in PLAIN.items()}
    with pytest.raises(
        TapeError, match=r"no column upb \(nearest: 'Crrnt Unpaid Bal' \d\d of 100 for upb\)"
    ) as refused:
        read(row)
    assert '\n    columns."Crrnt Unpaid Bal" = "upb"   # ' in str(refused.value)
    assert "notebid map" in str(refused.value)


def test_a_column_that_is_known_as_something_else_is_not_offered_for_a_missing_one(read):
    row = {("Second UPB" if name == "Current UPB" else name): cell for name, cell in PLAIN.items()}
    with pytest.raises(TapeError) as refused:
        read(row)
    assert "Second UPB" not in str(refused.value)


def test_personal_columns_are_gone_before_anything_is_read(read):
    reading = read(PLAIN | {"Borrower Name": "Jane Doe", "Coborr Cell Phone": "305-555-0100"})
    assert [(one.target, one.unit) for one in reading.columns[-2:]] == [("personal", "dropped")] * 2
    assert reading.warnings == ()


def test_a_heading_of_dates_is_found_under_titles(read, tmp_path):
    from tapes import ReadOptions, read_tape

    months = [f"{year}-{month:02}-01" for year in (2022, 2023) for month in range(7, 13)]
    path = tmp_path / "dates.csv"
    lines = ["Acme Fund", "As of,2024-06-30", ",".join([*PLAIN, *months])]
    lines += [",".join([str(i), *list(PLAIN.values())[1:], *["0"] * 12]) for i in range(1, 4)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_tape(path, ReadOptions(today=date(2024, 9, 1)))
    assert len(reading.tape) == 3
    assert [one.target for one in reading.columns[-12:]] == ["status_month"] * 12


def test_a_tape_that_needs_no_suggestion_imports_nothing_for_one(tape_file):
    path = tape_file(PLAIN | {"Widget": "x"})
    code = (
        "import sys; from pathlib import Path; from tapes import read_tape; read_tape(Path(sys.argv[1]));"
        "print(sorted({'rapidfuzz', 'tomlkit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_column_that_the_mapping_sets_aside_is_named_where_it_is_missing(read, mapping):
    folder = mapping(f'headings_sha256 = "{headings_key(PLAIN)}"\ncolumns."Current UPB" = "ignored"\n')
    with pytest.raises(TapeError, match="no column upb") as refused:
        read(PLAIN, mappings=folder)
    assert 'upb (the mapping says columns."Current UPB" = "ignored")' in str(refused.value)
    assert 'columns."Current UPB" = "upb"   # in place of "ignored"' in str(refused.value)
    assert "the one that notebid map writes is found by itself" in str(refused.value)
