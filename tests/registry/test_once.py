"""Making a thing on a server once, though answers get lost."""

import os
from dataclasses import replace

import pytest
from mlflow.exceptions import MlflowException

from registry import once
from registry.once import made_once
from registry.store import RETRIES_VARIABLE, prepare_environment


@pytest.fixture
def server(mlflow_home, monkeypatch):
    """A home whose store is behind a server; nothing is asked of it here."""
    prepare_environment()
    monkeypatch.setattr(once, "_PAUSE_SECONDS", 0.0)
    return replace(mlflow_home, tracking_uri="http://127.0.0.1:9")


class Shelf:
    """A server on which things are made; the first so many answers get lost, before or after the thing was made."""

    def __init__(self, lost, made_all_the_same):
        self.lost, self.made_all_the_same = lost, made_all_the_same
        self.things, self.retries = [], set()

    def look(self):
        return self.things[0] if self.things else None

    def make(self):
        self.retries.add(os.environ[RETRIES_VARIABLE])
        fails = self.lost > 0
        self.lost -= 1
        if not fails or self.made_all_the_same:
            self.things.append(f"thing {len(self.things) + 1}")
        if fails:
            raise MlflowException("timed out")
        return self.things[-1]


@pytest.mark.parametrize("made_all_the_same", [True, False])
def test_after_a_lost_answer_it_is_looked_for_before_it_is_made_again(made_all_the_same, server):
    shelf = Shelf(1, made_all_the_same)
    assert made_once(server, shelf.look, shelf.make) == "thing 1"
    assert shelf.things == ["thing 1"]


def test_mlflow_itself_sends_it_a_single_time_and_afterwards_as_often_as_before(server):
    before, shelf = os.environ[RETRIES_VARIABLE], Shelf(0, False)
    made_once(server, shelf.look, shelf.make)
    assert shelf.retries == {"0"}
    assert os.environ[RETRIES_VARIABLE] == before != "0"


def test_three_failures_of_a_server_and_one_of_a_database_are_enough(server, mlflow_home):
    for home, lost in ((server, 3), (mlflow_home, 1)):
        shelf = Shelf(lost, False)
        with pytest.raises(MlflowException, match="timed out"):
            made_once(home, shelf.look, shelf.make)
        assert shelf.things == []
    assert made_once(server, Shelf(2, False).look, Shelf(2, False).make) == "thing 1"
