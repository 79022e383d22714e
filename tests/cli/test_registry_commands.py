"""``promote``, ``rollback`` and ``sync`` as a user gives them, on small models that really load."""

import json
import shutil
from dataclasses import replace

import pytest

from cli import training_run
from cli.console import Console
from cli.main import main
from registry.champion import find_model, read_version
from registry.home import Home, StoreError
from registry.pending import keep, pending_files, read_pending
from registry.promote import current_champion
from registry.settle import NotLoggedError
from registry.store import open_store
from registry.trials import TrialRun
from serving.model import ServedModel
from tests.cli.tiny_training import lesson, tiny_config


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory, store_template):
    """A home with two real trainings on made notes: version 1, then version 2, which is the champion; tests use copies."""
    root = tmp_path_factory.mktemp("trained")
    shutil.copyfile(store_template / "mlflow.db", root / "mlflow.db")
    home = Home(root)
    for seed in (1, 2):
        trained = training_run.train_and_register(lesson(seed), tiny_config(), home, Console(quiet=True), 1.0)
        assert trained.promoted
    return home


@pytest.fixture
def home(trained_home, tmp_path, monkeypatch):
    """A copy of it that the environment names."""
    shutil.copytree(trained_home.root, tmp_path / "home")
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return Home(tmp_path / "home")


def tags_of(home, version):
    return open_store(home).get_model_version("note-outcomes", str(version)).tags


def test_a_training_keeps_its_verdict_with_the_version(home):
    assert (tags_of(home, 1)["verdict"], tags_of(home, 1)["judged_against"]) == ("passed", "none")
    assert (tags_of(home, 2)["verdict"], tags_of(home, 2)["judged_against"]) == ("passed", "1")
    assert pending_files(home) == []


def test_back_and_no_further_and_forward_by_force_alone(home, capsys):
    assert main(["rollback", "--why", "too high"]) == 0
    said = capsys.readouterr().out
    assert "version 1 is the champion again; version 2 is not any more" in said
    assert "goes nowhere: it is the first" in said
    assert main(["rollback"]) == 2
    assert "version 1 is the champion and no champion is known before it" in capsys.readouterr().err
    assert main(["promote", "2"]) == 5
    assert "was rolled back on" in capsys.readouterr().err
    assert main(["promote", "2", "--force"]) == 2
    assert "--force needs --why" in capsys.readouterr().err
    assert main(["promote", "models:/note-outcomes/2", "--force", "--why", "it was the tape", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": 2, "previous": 1, "forced": True}
    assert tags_of(home, 2)["force_why"] == "it was the tape"
    assert main(["promote", "2"]) == 0
    assert "is the champion already; nothing was changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["promote"], 2, "there is no challenger"),
        (["promote", "9"], 2, "there is no version 9"),
        (["promote", "0"], 2, "VERSION='0' is no registered version"),
        (["promote", "champion"], 2, "VERSION='champion' is no registered version"),
        (["promote", "1", "--why", "because"], 2, "--why is the reason for --force"),
        (["promote", "1"], 5, "judged against no champion, but the champion is now version 2"),
        (["promote", "1", "--force", "--why", " "], 2, "a reason in words"),
    ],
)
def test_what_cannot_be_promoted_says_why(words, code, says, home, capsys):
    assert main(words) == code
    assert says in capsys.readouterr().err
    assert current_champion(home) == 2


def test_a_damaged_bundle_is_neither_promoted_by_force_nor_rolled_back_to(home, capsys):
    model = find_model("1", home).bundle_folder / "model.txt"
    model.write_text(model.read_text().replace("tree", "tre", 1))
    assert main(["promote", "1", "--force", "--why", "to see"]) == 6
    assert main(["rollback"]) == 6
    assert "version 2 stays the champion, since version 1 before it cannot score" in capsys.readouterr().err
    assert current_champion(home) == 2


def test_with_nothing_pending_sync_says_so_and_makes_no_home(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "new"))
    assert main(["sync"]) == 0
    assert "nothing is pending" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


