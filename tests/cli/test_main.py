"""The command line's manners: exit codes, no traceback, precedence."""

import errno
import io
import os
import signal
import subprocess
import sys

import pytest

from cli import main as main_module
from cli.main import main
from notes import BusyError, GateError, ModelError, RowsExceptedError, TapeError, UsageError


class _Command:
    """A command that raises what it is given."""

    def __init__(self, error):
        self.error = error

    def add_arguments(self, parser):
        parser.add_argument("--model")
        parser.add_argument("--every", type=int)
        parser.add_argument("--data", choices=("own", "agency"))
        parser.add_argument("--strict", action="store_true")
        parser.add_argument("--seed", type=int, default=1)

    def run(self, arguments, console):
        self.arguments = arguments
        console.result([f"model {arguments.model}"], {"model": arguments.model})
        if self.error is not None:
            raise self.error
        return 0


_SLOW_START = """\
import runpy, signal, sys
sys.argv = ["notebid", "score"]
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, {after})
runpy.run_module("cli", run_name="__main__")
"""
"""The command line with the interrupt of a person so many seconds after its start."""


_ENDED_SOON = """\
import os, signal, sys
from cli.main import main
signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
signal.setitimer(signal.ITIMER_REAL, {after})
sys.exit(main(["score", "--out", {out!r}]))
"""
"""The command line with a request to end so many seconds after its start."""


@pytest.fixture
def command(monkeypatch):
    def install(error=None):
        installed = _Command(error)
        monkeypatch.setattr(main_module.importlib, "import_module", lambda name: installed)
        return installed

    return install


# The codes of the contract, not of the classes.
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("x"), 1),
        (UsageError("x"), 2),
        (TapeError("x"), 3),
        (RowsExceptedError("x"), 4),
        (GateError("x"), 5),
        (ModelError("x"), 6),
        (BusyError("x"), 7),
        (KeyboardInterrupt(), 130),
        (None, 0),
    ],
)
def test_an_error_gives_its_exit_code_and_no_traceback(command, capsys, error, code):
    command(error)
    assert main(["score"]) == code
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [(TapeError("x"), 3), (RuntimeError("x"), 1)])
def test_debug_shows_where_an_error_came_from_and_keeps_its_exit_code(command, capsys, error, code):
    command(error)
    assert main(["score", "--debug"]) == code
    assert "Traceback" in capsys.readouterr().err


def test_a_full_disk_or_a_folder_of_somebody_else_is_told_and_is_not_called_a_bug(command, capsys):
    command(OSError(errno.ENOSPC, "No space left on device"))
    assert main(["score"]) == 2
    command(PermissionError(errno.EACCES, "Permission denied", "/srv/out"))
    assert main(["score"]) == 2
    err = capsys.readouterr().err
    assert "No space left on device" in err
    assert "/srv/out: Permission denied" in err
    assert "bug" not in err


def test_an_unexpected_error_names_its_kind_but_not_what_it_says(command, capsys):
    # The text may hold a borrower's name.
    command(ValueError("John Smith"))
    main(["score"])
    assert "John" not in capsys.readouterr().err


def test_a_flag_goes_before_the_variable_and_the_variable_before_nothing(command, capsys, monkeypatch):
    command()
    monkeypatch.setenv("NOTEBID_MODEL", "3")
    main(["score", "--model", "4"])
    main(["score"])
    assert capsys.readouterr().out == "model 4\nmodel 3\n"


def test_a_variable_is_read_as_the_flag_would_be_and_a_switch_takes_1_or_0(command, monkeypatch):
    installed = command()
    for name, text in {"EVERY": "3", "WAIT": "2.5", "DATA": "agency", "STRICT": "1", "QUIET": "0", "SEED": "7"}.items():
        monkeypatch.setenv(f"NOTEBID_{name}", text)
    assert main(["score"]) == 0
    found = installed.arguments
    assert (found.every, found.wait, found.data, found.strict, found.quiet) == (3, 2.5, "agency", True, False)
    assert found.seed == 1  # it has a default of its own: a variable is asked for what has none
    main(["score", "--every=0", "--wait=0"])
    assert (installed.arguments.every, installed.arguments.wait) == (0, 0.0)


