"""``notebid map``: the columns of a tape shown and written down, also of a tape that cannot be read yet."""

import json
from datetime import date

import pytest

from cli.main import main
from tapes import ReadOptions, read_tape
from tests.tapes.corpus.twin import N_HEADINGS, twin

TAPE = """\
Loan #,Current UPB,BPO,Property State,Note Rate,Lien,Next Due Date,As Of Date,Borrower Name,SSN,City,Payoff Date,Widget
1001,"$100,000.00","$200,000",FL,7.5%,1st,03/01/2024,06/30/2024,Jane Doe,900-12-3456,Ocala,,Smith
1002,"$120,000.00","$210,000",TX,8.25%,1st,04/15/2024,06/30/2024,John Roe,900-12-3457,Waco,,Jones
"""


@pytest.fixture
def tape(written):
    return lambda text=TAPE, name="tape.csv": written(text, name)


def mapped(capsys, *words, code=0):
    assert main(["map", *map(str, words)]) == code
    return capsys.readouterr().out


def section(out, title):
    """Give the lines of one group of the page."""
    lines = out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(title))
    end = next((i for i in range(start, len(lines)) if not lines[i]), len(lines))
    return "\n".join(lines[start:end])


def test_each_column_is_shown_in_its_group_and_the_file_is_written(home, tape, capsys):
    out = mapped(capsys, tape(), "--seller", "Acme & Sons")
    assert out.splitlines()[0] == "tape.csv: 13 columns, 2 rows"
    read = section(out, "Read (8)")
    rate = next(line for line in read.splitlines() if "note_rate" in line)
    assert rate.split()[:5] == ["E", "Note", "Rate", "note_rate", "alias"]
    assert "7.5%, 8.25%" in rate
    assert "City" in section(out, "Known and not needed (1)")
    assert "Payoff Date" in section(out, "Known only after the fact, never read (1)")
    assert "Borrower Name, SSN" in section(out, "About persons, dropped on reading (2)")
    assert "Widget" in section(out, "Not known (1)")
    assert "as it stands       2 of 2 rows can be priced" in out
    assert "mapping            home/mappings/Acme-Sons.toml (new)" in out
    assert 'columns."Current UPB" = "upb"' in (home / "mappings" / "Acme-Sons.toml").read_text(encoding="utf-8")


def test_nothing_about_a_person_is_shown_or_written(home, tape, capsys):
    out = mapped(capsys, tape()) + mapped(capsys, tape(), "--json")
    out += (home / "mappings" / "tape.toml").read_text(encoding="utf-8")
    for word in ("Jane", "Doe", "Roe", "900-12", "3456", "Smith", "Jones"):
        assert word not in out


def test_the_same_comes_as_data(home, tape, capsys):
    found = json.loads(mapped(capsys, tape(), "--json"))
    assert found["rows"] == 2
    assert found["priced"] == 2
    assert found["dropped"] == ["Borrower Name", "SSN"]
    assert found["missing"] == []
    assert found["questions"] == []
    by_heading = {one["heading"]: one for one in found["columns"]}
    assert by_heading["Current UPB"]["target"] == "upb"
    assert by_heading["Current UPB"]["column"] == "B"
    assert by_heading["Widget"]["target"] is None
    assert "Borrower Name" not in by_heading


def test_the_next_tape_of_the_seller_maps_itself_and_the_persons_lines_stay(home, tape, capsys):
    mapped(capsys, tape(), "--seller", "acme")
    path = home / "mappings" / "acme.toml"
    text = path.read_text(encoding="utf-8").replace(
        '# columns."Widget" = "ignored"', '# mine\ncolumns."Widget" = "dti"'
    )
    path.write_text(text, encoding="utf-8")
    shuffled = tape(TAPE.replace("Loan #", "LOAN NO.").replace("Smith", "0.4").replace("Jones", "0.5"), "july.csv")
    out = mapped(capsys, shuffled)
    dti = next(line for line in out.splitlines() if " dti " in line)
    assert dti.split()[:4] == ["M", "Widget", "dti", "mapping"]
    assert "home/mappings/acme.toml (yours is kept" in out
    assert path.read_text(encoding="utf-8") == text
    reading = read_tape(shuffled, ReadOptions(mappings=home / "mappings", today=date(2024, 9, 1)))
    assert reading.tape.notes.frame["dti"].tolist() == [0.4, 0.5]