@pytest.fixture
def store_down(home, monkeypatch):
    """Train while the store is a server that is not there; gives the home, the store back in its place."""

    def train(seed, config=None):
        with monkeypatch.context() as patch:
            patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
            away = replace(home, tracking_uri="http://127.0.0.1:9")
            console = Console(quiet=True)
            trained = training_run.train_and_register(lesson(seed), config or tiny_config(), away, console, 1.0)
            assert (trained.version, trained.promoted) == (None, False)
            with pytest.raises(NotLoggedError, match="KEPT, BUT NOT LOGGED"):
                trained.raise_unless_champion()
            assert any("judged against the baselines only" in line for line in console.log_lines)
        return trained

    return train


def test_what_was_trained_while_the_server_was_down_is_logged_later_and_judged_again_where_there_is_a_champion(
    home, store_down, capsys
):
    trained = store_down(3)
    assert main(["sync"]) == 5
    said = capsys.readouterr()
    told = f"logging to {home.tracking_uri}: 1 of 1 training was meant for another store (MLFLOW_TRACKING_URI)"
    assert [line for line in said.err.splitlines() if "another store" in line] == [f"warning: {told}"]
    assert "version 3 registered and not promoted" in said.out
    assert "judged against no champion, but the champion is now version 2. It must be judged again" in said.err
    assert read_version(home, alias="challenger").bundle_sha256 == trained.bundle_folder.name
    assert current_champion(home) == 2
    assert main(["sync"]) == 0
    assert len(open_store(home).search_model_versions("name = 'note-outcomes'")) == 3


def test_where_there_is_no_champion_sync_promotes_what_passed(home, store_down, capsys):
    open_store(home).delete_registered_model_alias("note-outcomes", "champion")
    trained = store_down(3)
    assert main(["sync", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["left"] == 0
    assert (value["settled"][0]["promoted"], value["settled"][0]["is_champion"]) == (True, False)
    assert find_model("", home).bundle_folder == trained.bundle_folder
    ServedModel.from_folder(trained.bundle_folder)
    [run] = [
        run
        for run in open_store(home).search_runs(["1"], "attributes.status = 'FINISHED'")
        if run.data.tags["bundle_sha256"] == trained.bundle_folder.name
    ]
    assert "log_loss" in " ".join(run.data.metrics)


def test_a_pending_file_names_no_place_and_no_loan(home, store_down):
    store_down(3)
    [file] = pending_files(home)
    text = file.read_text()
    assert str(home.root) not in text
    assert "MADE-" not in text


def test_a_damaged_pending_file_stops_no_other(home, store_down, capsys):
    store_down(3)
    [file] = pending_files(home)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"store": "own"}))
    (home.pending / "0.json").write_text("{")
    assert main(["sync"]) == 6
    said = capsys.readouterr()
    assert "another store" not in said.err
    assert "version 3 registered" in said.out
    assert "0.json: it cannot be read" in said.err
    assert [file.name for file in pending_files(home)] == ["0.json"]


def test_sync_while_the_server_is_still_down_keeps_everything(home, store_down, capsys, monkeypatch):
    store_down(3)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert main(["sync"]) == 2
    assert "KEPT, BUT NOT LOGGED" in capsys.readouterr().err
    assert len(pending_files(home)) == 1


def test_sync_logs_the_trials_of_a_search_too_and_says_when_it_could_not(home, store_down, capsys, monkeypatch):
    def fails(*_words):
        raise StoreError("disk full")

    store_down(3)
    [file] = pending_files(home)
    pending = read_pending(home, file, training_run.checkout() / training_run.PYFUNC)
    trial = TrialRun(0, "finished", {"l2": 2.0}, {"log_loss": 0.6}, 1_767_225_600.0, 1_767_225_660.0)
    keep(home, replace(pending, record=replace(pending.record, trials=(trial,))))
    with monkeypatch.context() as patch:
        patch.setattr("registry.settle.log_trials", fails)
        assert main(["sync"]) == 2
    said = capsys.readouterr()
    assert "the trials of its search are not all logged: disk full" in said.err
    assert (
        "It must be judged again" in said.err
    )  # it was judged without the champion that there is: told now, not later
    assert main(["sync"]) == 0
    said = capsys.readouterr()
    assert "version 3 was settled before; the trials of its search are logged" in said.out
    assert "It must be judged again" not in said.err
    assert pending_files(home) == []
    assert len(open_store(home).search_runs(["1"], "tags.tuning_trial = '0'")) == 1