@pytest.mark.parametrize(
    ("name", "text"), [("EVERY", "x"), ("WAIT", "nan"), ("WAIT", "-1"), ("DATA", "mine"), ("STRICT", "maybe")]
)
def test_a_variable_that_the_flag_would_not_take_is_wrong_use_and_named(command, monkeypatch, capsys, name, text):
    command()
    monkeypatch.setenv(f"NOTEBID_{name}", text)
    assert main(["score"]) == 2
    assert f"NOTEBID_{name}='{text}'" in capsys.readouterr().err


def test_an_output_that_cannot_write_a_character_gets_a_question_mark_and_the_run_goes_on(command, monkeypatch):
    command()
    printed = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", printed)
    assert main(["score", "--model", "Bücher–3"]) == 0
    printed.flush()
    assert printed.buffer.getvalue() == b"model B?cher?3\n"


@pytest.mark.parametrize("manner", [[], ["--json"]])
def test_what_a_terminal_obeys_is_written_out_wherever_it_comes_from(tmp_path, monkeypatch, capsys, manner):
    """A seller chooses what his file is called: here it clears the screen, turns the text and is no UTF-8."""
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    name = os.fsdecode(b"\x1b[2Jtape\xe2\x80\xae\xff.csv")
    path = tmp_path / name
    path.write_text("loan_id,seller\n1,A\xa0B\n", encoding="utf-8")
    assert main(["score", str(path)]) == 3
    assert main(["map", str(path), "--out", str(tmp_path / "own.toml"), *manner]) == 0
    said = "".join(capsys.readouterr())
    assert all(mark.isprintable() or mark in "\n\xa0" for mark in said)
    assert r"\x1b[2Jtape\u202e\udcff.csv: no column" in said
    assert (r"\x1b[2Jtape\u202e\udcff.csv: 2 columns" in said) == (not manner)


def test_quiet_prints_nothing_and_json_prints_one_object(command, capsys):
    command()
    main(["score", "--quiet"])
    assert capsys.readouterr().out == ""
    main(["score", "--json", "--model", "4"])
    assert capsys.readouterr().out == '{\n  "model": "4"\n}\n'


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), ([], 2), (["sell"], 2), (["score", "--nonsense"], 2)])
def test_wrong_use_exits_2_and_help_exits_0(words, code, capsys):
    assert main(words) == code
    assert capsys.readouterr() != ("", "")


def test_the_page_of_a_store_behind_a_server_is_the_servers_own(monkeypatch, capsys):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://desk:secret@mlflow.example/notes")
    assert main(["ui"]) == 2
    err = capsys.readouterr().err
    assert "open https://" in err
    assert "secret" not in err


@pytest.mark.parametrize("after", [0.4, 1.2])
def test_a_request_to_end_is_an_interrupt_and_leaves_no_half_result(tmp_path, after):
    words = [sys.executable, "-c", _ENDED_SOON.format(after=after, out=str(tmp_path / "out"))]
    done = subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"NOTEBID_HOME": str(tmp_path / "home")},
    )
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "notebid: interrupted; nothing half-done was kept"
    assert list(tmp_path.glob("*out*")) == []


def test_a_command_leaves_a_request_to_end_as_it_found_it(command):
    command()
    main(["score"])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


@pytest.mark.parametrize("after", [0.1, 0.4, 0.9])
def test_an_interrupt_while_the_libraries_are_loaded_is_one_line_and_130(tmp_path, after):
    words = [sys.executable, "-c", _SLOW_START.format(after=after)]
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=60, env=os.environ | {"NOTEBID_HOME": str(tmp_path)}
    )
    assert done.returncode == 130
    assert done.stderr == "notebid: interrupted; nothing half-done was kept\n"
