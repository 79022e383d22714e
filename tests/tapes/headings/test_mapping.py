"""The mapping file: read strictly, found by the set of headings, written without touching what a person wrote."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes import UsageError
from tapes.asking import Answer, Question, toml_text
from tapes.headings import find_mapping, headings_key, matched, near_mappings, read_mapping
from tapes.headings.likeness import with_suggestions
from tapes.headings.mapping_file import Proposal, write_mapping

HEADINGS = ("Loan #", "UPB", "Prin Bal Thing", "City", "Payoff Date", "Mystery")
KEY = "0" * 64


@pytest.fixture
def file(tmp_path):
    def write(text, name="acme.toml"):
        path = tmp_path / "mappings" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def proposal(table):
    def propose(headings=HEADINGS, dropped=("Borrower Name",), questions=(), seller="Acme & Sons"):
        columns = with_suggestions(matched(table(list(headings)), frozenset()).columns)
        return Proposal(seller, headings_key((*headings, *dropped)), columns, questions, dropped)

    return propose


def test_a_mapping_says_columns_units_and_pay_strings_as_tables_or_as_dotted_lines(file):
    tables = 'seller = "Acme"\n[columns]\n"A" = "upb"\n[units]\n"A" = "thousands"\n[pay_string]\nnewest = "left"\n'
    lines = 'seller = "Acme"\ncolumns."A" = "upb"\nunits."A" = "thousands"\npay_string."newest" = "left"\n'
    for text in (tables, lines, "\ufeff" + lines):
        mapping = read_mapping(file(text))
        assert (mapping.columns, mapping.units, mapping.pay_string) == (
            {"A": "upb"},
            {"A": "thousands"},
            {"newest": "left"},
        )
        assert mapping.seller == "Acme"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colums."A" = "upb"', '"colums" is not known; nearest: columns'),
        ('columns."A" = "ubp"', "columns.\"A\" = 'ubp' is not known; nearest: upb"),
        ('columns."A" = 3', 'columns."A" = 3 is not known'),
        ('units."A" = "percents"', "nearest: percent"),
        ('units."A" = "furlongs"', "units.\"A\" = 'furlongs' is not known"),
        ('pay_string.alfabet = "dv01"', 'pay_string."alfabet" is not known; nearest: alphabet'),
        ('pay_string.alphabet = "dv02"', "nearest: dv01"),
        ('pay_string.newest = "top"', "it is one of left, right"),
        ('pay_string.method = "aba"', "nearest: mba"),
        ("format = 2", "format 2 is not known; this notebid reads format 1"),
        ("seller = 3", "seller = 3 is not text"),
        ("headings_sha256 = 3", "headings_sha256 is a hash"),
        ('columns = "upb"', "columns must be a table"),
        ('"Current UPB" = "upb"', "its place is under [columns]"),
        ('[units]\ncolumns."A" = "upb"', "write the line above the first [table]"),
        ('columns."A" = "upb"\ncolumns."A" = "dti"', "no heading has two lines"),
        ("nonsense", "not a readable mapping"),
        ("x = [" * 5000, "not a readable mapping"),
    ],
)
def test_a_word_that_is_not_known_is_refused_with_the_nearest(file, text, said):
    path = file(text)
    with pytest.raises(UsageError) as refused:
        read_mapping(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"x" * 1_000_001])
def test_what_is_no_text_or_far_too_large_is_refused(tmp_path, data):
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"no UTF-8 text|over 1,000,000 bytes"):
        read_mapping(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_mapping(tmp_path / "a.toml")


def test_a_set_of_headings_has_one_key_whatever_their_order_and_spelling():
    assert headings_key(["Loan #", "Current UPB", ""]) == headings_key(["CURRENT\nUPB", "Loan No.", "Loan Number"])
    assert headings_key(["Loan #", "UPB"]) != headings_key(["Loan #", "UPB", "City"])


def test_next_months_tape_has_the_key_of_this_months():
    assert headings_key(["UPB", "Jan-24", "Feb-24"]) == headings_key(["UPB", "Feb-24", "Mar-24", "Apr-24"])
    assert headings_key(["UPB", "Pmt Jan-24"]) != headings_key(["UPB", "Status Jan-24"])


def test_a_mapping_is_found_by_its_key_alone(file, tmp_path):
    file(f'headings_sha256 = "{headings_key(HEADINGS)}"\ncolumns."UPB" = "upb"\n')
    file('headings_sha256 = "other"\n', "other.toml")
    found = find_mapping(tmp_path / "mappings", reversed(HEADINGS))
    assert found is not None
    assert found.columns == {"UPB": "upb"}
    assert find_mapping(tmp_path / "mappings", HEADINGS[1:]) is None
    assert find_mapping(tmp_path / "nowhere", HEADINGS) is None


def test_a_mapping_may_be_made_for_several_sets_of_headings(file, tmp_path):
    file(f'headings_sha256 = ["{KEY}", "{headings_key(HEADINGS)}"]\n')
    assert find_mapping(tmp_path / "mappings", HEADINGS) is not None


def test_two_mappings_for_one_set_of_headings_are_refused_with_both_named(file, tmp_path):
    for name in ("a.toml", "b.toml"):
        file(f'headings_sha256 = "{headings_key(HEADINGS)}"\n', name)
    with pytest.raises(UsageError, match=r"a\.toml and .*b\.toml are both made for these headings"):
        find_mapping(tmp_path / "mappings", HEADINGS)


def test_a_broken_mapping_stops_the_tape_that_it_is_for_and_no_other(file, tmp_path):
    file(f'headings_sha256 = "{headings_key(HEADINGS)}"\ncolumns."UPB" = upb\n')
    with pytest.raises(UsageError, match="not a readable mapping"):
        find_mapping(tmp_path / "mappings", HEADINGS)
    assert find_mapping(tmp_path / "mappings", ["Loan #", "Balance"]) is None


def test_a_mapping_for_nearly_these_headings_is_named(file, tmp_path):
    headings = [f"Heading {letter}" for letter in "ABCDEFGHIJ"]
    body = "".join(f'columns."{one}" = "ignored"\n' for one in headings[:8]) + '# columns."Heading I" = "upb"   # x\n'
    file(f'headings_sha256 = "{KEY}"\n{body}')
    assert near_mappings(tmp_path / "mappings", headings) == (
        "mappings/acme.toml was made for 9 of these 10 headings; if this is the same seller, use it with --mapping.",
    )
    assert near_mappings(tmp_path / "mappings", [*headings, *map(str, range(10))]) == ()


def test_a_new_mapping_says_what_is_read_and_suggests_what_is_not(proposal, tmp_path):
    path = tmp_path / "new" / "acme.toml"
    mapping = write_mapping(path, proposal())
    assert mapping.columns == {
        "Loan #": "loan_id",
        "UPB": "upb",
        "City": "ignored",
        "Payoff Date": "after_the_fact",
        "Borrower Name": "personal",
    }
    assert mapping.keys == (headings_key((*HEADINGS, "Borrower Name")),)
    assert mapping.seller == "Acme & Sons"
    text = path.read_text(encoding="utf-8")
    assert '\n# columns."Mystery" = "ignored"   # no suggestion; it is not read\n' in text
    assert [one.name for one in path.parent.iterdir()] == ["acme.toml"]


def test_an_accepted_suggestion_is_a_line_with_its_mark_taken_away(proposal, tmp_path):
    path = tmp_path / "acme.toml"
    write_mapping(path, proposal(("Loan #", "Curent Principle Balance")))
    line = 'columns."Curent Principle Balance" = "upb"   # suggestion, 9'
    text = path.read_text(encoding="utf-8")
    assert f"\n# {line}" in text
    path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
    assert read_mapping(path).columns["Curent Principle Balance"] == "upb"


QUESTION = Question(
    "Maturity Date",
    "3/4/24 and 40 others fit both",
    "Does the day or the month come first?",
    (
        Answer("3/4/24 is 4 March", "units", "Maturity Date", "month_first"),
        Answer("3/4/24 is 3 April", "units", "Maturity Date", "day_first"),
    ),
)


def test_a_question_stands_in_the_file_with_its_answers_to_be_put_in_use(proposal, tmp_path):
    path = tmp_path / "acme.toml"
    write_mapping(path, proposal(questions=(QUESTION,)))
    text = path.read_text(encoding="utf-8")
    assert "# Question about Maturity Date: Does the day or the month come first?\n" in text
    line = 'units."Maturity Date" = "day_first"'
    path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
    assert read_mapping(path).units == {"Maturity Date": "day_first"}
    before = path.read_text(encoding="utf-8")
    write_mapping(path, proposal(questions=(QUESTION,)))
    assert path.read_text(encoding="utf-8") == before


BY_HAND = """\
# my notes on Acme
seller = "Acme"   # they answer on Fridays

