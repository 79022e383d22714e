"""Every made file is read back to the truth, cell by cell, or refused with the words that help."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from notes import NotebidError
from tapes import ReadOptions, read_tape
from tests.tapes.corpus.bidding import bids
from tests.tapes.corpus.compare import canonical, disagreements
from tests.tapes.corpus.disguises import disguises
from tests.tapes.corpus.made import MadeFile
from tests.tapes.corpus.troubles import troubles

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
