"""Workbooks with a password."""

import io

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from notes import TapeError
from tapes import ReadOptions
from tapes.files.locked import is_encrypted

TAPE = [["loan_id", "upb", "property_state"], ["1", 100.5, "FL"]]
CELLS = [["1", "100.5", "FL"]]


def locked(data, password):
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def test_fault_05_an_encrypted_workbook_opens_with_its_password_only(table_of, cells_of, xlsx):
    data = locked(xlsx({"Tape": TAPE}), "SA#####$")
    table = table_of(data, password="SA#####$")
    assert cells_of(table) == CELLS
    with pytest.raises(
        TapeError, match=r"tape.bin: the workbook is encrypted\. .*Set NOTEBID_TAPE_PASSWORD"
    ) as missing:
        table_of(data)
    with pytest.raises(
        TapeError, match=r"encrypted, and the password does not open it.*NOTEBID_TAPE_PASSWORD"
    ) as wrong:
        table_of(data, password="secret word")
    assert "secret" not in str(wrong.value)
    assert missing.value.exit_code == 3


def test_fault_05_the_hash_is_that_of_the_file_as_given(table_of, xlsx):
    import hashlib

    data = locked(xlsx({"Tape": TAPE}), "x")
    assert table_of(data, password="x").sha256 == hashlib.sha256(data).hexdigest()


def test_fault_05_a_workbook_that_is_only_protected_opens_without_a_password(table_of, cells_of, xlsx):
    assert cells_of(table_of(locked(xlsx({"Tape": TAPE}), "VelvetSweatshop"))) == CELLS


def test_fault_05_an_encrypted_xlsb_opens_too(table_of, cells_of, xlsb):
    assert cells_of(table_of(locked(xlsb({"Tape": TAPE}), "x"), password="x")) == CELLS


def test_fault_06_a_bomb_behind_a_password_is_refused_like_any_other(table_of, xlsx, with_part):
    data = with_part(xlsx({"Tape": TAPE}), "xl/bomb.xml", lambda _: " " * 60_000_000)
    with pytest.raises(TapeError, match="unpack to"):
        table_of(locked(data, "x"), password="x")


def test_fault_05_no_word_of_the_password_is_shown():
    assert "secret" not in repr(ReadOptions(password="secret"))
    assert "secret" not in str(ReadOptions(password="secret"))


def test_whether_a_password_is_needed_is_known_before_it_is_asked_for(tmp_path, xlsx):
    plain, hard = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    plain.write_bytes(xlsx({"Tape": TAPE}))
    hard.write_bytes(locked(plain.read_bytes(), "x"))
    assert [is_encrypted(path) for path in (plain, hard, tmp_path / "none", tmp_path)] == [False, True, False, False]


def test_fault_05_the_command_line_takes_the_password_from_the_environment_or_a_terminal(tmp_path, xlsx, monkeypatch):
    import argparse
    import getpass
    import sys

    from cli.reading import tape_password

    path = tmp_path / "tape.xlsx"
    path.write_bytes(locked(xlsx({"Tape": TAPE}), "x"))
    arguments = argparse.Namespace(tape=str(path), payments=None)
    asked = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt: asked.append(prompt) or "typed")
    monkeypatch.delenv("NOTEBID_TAPE_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert tape_password(arguments) is None
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert tape_password(arguments) == "typed"
    assert asked == ["Password of tape.xlsx: "]
    path.write_bytes(xlsx({"Tape": TAPE}))
    assert tape_password(arguments) is None
    monkeypatch.setenv("NOTEBID_TAPE_PASSWORD", "said")
    assert tape_password(arguments) == "said"
    assert len(asked) == 1
