"""``notebid map --resolutions``, and ``train`` by the mapping that it wrote."""

import pytest

from cli.main import main

TAPE = """\
Loan #,Current UPB,BPO,Property State,Note Rate,Lien,Next Due Date,As Of Date,Borrower Name,SSN,City,Payoff Date,Widget
1001,"$100,000.00","$200,000",FL,7.5%,1st,03/01/2024,06/30/2024,Jane Doe,900-12-3456,Ocala,,Smith
1002,"$120,000.00","$210,000",TX,8.25%,1st,04/15/2024,06/30/2024,John Roe,900-12-3457,Waco,,Jones
"""


@pytest.fixture
def tape(tmp_path):
    def write(text=TAPE, name="tape.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def mapped(capsys, *words, code=0):
    assert main(["map", *map(str, words)]) == code
    return capsys.readouterr().out


RESOLUTIONS = """\
Loan #,Current UPB,BPO,Property State,Note Rate,Lien,Next Due Date,Bought On,Came To,Resolved On,Seen To
1001,"$100,000.00","$200,000",FL,7.5%,1st,03/01/2024,06/30/2024,,,06/30/2026
1002,"$120,000.00","$210,000",TX,8.25%,1st,04/15/2024,06/30/2024,foreclosure,02/28/2025,06/30/2026
"""
MEANT = """
columns."Bought On" = "as_of_date"
columns."Came To" = "outcome"
columns."Resolved On" = "resolution_date"
columns."Seen To" = "observed_through"
"""


def test_resolutions_under_other_headings_are_mapped_once_and_train_reads_them_by_it(home, tape, capsys):
    path = tape(RESOLUTIONS, "closed.csv")
    out = mapped(capsys, path, "--resolutions")
    for name in ("outcome", "resolution_date", "observed_through"):
        assert f"  {name}\n" in out
    assert "the resolutions cannot be read: see above" in out
    assert main(["train", str(path)]) == 3
    told = capsys.readouterr().err
    assert "no column as_of_date" in told
    assert "no column outcome" in told
    mapping = home / "mappings" / "closed.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + MEANT, encoding="utf-8")
    assert "as it stands       2 of 2 rows can be learned from" in mapped(capsys, path, "--resolutions")
    # read, and refused for what is in it: one foreclosure, one open note
    assert main(["train", str(path)]) == 3
    assert "foreclosure 1, open 1" in " ".join(capsys.readouterr().err.replace(";", ",").split())


def test_train_takes_the_day_and_the_lien_that_a_file_does_not_say(home, tape, capsys):
    text = RESOLUTIONS.replace(",Lien,", ",Colour,").replace("Came To", "outcome").replace("Bought On", "Colour 2")
    text = text.replace("Resolved On", "resolution_date").replace("Seen To", "observed_through")
    path = tape(text, "closed.csv")
    assert main(["train", str(path)]) == 3
    assert "--assume-first-lien" in capsys.readouterr().err
    assert main(["train", str(path), "--assume-first-lien", "--as-of", "2024-06-30"]) == 3
    assert "foreclosure 1" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["--payments=p.csv", "--as-of=2024-06-30", "--sheet=One", "--assume-first-lien"])
def test_how_a_file_is_read_needs_a_file_to_train_on(home, capsys, word):
    assert main(["train", word]) == 2
    assert f"{word.split('=')[0]} needs resolutions" in capsys.readouterr().err


@pytest.mark.parametrize("first", [(), ("--resolutions",)])
def test_a_mapping_made_as_of_a_tape_does_not_hide_what_became_of_the_notes(home, tape, capsys, first):
    text = RESOLUTIONS.replace("Bought On", "As Of Date").replace("Came To", "Outcome")
    path = tape(text.replace("Resolved On", "Resolution Date").replace("Seen To", "Observed Through"), "closed.csv")
    mapped(capsys, path, *first)
    assert "2 of 2 rows can be learned from" in mapped(capsys, path, "--resolutions")
    assert main(["train", str(path)]) == 3
    assert "foreclosure 1" in capsys.readouterr().err


def test_a_column_headed_outcome_stays_out_where_another_is_said_to_be_it(home, tape, capsys):
    text = RESOLUTIONS.replace("Bought On", "As Of Date").replace(",Seen To", ",Seen To,Outcome")
    path = tape(text.replace("06/30/2026\n", "06/30/2026,reperform\n"), "closed.csv")
    mapped(capsys, path, "--resolutions")
    mapping = home / "mappings" / "closed.toml"
    lines = [one for one in mapping.read_text(encoding="utf-8").splitlines() if '"Outcome"' not in one]
    meant = MEANT.replace('columns."Bought On" = "as_of_date"\n', 'columns."Outcome" = "ignored"\n')
    mapping.write_text("\n".join(lines) + meant, encoding="utf-8")
    assert "2 of 2 rows can be learned from" in mapped(capsys, path, "--resolutions")
    assert main(["train", str(path)]) == 3
    assert "foreclosure 1" in capsys.readouterr().err


def test_words_for_an_end_are_asked_with_their_rows_and_what_a_person_says_stays(home, tape, tmp_path, capsys):
    head = "loan_id,as_of_date,upb,as_is_value,property_state,note_rate,lien_position,next_due_date,Exit Type,Exit Date"
    note = ",2020-06-30,100000,150000,TX,0.06,1,2020-03-01,"
    rows = "".join(f"{i}{note}{'Walked Away' if i < 7 else 'REO'},2021-12-31\n" for i in range(1, 41))
    words = ["--resolutions", "--observed-through", "2024-06-30", "--seller", "own"]
    out = mapped(capsys, tape(f"{head}\n{rows}", "ends.csv"), *words)
    assert 'outcomes."Walked Away" = "?"   # 6 rows;' in out
    assert "34 of 40 rows can be learned from; rows left out by rule: E_OUTCOME outcome 6" in " ".join(out.split())
    path = home / "mappings" / "own.toml"
    text = path.read_text(encoding="utf-8")
    assert '# outcomes."Walked Away" = "?"' in text
    assert 'columns."Exit Date" = "resolution_date"' in text
    path.write_text(text.replace('# outcomes."Walked Away" = "?"', 'outcomes."Walked Away" = "deed"'), encoding="utf-8")
    out = mapped(capsys, tmp_path / "ends.csv", *words)
    assert "Questions" not in out
    assert "40 of 40 rows can be learned from" in out
    other = tmp_path / "other.toml"
    mapped(capsys, tmp_path / "ends.csv", *words, "--mapping", path, "--out", other)
    assert 'outcomes."Walked Away" = "deed"' in other.read_text(encoding="utf-8")
