"""What is asked before a file can be read."""

from pathlib import Path

import pytest

from notes import TapeError
from tapes.asking import Answer, Question, raise_open
from tapes.refusal import Place

ORDER = Question(
    "Due",
    "'1/2/24' may be 2 January or 1 February.",
    "Does the month come first or the day?",
    (Answer("1/2/24 is 2 January", "units", "Due", "month_first"),),
)
WHICH = Question("UPB", "two columns stand for it", "Which of them is it?")


def test_one_question_is_asked_with_its_evidence_and_the_line_that_answers_it():
    with pytest.raises(TapeError) as refused:
        raise_open([ORDER], Place(Path("tape.csv")))
    assert str(refused.value) == (
        "tape.csv, column Due: '1/2/24' may be 2 January or 1 February. Does the month come first or the day? "
        "Answer with one line in the tape's mapping (notebid map writes it):\n"
        '    units."Due" = "month_first"   # 1/2/24 is 2 January'
    )


def test_several_questions_are_asked_at_once():
    with pytest.raises(TapeError, match=r"2 questions have to be answered first\.\n1\. .*Due(.|\n)*\n2\. .*UPB"):
        raise_open([ORDER, WHICH], Place(Path("tape.csv")))


def test_nothing_open_refuses_nothing():
    raise_open([], Place(Path("tape.csv")))
