"""What a user passes to make is data: it arrives as it was written, and nothing in it runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HOSTILE = [
    "a b$(shell touch x);`touch y`.csv",
    "$(touch x)'; touch y; '.csv",
    '"; touch x; ".csv',
    "-rf $HOME ${PATH} $$ # not a comment",
    "notes\\ 1%s.csv",
]


@pytest.fixture
def stage(tmp_path):
    """The Makefile beside a python that only writes down what it was called with."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done > called\n')
    python.chmod(0o755)
    return tmp_path


def _make(stage, *words):
    # -o: the set-up counts as done.
    command = ["make", "-s", "-o", ".venv/.runtime", *words, "BIN=bin"]
    environment = {name: value for name, value in os.environ.items() if name not in ("TAPE", "MAKEFLAGS")}
    done = subprocess.run(command, cwd=stage, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (stage / "called").read_bytes().decode().split("\0")[:-1]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_name_arrives_as_written_and_runs_nothing(stage, name):
    assert _make(stage, "score", f"TAPE={name}") == ["-m", "cli", "score", "--", name]
    assert sorted(one.name for one in stage.iterdir()) == ["Makefile", "bin", "called"]


@pytest.mark.parametrize("name", HOSTILE)
def test_every_other_variable_is_as_safe(stage, name):
    words = _make(
        stage, "score", "TAPE=t.csv", *(f"{one}={name}" for one in ("PAYMENTS", "AS_OF", "ASSUMPTIONS", "MODEL", "OUT"))
    )
    flags = [f"--{one}={name}" for one in ("payments", "as-of", "assumptions", "model", "out")]
    assert words == ["-m", "cli", "score", *flags, "--", "t.csv"]
    words = _make(stage, "diff", *(f"{one}={name}" for one in ("OLD", "NEW", "ASSUMPTIONS", "MODEL", "OUT")))
    assert words == ["-m", "cli", "diff", *flags[2:], "--", name, name]
    given = [f"{one}={name}" for one in ("RESOLUTIONS", "OBSERVED_THROUGH", "CONFIG", "TUNE")]
    assert _make(stage, "train", *given) == [
        "-m", "cli", "train", f"--observed-through={name}", f"--config={name}", f"--tune={name}", "--", name,
    ]  # fmt: skip
    assert _make(stage, "map", *given[:2]) == [
        "-m",
        "cli",
        "map",
        f"--observed-through={name}",
        "--resolutions",
        "--",
        name,
    ]
    assert sorted(one.name for one in stage.iterdir()) == ["Makefile", "bin", "called"]


def test_without_a_tape_the_command_gets_none_and_finds_the_example_itself(stage):
    assert _make(stage, "score") == ["-m", "cli", "score"]


@pytest.mark.parametrize(("there", "made_anew"), [((), True), (("python",), True), (("python", "pip"), False)])
def test_a_venv_whose_making_was_cut_short_is_made_anew_and_a_whole_one_is_kept(stage, there, made_anew):
    (stage / ".venv" / "bin").mkdir(parents=True)
    for name in ("python3", *(f".venv/bin/{one}" for one in there)):
        (stage / name).write_text('#!/bin/sh\necho "$*" >> made\n')
        (stage / name).chmod(0o755)
    for lock in ("requirements.lock", "bootstrap.lock", "pyproject.toml"):
        (stage / lock).touch()
    command = ["make", "-s", "PYTHON=./python3", ".venv/.runtime"]
    subprocess.run(command, cwd=stage, capture_output=True, check=False)
    assert ("-m venv --clear .venv" in (stage / "made").read_text().splitlines()) == made_anew


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tape_is_mapped_under_any_name_and_by_any_words(stage, name):
    words = _make(stage, "map", *(f"{one}={name}" for one in ("TAPE", "SELLER", "SHEET", "MAPPING")))
    flags = [f"--{one}={name}" for one in ("seller", "sheet", "mapping")]
    assert words == ["-m", "cli", "map", *flags, "--", name]
    assert sorted(one.name for one in stage.iterdir()) == ["Makefile", "bin", "called"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_loan_is_explained_under_any_number_and_by_any_words(stage, name):
    variables = ("LOAN", "TAPE", "PAYMENTS", "SELLER", "MODEL", "HTML")
    words = _make(stage, "explain", *(f"{one}={name}" for one in variables))
    flags = [f"--{one}={name}" for one in ("tape", "payments", "seller", "model", "html")]
    assert words == ["-m", "cli", "explain", *flags, "--", name]
    assert sorted(one.name for one in stage.iterdir()) == ["Makefile", "bin", "called"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_version_and_a_reason_are_data_too(stage, name):
    forced = _make(stage, "promote", f"VERSION={name}", "FORCE=yes", f"WHY={name}")
    assert forced == ["-m", "cli", "promote", "--force", f"--why={name}", "--", name]
    assert _make(stage, "rollback", f"WHY={name}") == ["-m", "cli", "rollback", f"--why={name}"]
    assert sorted(one.name for one in stage.iterdir()) == ["Makefile", "bin", "called"]


def test_promote_rollback_and_sync_need_no_words(stage):
    for command in ("promote", "rollback", "sync"):
        assert _make(stage, command) == ["-m", "cli", command]