def test_a_tape_with_two_headings_for_one_field_is_shown_with_the_question(home, tape, capsys):
    twice = tape(TAPE.replace("Widget", "UPB").replace("Smith", "5").replace("Jones", "6"))
    out = mapped(capsys, twice)
    asked = section(out, "Questions (1)")
    line = 'columns."UPB" = "ignored"'
    assert line in asked
    assert "Missing" not in out
    assert "the tape cannot be read: see above" in out
    path = home / "mappings" / "tape.toml"
    text = path.read_text(encoding="utf-8")
    assert f"# {line}" in text
    path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
    again = mapped(capsys, twice)
    assert "Questions" not in again
    assert "2 of 2 rows can be priced" in again


def test_a_tape_without_a_needed_column_is_shown_with_what_is_near(home, tape, capsys):
    out = mapped(capsys, tape(TAPE.replace("Current UPB", "Prncpal Bal Thing")))
    missing = section(out, "Missing")
    assert 'columns."Prncpal Bal Thing" = "upb"' in missing
    path = home / "mappings" / "tape.toml"
    text = path.read_text(encoding="utf-8")
    line = 'columns."Prncpal Bal Thing" = "upb"'
    assert f"# {line}   # suggestion" in text
    path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
    again = mapped(capsys, tape(TAPE.replace("Current UPB", "Prncpal Bal Thing")))
    assert "Missing" not in again
    assert "2 of 2 rows can be priced" in again


def test_a_day_and_month_that_the_file_leaves_open_are_asked_with_their_lines(home, tape, capsys):
    text = (
        TAPE.replace("03/01/2024", "03/04/2024").replace("04/15/2024", "05/06/2024").replace("06/30/2024", "2024-06-30")
    )
    out = mapped(capsys, tape(text))
    assert next(line for line in out.splitlines() if "next_due_date" in line).split()[5:7] == ["alias", "asked"]
    line = 'units."Next Due Date" = "month_first"'
    assert line in section(out, "Questions (1)")
    path = home / "mappings" / "tape.toml"
    said = path.read_text(encoding="utf-8")
    path.write_text(said.replace(f"# {line}", line), encoding="utf-8")
    assert "2 of 2 rows can be priced" in mapped(capsys, tape(text))


def test_how_the_pay_string_is_read_is_asked_together_with_the_order_of_dates(home, tape, capsys):
    text = (
        "Loan #,UPB,BPO,Property State,Note Rate,Lien,Orig Date,Pay String\n"
        "1,100000,200000,FL,7,1,03/04/2020,000000111111\n2,100000,200000,FL,7,1,05/06/2020,111110000000\n"
    )
    out = mapped(capsys, tape(text), "--as-of", "2024-06-30")
    asked = section(out, "Questions (2)")
    assert 'units."Orig Date" = "day_first"' in asked
    assert 'pay_string."newest" = "left"' in asked
    told = {line.split("pay_string")[1].split()[1] for line in section(out, "Read (8)").splitlines() if "Pay S" in line}
    assert told == {"asked"}
    left_open = tape(text.replace("03/04", "03/14").replace("05/06", "05/16"))
    assert 'pay_string."newest" = "left"' in section(
        mapped(capsys, left_open, "--as-of", "2024-06-30"), "Questions (1)"
    )


