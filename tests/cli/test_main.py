"""The command line's manners: exit codes, no traceback, precedence."""

import pytest

from cli import main as main_module
from cli.main import main
from notes import BusyError, GateError, ModelError, NotebidError, RowsExceptedError, TapeError, UsageError


class _Command:
    """A command that raises what it is given."""

    def __init__(self, error):
        self.error = error

    def add_arguments(self, parser):
        parser.add_argument("--model")

    def run(self, arguments, console):
        console.result([f"model {arguments.model}"], {"model": arguments.model})
        if self.error is not None:
            raise self.error
        return 0


@pytest.fixture
def command(monkeypatch):
    def install(error=None):
        monkeypatch.setattr(main_module.importlib, "import_module", lambda name: _Command(error))

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


def test_debug_shows_where_an_error_came_from(command):
    command(TapeError("x"))
    with pytest.raises(NotebidError):
        main(["score", "--debug"])


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
