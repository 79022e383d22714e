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


def _publish(final, text="a", name="bids.csv"):
    with ResultFolder(final) as folder:
        (folder.path / name).write_text(text)
        (folder.path / "run.log").write_text("12:00")
        folder.publish({"n": 1})
    return folder.kept


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


def _edit_by_user(result):
    """What an analyst leaves in a result: a marked-up copy, a folder, a link, and an edited file of the result."""
    (result / "bids marked up.csv").write_text("mine")
    (result / "photos" / "front").mkdir(parents=True)
    (result / "photos" / "front" / "1.jpg").write_text("roof")
    (result / "tape").symlink_to("../tape.csv")
    (result / "bids.csv").write_text("edited")


# First 8 of the sha256 of b"edited", from sha256sum.
_EDITED = "bids.kept-1fb9f409.csv"


def test_what_the_user_put_into_a_result_and_what_he_edited_are_in_the_next_one(tmp_path):
    _publish(tmp_path / "r", "first")
    _edit_by_user(tmp_path / "r")
    kept = _publish(tmp_path / "r", "second")
    assert kept == ["bids marked up.csv", _EDITED, "photos", "tape"]
    assert sorted(one.name for one in (tmp_path / "r").iterdir()) == sorted([*kept, "bids.csv", "run.json", "run.log"])
    assert (tmp_path / "r" / "bids.csv").read_text() == "second"
    assert (tmp_path / "r" / _EDITED).read_text() == "edited"
    assert (tmp_path / "r" / "bids marked up.csv").read_text() == "mine"
    assert (tmp_path / "r" / "photos" / "front" / "1.jpg").read_text() == "roof"
    assert os.readlink(tmp_path / "r" / "tape") == "../tape.csv"
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


def test_what_was_kept_stays_through_every_later_run_and_never_reaches_run_json(tmp_path):
    _publish(tmp_path / "r", "first")
    first = (tmp_path / "r" / "run.json").read_bytes()
    _edit_by_user(tmp_path / "r")
    kept = _publish(tmp_path / "r", "first")
    (tmp_path / "r" / "bids.csv").write_text("edited")  # the same edit again is one file
    assert _publish(tmp_path / "r", "first") == kept
    assert (tmp_path / "r" / "run.json").read_bytes() == first


def test_a_file_of_the_user_gives_way_to_a_new_file_of_its_name_and_is_kept_under_another(tmp_path):
    _publish(tmp_path / "r", "first", name="exceptions.csv")
    (tmp_path / "r" / "bids.csv").write_text("edited")
    assert _publish(tmp_path / "r", "second") == [_EDITED]
    assert (tmp_path / "r" / "bids.csv").read_text() == "second"
    assert (tmp_path / "r" / _EDITED).read_text() == "edited"


def test_an_edit_whose_kept_name_the_user_gave_to_something_else_gets_a_longer_one(tmp_path):
    _publish(tmp_path / "r", "first")
    (tmp_path / "r" / _EDITED).write_text("another thing")
    (tmp_path / "r" / "bids.csv").write_text("edited")
    long = f"bids.kept-{hashlib.sha256(b'edited').hexdigest()}.csv"
    assert _publish(tmp_path / "r", "second") == [_EDITED, long]
    assert (tmp_path / "r" / _EDITED).read_text() == "another thing"
    assert (tmp_path / "r" / long).read_text() == "edited"


def test_a_folder_or_a_link_that_took_the_place_of_a_file_of_the_result_is_kept(tmp_path):
    for swap in (lambda one: one.mkdir(), lambda one: one.symlink_to("nowhere")):
        _publish(tmp_path / "r", "first")
        (tmp_path / "r" / "bids.csv").unlink()
        swap(tmp_path / "r" / "bids.csv")
        _publish(tmp_path / "r", "second")
        assert (tmp_path / "r" / "bids.csv").read_text() == "second"
    kinds = sorted((one.is_dir(), one.is_symlink()) for one in (tmp_path / "r").glob("bids.kept-*.csv"))
    assert kinds == [(False, True), (True, False)]


def test_an_untouched_result_leaves_nothing_behind(tmp_path):
    _publish(tmp_path / "r", "first", name="exceptions.csv")
    assert _publish(tmp_path / "r", "second") == []
    assert sorted(one.name for one in (tmp_path / "r").iterdir()) == ["bids.csv", "run.json", "run.log"]


def test_a_copy_that_fails_leaves_the_earlier_result_as_it_was(tmp_path, monkeypatch):
    _publish(tmp_path / "r", "first")
    _edit_by_user(tmp_path / "r")
    before = sorted(tmp_path.rglob("*"))

    def no_space(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.result_folder.shutil.copy2", no_space)
    with pytest.raises(OSError, match="No space"):
        _publish(tmp_path / "r", "second")
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "r" / "bids.csv").read_text() == "edited"


_CALLS_OF_A_SWAP = ["shutil.copytree", "os.fsync", "Path.rename:1", "Path.rename:2", "Path.unlink", "shutil.rmtree"]


@pytest.mark.parametrize("moment", _CALLS_OF_A_SWAP)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_at_any_step_of_the_swap_loses_nothing_of_the_users(tmp_path, moment, when):
    _publish(tmp_path / "r", "first")
    _edit_by_user(tmp_path / "r")
    script = f"""
        import os, pathlib, shutil, signal
        from pathlib import Path
        from reports import ResultFolder
        name, _, turn = {moment!r}.partition(":")
        owner, call = eval(name.split(".")[0]), name.split(".")[1]
        true, seen = getattr(owner, call), []
        def killing(*words, **options):
            seen.append(words)
            last = len(seen) == int(turn or 1)
            if last and {when!r} == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            true(*words, **options)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
        with ResultFolder(pathlib.Path({str(tmp_path / "r")!r})) as folder:
            (folder.path / "bids.csv").write_text("second")
            setattr(owner, call, killing)
            folder.publish({{"n": 1}})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, cwd=os.getcwd())
    assert done.returncode == -signal.SIGKILL
    _publish(tmp_path / "r", "third")
    result = tmp_path / "r"
    assert (result / "bids.csv").read_text() == "third"
    assert (result / _EDITED).read_text() == "edited"
    assert (result / "bids marked up.csv").read_text() == "mine"
    assert (result / "photos" / "front" / "1.jpg").read_text() == "roof"
    assert os.readlink(result / "tape") == "../tape.csv"
    assert [one.name for one in tmp_path.iterdir()] == ["r"]


def test_a_former_result_is_never_swept_away_while_no_result_stands_in_its_place(tmp_path):
    _publish(tmp_path / "r", "first")
    (tmp_path / "r").rename(tmp_path / ".r.former-999999999-abc")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "taxes.xlsx").write_text("mine")
    with pytest.raises(UsageError, match="not a notebid result"):
        ResultFolder(tmp_path / "r")
    assert (tmp_path / ".r.former-999999999-abc" / "bids.csv").read_text() == "first"


def test_the_leftovers_of_a_folder_whose_name_begins_the_same_are_not_touched(tmp_path):
    _publish(tmp_path / "r", "first")
    other = tmp_path / ".r.former-2.partial-999999999-abc"  # of a folder "r.former-2"
    other.mkdir()
    _publish(tmp_path / "r", "second")
    assert other.is_dir()