def test_how_the_history_is_read_is_shown_while_something_else_is_open(home, tape, capsys):
    text = (
        "Loan #,UPB,BPO,Property State,Note Rate,Lien,Orig Date,Next Due Date,Pay String\n"
        "1,100000,200000,FL,7,1,03/04/2020,2024-04-01,CCCCCCCCC234\n"
        "3,100000,200000,FL,7,1,03/04/2020,2024-05-01,CCCCCCCCCC23\n2,100000,200000,FL,7,1,05/06/2020,2024-07-01,CCCCCCCCCCCC\n"
    )
    out = mapped(capsys, tape(text), "--as-of", "2024-06-30")
    assert len(section(out, "Questions (1)").splitlines()) > 2
    assert "dv01 (C current, 2 for 30-59 days)" in section(out, "Read (9)")


STRINGS = """\
Loan #,UPB,BPO,Property State,Note Rate,Lien,Pay String
1,100000,200000,FL,7.5,1,000000
2,120000,210000,TX,8.5,1,000001
3,130000,220000,TX,8.5,1,000012
"""


def test_what_a_pay_string_leaves_open_is_asked_and_each_line_that_is_taken_settles_it(home, tape, capsys):
    path = tape(STRINGS)
    out = mapped(capsys, path, "--as-of", "2024-06-30")
    assert "1. Pay String: Which alphabet is it and at which end is the newest month?" in out
    assert "as it stands       the tape cannot be read: see above" in out
    file = home / "mappings" / "tape.toml"
    text = file.read_text(encoding="utf-8")
    for line in ('pay_string."alphabet" = "months_behind"', 'pay_string."newest" = "right"'):
        assert f"\n# {line} " in text
        text = text.replace(f"# {line}", line)
    file.write_text(text, encoding="utf-8")
    reading = read_tape(path, ReadOptions(as_of=date(2024, 6, 30), mappings=home / "mappings"))
    assert reading.tape.history.months_delinquent[:, -1].tolist() == [0, 1, 2]


SWAPPED = "Loan #,UPB,BPO,Original Balance,Property State,Note Rate,Lien,Next Due Date\n" + "".join(
    f"{i},{300_000 + i},{80_000 + i},100000,FL,7.5,1,2024-03-01\n" for i in range(1, 31)
)


def test_columns_that_stand_in_each_others_place_have_no_line_but_the_answers(home, tape, capsys):
    path = tape(SWAPPED)
    assert "Do the two stand in each other's place?" in mapped(capsys, path, "--as-of", "2024-06-30")
    file = home / "mappings" / "tape.toml"
    text = file.read_text(encoding="utf-8")
    for line in ('columns."UPB" = "as_is_value"', 'columns."BPO" = "upb"'):
        assert text.count(line.split(" = ")[0]) == 1
        text = text.replace(f"# {line}", line)
    file.write_text(text, encoding="utf-8")
    reading = read_tape(path, ReadOptions(as_of=date(2024, 6, 30), mappings=home / "mappings"))
    assert reading.tape.notes.frame["upb"].tolist() == [80_000 + i for i in range(1, 31)]


def test_a_question_about_columns_that_have_lines_says_that_its_answer_replaces_them(home, tape, capsys):
    file = home / "mappings" / "acme.toml"
    mapped(capsys, tape(SWAPPED.replace(",100000,", ",400000,")), "--as-of", "2024-06-30", "--seller", "acme")
    assert "in place of" not in file.read_text(encoding="utf-8")
    mapped(capsys, tape(SWAPPED), "--as-of", "2024-06-30", "--seller", "acme")
    assert "an answer stands in place of the line that is there" in file.read_text(encoding="utf-8")


def test_a_date_is_shown_as_it_stands_and_as_it_is_read(home, tape, capsys):
    text = TAPE.replace("03/01/2024", "45352").replace("04/15/2024", "45397").replace("06/30/2024", "2024-06-30")
    out = mapped(capsys, tape(text))
    assert "45352 (2024-03-01), 45397" in section(out, "Read")
    assert "2024-06-30" in section(out, "Read")
    assert "(2024-06-30)" not in out


