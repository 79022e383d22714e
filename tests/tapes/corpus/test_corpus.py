"""Every made file is read back to the truth, cell by cell, or refused with the words that help."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from notes import NotebidError
from notes.history import UNKNOWN
from tapes import ReadOptions, read_tape
from tests.tapes.corpus import pay
from tests.tapes.corpus.bidding import bids
from tests.tapes.corpus.compare import canonical, disagreements
from tests.tapes.corpus.disguises import disguises
from tests.tapes.corpus.made import MadeFile, Tape
from tests.tapes.corpus.troubles import deep_notes, troubles
from tests.tapes.corpus.truth import plain_notes
from tests.tapes.corpus.vocabulary import PLAIN

_ALL = [*disguises(), *troubles()]
_READ = [file for file in _ALL if file.expected.refusal is None]
_REFUSED = [file for file in _ALL if file.expected.refusal is not None]


def _named(files: list[MadeFile]) -> list[object]:
    return [pytest.param(file, id=file.name) for file in files]


def _read(file, folder):
    path = file.write(folder)
    return read_tape(path, ReadOptions(**file.read_options(folder)))


@pytest.mark.parametrize("file", _named(_READ))
def test_a_made_file_is_read_to_its_truth_and_every_line_is_accounted_for(file, tmp_path):
    assert disagreements(_read(file, tmp_path), file.expected) == []


@pytest.mark.parametrize("file", _named(_REFUSED))
def test_a_file_that_cannot_be_read_is_refused_in_words_that_help(file, tmp_path):
    with pytest.raises(NotebidError) as refused:
        _read(file, tmp_path)
    message = str(refused.value)
    assert refused.value.exit_code == file.expected.exit_code, message
    assert [text for text in file.expected.refusal if text.lower() not in message.lower()] == [], message
    assert "Traceback" not in message


def _months_read(tape, folder, **more):
    """Read a tape; give months behind as read and as they were, side by side."""
    reading = _read(tape.file(**more), folder)
    assert reading.counts.priced == len(tape.notes)
    history = reading.tape.history.months_delinquent[:, -24:]
    told = [(note.behind[-24:], seen) for note, seen in zip(tape.notes, history, strict=True) if note.behind]
    return [(int(read), was) for behind, seen in told for read, was in zip(seen, behind, strict=True)]


def test_a_string_by_the_ots_method_is_never_read_as_less_behind_than_the_note_was(tmp_path):
    # Instalments due on the first: there the two methods are a month apart at every month end.
    tape = Tape("ots", plain_notes(first_of_month=True), PLAIN, pay=pay.ots())
    for read, was in _months_read(tape, tmp_path, options={"delinquency_method": "ots"}):
        # By OTS nothing tells a note that is current from one that is a month behind.
        assert read in (UNKNOWN, was) or {read, was} == {0, 1}


@pytest.mark.parametrize("notes", [plain_notes(), deep_notes()], ids=["cured", "climbing"])
def test_ninety_days_and_more_is_three_months_or_what_the_neighbours_prove(notes, tmp_path):
    months = _months_read(Tape("thirties", notes, PLAIN, pay=pay.thirties()), tmp_path)
    for read, was in months:
        assert read == was if was < 3 else read in (UNKNOWN, 3, was)
    assert sum(read == was for read, was in months) > len(months) / 2


def test_the_corpus_is_as_large_as_promised():
    assert len(_ALL) >= 60
    whole = [file for file in disguises() if len(file.expected.notes) == 200]
    assert len(whole) >= 40


_PLAIN_BIDS: dict[object, object] = {}
"""Bids of contract forms: most disguises say the same."""


def _bids_of_the_contract_form(expected):
    key = (tuple(map(id, expected.notes)), frozenset(expected.fields), expected.months, expected.tells)
    if key not in _PLAIN_BIDS:
        with TemporaryDirectory() as folder:
            _PLAIN_BIDS[key] = bids(_read(canonical(expected), Path(folder)))
    return _PLAIN_BIDS[key]


def _bid_the_same(file, folder):
    expected = _bids_of_the_contract_form(file.expected)
    assert len(expected) == len(file.expected.notes) >= 170
    assert bids(_read(file, folder)).equals(expected)


@pytest.mark.parametrize("file", _named(disguises()[::12]))
def test_the_same_notes_in_a_disguise_are_bid_the_same_to_the_cent(file, tmp_path):
    _bid_the_same(file, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("file", _named(disguises()))
def test_the_same_notes_in_every_disguise_are_bid_the_same_to_the_cent(file, tmp_path):
    _bid_the_same(file, tmp_path)