columns."UPB" = "ignored"   # theirs is stale
# columns."City" = "ignored"   # not sure yet
units."Loan #" = "thousands"
"""


def test_writing_again_keeps_every_line_of_a_person_and_adds_what_is_new(proposal, file):
    path = file(BY_HAND)
    mapping = write_mapping(path, proposal())
    text = path.read_text(encoding="utf-8")
    for line in BY_HAND.splitlines():
        assert line in text.splitlines()
    assert mapping.columns["UPB"] == "ignored"
    assert "City" not in mapping.columns
    assert mapping.columns["Loan #"] == "loan_id"
    assert mapping.keys == (headings_key((*HEADINGS, "Borrower Name")),)
    again = write_mapping(path, proposal())
    assert again == mapping
    assert path.read_text(encoding="utf-8") == text


IN_TABLES = """\
format = 1
headings_sha256 = "{key}"   # the old layout

[columns]   # all of them
"UPB" = "ignored"   # theirs is stale

# the units
[units]
"UPB" = "thousands"
"""


def test_a_file_of_tables_is_added_to_inside_its_tables(proposal, file):
    path = file(IN_TABLES.format(key=KEY))
    mapping = write_mapping(path, proposal())
    text = path.read_text(encoding="utf-8")
    assert mapping.columns["UPB"] == "ignored"
    assert mapping.columns["Loan #"] == "loan_id"
    assert mapping.units == {"UPB": "thousands"}
    assert mapping.keys == (KEY, headings_key((*HEADINGS, "Borrower Name")))
    for comment in ("# the old layout", "# all of them", "# theirs is stale", "# the units"):
        assert comment in text
    accepted = text.replace('# "Mystery" = "ignored"', '"Mystery" = "dti"')
    path.write_text(accepted, encoding="utf-8")
    assert read_mapping(path).columns["Mystery"] == "dti"


def test_a_table_of_units_alone_stays_below_the_new_lines(proposal, file):
    path = file('[units]\n"UPB" = "thousands"\n')
    mapping = write_mapping(path, proposal())
    assert mapping.units == {"UPB": "thousands"}
    assert mapping.columns["Loan #"] == "loan_id"
    text = path.read_text(encoding="utf-8")
    line = 'columns."Mystery" = "ignored"'
    path.write_text(text.replace(f"# {line}", line), encoding="utf-8")
    assert read_mapping(path).columns["Mystery"] == "ignored"


def test_a_file_that_is_no_mapping_is_left_alone(proposal, tmp_path):
    path = tmp_path / "notes.toml"
    path.write_text("groceries = true\n", encoding="utf-8")
    with pytest.raises(UsageError, match="groceries"):
        write_mapping(path, proposal())
    assert path.read_text(encoding="utf-8") == "groceries = true\n"


def test_hostile_headings_stay_inside_their_quotes(proposal, tmp_path):
    headings = ('UPB"\n[units]\nx = "y', "a\\", 'b" # c', "\x7f\x01", "columns.x", "'''", "Ünïcode 表", "=1+1")
    path = tmp_path / "acme.toml"
    write_mapping(path, proposal(headings, dropped=('Borrower "Bob" Name',), seller='A"\n[units]'))
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(found) == {"format", "seller", "headings_sha256", "columns"}
    again = write_mapping(path, proposal(headings, dropped=('Borrower "Bob" Name',), seller="A"))
    assert again.columns == found["columns"]


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=30))
def test_any_text_is_written_as_one_line_that_says_it(text):
    line = f"x = {toml_text(text)}"
    assert "\n" not in line
    assert tomllib.loads(line)["x"] == text


def test_half_of_a_pair_that_stands_for_a_byte_of_a_files_name_does_not_spoil_the_file(proposal, tmp_path):
    write_mapping(tmp_path / "a.toml", proposal(("Loan #",), seller="bad\udcff\udcfename"))
    assert tomllib.loads((tmp_path / "a.toml").read_text(encoding="utf-8"))["seller"] == "bad\ufffd\ufffdname"


def test_two_columns_of_one_heading_have_a_line_each(proposal, tmp_path):
    mapping = write_mapping(tmp_path / "a.toml", proposal(("City", "City", "Loan #"), dropped=("x Email", "x Email")))
    assert mapping.columns == {
        "City [A]": "ignored",
        "City [B]": "ignored",
        "Loan #": "loan_id",
        "x Email": "personal",
    }


def test_a_word_that_is_no_unit_is_refused_with_those_that_its_heading_can_have(file):
    with pytest.raises(
        UsageError, match=r'units\."UPB" = \'furlongs\' is not known.*; upb can be in .*dollars.*thousands'
    ):
        read_mapping(file('units."UPB" = "furlongs"\n'))
    with pytest.raises(UsageError, match=r"is not known.*; it is one of .*percent"):
        read_mapping(file('units."Widget" = "furlongs"\n'))
