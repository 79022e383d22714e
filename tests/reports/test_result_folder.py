"""A result folder appears whole or not at all."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from notes import UsageError
from reports import ResultFolder


def _publish(final, text="a"):
    with ResultFolder(final) as folder:
        (folder.path / "bids.csv").write_text(text)
        (folder.path / "run.log").write_text("12:00")
        folder.publish({"n": 1})


def test_run_json_holds_the_hash_of_every_file_but_the_log(tmp_path):
    _publish(tmp_path / "r")
    manifest = json.loads((tmp_path / "r" / "run.json").read_text())
    assert manifest == {"n": 1, "files": {"bids.csv": hashlib.sha256(b"a").hexdigest()}}


def test_an_earlier_result_is_replaced_and_nothing_else_is_left(tmp_path):
    _publish(tmp_path / "r", "first")
    _publish(tmp_path / "r", "second")
    assert (tmp_path / "r" / "bids.csv").read_text() == "second"
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


def test_a_folder_with_other_things_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "taxes.xlsx").write_text("mine")
    with pytest.raises(UsageError, match="not a notebid result"):
        ResultFolder(tmp_path / "r")
    assert [one.name for one in (tmp_path / "r").iterdir()] == ["taxes.xlsx"]
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize(
    "text", ['{"mine": 1}', '{"files": ["model.pt"]}', '{"files": {}}', '{"files": {"a": 1}}', "[]", "", "\x00"]
)
def test_the_run_json_of_another_program_does_not_make_its_folder_ours_to_replace(tmp_path, text):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "run.json").write_text(text)
    (tmp_path / "r" / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="not a notebid result"):
        _publish(tmp_path / "r")
    assert (tmp_path / "r" / "thesis.docx").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "r").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        ResultFolder(tmp_path / "r")


def test_a_link_to_a_result_stays_a_link_and_what_it_points_to_is_replaced(tmp_path):
    _publish(tmp_path / "real", "first")
    (tmp_path / "link").symlink_to("real")
    _publish(tmp_path / "link", "second")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "bids.csv").read_text() == "second"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "real"]


def test_runs_that_publish_to_one_place_at_once_all_succeed_and_the_last_stands_whole(tmp_path):
    script = textwrap.dedent(f"""
        import pathlib, sys
        from reports import ResultFolder
        for turn in range(100):
            with ResultFolder(pathlib.Path({str(tmp_path / "r")!r})) as folder:
                (folder.path / "bids.csv").write_text(sys.argv[1])
                folder.publish({{"n": sys.argv[1]}})
    """)
    runs = [subprocess.Popen([sys.executable, "-c", script, str(n)], cwd=os.getcwd()) for n in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert json.loads((tmp_path / "r" / "run.json").read_text())["n"] == (tmp_path / "r" / "bids.csv").read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


def test_an_error_while_publishing_leaves_the_earlier_result_and_no_other_folder(tmp_path):
    _publish(tmp_path / "r", "first")
    with pytest.raises(ValueError, match="not JSON compliant"), ResultFolder(tmp_path / "r") as folder:
        folder.publish({"n": float("nan")})
    assert (tmp_path / "r" / "bids.csv").read_text() == "first"
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


def test_a_killed_run_leaves_nothing_that_looks_like_a_result_and_the_next_run_clears_up(tmp_path):
    script = f"""
        import os, signal, pathlib
        from reports import ResultFolder
        folder = ResultFolder(pathlib.Path({str(tmp_path / "r")!r}))
        (folder.path / "bids.csv").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, cwd=os.getcwd())
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "r").exists()
    assert not list(tmp_path.rglob("run.json"))
    _publish(tmp_path / "r")
    assert [one.name for one in tmp_path.iterdir()] == ["r"]