def test_a_field_that_no_heading_is_like_is_named_in_the_file_too(home, tape, capsys):
    mapped(capsys, tape(TAPE.replace("BPO", "Zyx")))
    mapped(capsys, tape(TAPE.replace("BPO", "Zyx")))
    said = '# Missing: as_is_value. Write "as_is_value" on the line of the column that it is.'
    assert (home / "mappings" / "tape.toml").read_text(encoding="utf-8").count(said) == 1


def test_a_mapping_of_nearly_these_headings_is_named_and_used_only_when_told(home, tape, capsys):
    mapped(capsys, tape(), "--seller", "acme")
    changed = tape(TAPE.replace("Widget", "Gadget"), "july.csv")
    out = mapped(capsys, changed)
    assert "mappings/acme.toml was made for 12 of these 13 headings" in out
    assert "home/mappings/july.toml (new)" in out
    (home / "mappings" / "july.toml").unlink()
    out = mapped(capsys, changed, "--mapping", home / "mappings" / "acme.toml")
    assert "home/mappings/acme.toml (yours is kept" in out
    assert "acme.toml speaks of headings that this file has not" not in out  # Widget's line is a comment
    assert "was made for" not in mapped(capsys, changed)


def test_a_tapes_name_alone_does_not_make_it_the_same_sellers(home, tape, capsys):
    mapped(capsys, tape())
    out = mapped(capsys, tape("Loan #,Current UPB\n1,2\n"))
    assert "home/mappings/tape-2.toml (new)" in out


def test_a_seller_who_is_named_has_one_file_for_all_layouts(home, tape, capsys):
    mapped(capsys, tape(), "--seller", "acme")
    mapped(capsys, tape("Loan #,Principal Balance\n1,2\n", "two.csv"), "--seller", "acme")
    assert [one.name for one in (home / "mappings").iterdir()] == ["acme.toml"]
    assert "acme.toml (yours" in mapped(capsys, tape())
    assert "acme.toml (yours" in mapped(capsys, tape("Loan #,Principal Balance\n1,2\n", "two.csv"))


def test_the_sellers_column_names_him(home, tape, capsys):
    with_seller = TAPE.replace("Widget", "Seller").replace("Smith", "Acme Fund").replace("Jones", "Acme Fund")
    assert "home/mappings/Acme-Fund.toml (new)" in mapped(capsys, tape(with_seller))


def test_out_is_a_mapping_file_and_nothing_else(home, tape, capsys, tmp_path):
    path = tape()
    mapped(capsys, path, "--out", path, code=2)
    assert path.read_text(encoding="utf-8") == TAPE
    other = tape(TAPE, "tape.toml")
    mapped(capsys, other, "--out", other, code=2)
    assert other.read_text(encoding="utf-8") == TAPE
    mapped(capsys, path, "--out", tmp_path / "mine" / "a.toml")
    assert (tmp_path / "mine" / "a.toml").is_file()
    assert not home.exists()


def test_a_tape_without_a_heading_is_refused_and_nothing_is_written(home, tape, capsys):
    assert main(["map", str(tape("Jane Doe,900-12-3456,100000\nJohn Roe,900-12-3457,120000\n"))]) == 3
    said = capsys.readouterr().err
    assert "heading" in said
    assert "Doe" not in said
    assert not home.exists()


def test_the_twin_of_a_real_tape_is_grouped_so_that_93_headings_can_be_read(home, tmp_path, capsys):
    file = twin()
    path = file.write(tmp_path)
    out = mapped(capsys, path, "--as-of", "2025-06-30")
    assert out.splitlines()[0] == f"Loan Tape.xlsx, sheet 'Loan Tape': {N_HEADINGS} columns, 49 rows"
    assert "Read" in out
    assert sum(int(section(out, title).split("(")[1].split(")")[0]) for title in (
        "Read (", "Known and not needed (", "About persons", "Not known (",
    )) == N_HEADINGS  # fmt: skip
    assert len(out.splitlines()) < 90
    assert max(len(line) for line in out.splitlines()) < 180
    rates = [line for line in out.splitlines() if "note_rate" in line]
    assert "percent points" in rates[0]


def test_a_pay_string_is_shown_and_a_name_in_its_column_is_not(home, tape, capsys):
    cells = ("2CCCCFFFFF 2CC", "Jane Doe")
    lines = TAPE.splitlines()
    text = "\n".join([lines[0] + ",Pay String", *(f"{a},{b}" for a, b in zip(lines[1:], cells, strict=True))])
    out = mapped(capsys, tape(text + "\n"))
    assert "2CCCCFFFFF 2CC" in out
    assert "J*** D**" in out


THOUSANDS = (
    TAPE.replace("$100,000.00", "100")
    .replace("$120,000.00", "120")
    .replace("$200,000", "200")
    .replace("$210,000", "210")
)
UNITS = '[units]\n"BPO" = "thousands"\n"Current UPB" = "thousands"\n'


def test_units_that_a_person_has_said_are_written_into_the_new_file_and_read_from_it(home, tape, tmp_path, capsys):
    units = tmp_path / "units.toml"
    units.write_text(UNITS, encoding="utf-8")
    written = tmp_path / "new.toml"
    out = mapped(capsys, tape(THOUSANDS), "--mapping", units, "--out", written)
    assert "It is used with --mapping new.toml; tapes find by themselves only those in mappings/." in out
    assert "from now on" not in out
    frame = read_tape(tape(THOUSANDS), ReadOptions(mapping=written, today=date(2024, 9, 1))).tape.notes.frame
    assert frame["as_is_value"].tolist() == [200_000.0, 210_000.0]
    assert frame["upb"].tolist() == [100_000.0, 120_000.0]


def test_units_are_added_to_a_file_that_is_there_and_what_it_says_stays(home, tape, tmp_path, capsys):
    units, there = tmp_path / "units.toml", tmp_path / "there.toml"
    units.write_text(UNITS + '[pay_string]\nnewest = "left"\n', encoding="utf-8")
    there.write_text('[units]\n"BPO" = "thousands"   # said by telephone\n', encoding="utf-8")
    mapped(capsys, tape(THOUSANDS), "--mapping", units, "--out", there)
    text = there.read_text(encoding="utf-8")
    assert "# said by telephone" in text
    frame = read_tape(tape(THOUSANDS), ReadOptions(mapping=there, today=date(2024, 9, 1))).tape.notes.frame
    assert frame["upb"].tolist() == [100_000.0, 120_000.0]


def test_a_sellers_file_of_units_alone_is_read_before_the_tape_is_judged(home, tape, capsys):
    path = home / "mappings" / "acme.toml"
    path.parent.mkdir(parents=True)
    path.write_text(UNITS, encoding="utf-8")
    out = mapped(capsys, tape(THOUSANDS), "--seller", "acme")
    assert "as it stands       2 of 2 rows can be priced" in out
    assert "Questions" not in out
    assert "Tapes with these headings are read by it from now on." in out
    assert "Question about" not in path.read_text(encoding="utf-8")


def test_two_lines_for_one_value_stay_two_lines(home, tape, tmp_path, capsys):
    text = TAPE.replace("Widget", "AVM").replace("Smith", "190000").replace("Jones", "").replace('"$200,000"', "")
    both, written = tmp_path / "both.toml", tmp_path / "new.toml"
    both.write_text('columns."BPO" = "as_is_value"\ncolumns."AVM" = "as_is_value"\n', encoding="utf-8")
    mapped(capsys, tape(text), "--mapping", both, "--out", written)
    frame = read_tape(tape(text), ReadOptions(mapping=written, today=date(2024, 9, 1))).tape.notes.frame
    assert frame["as_is_value"].tolist() == [190_000.0, 210_000.0]
