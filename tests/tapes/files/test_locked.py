"""Workbooks with a password."""

import io
import struct
from datetime import date
from hashlib import md5

import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from notes import TapeError
from tapes import ReadOptions, read_tape
from tapes.files.container import container_of, stream_in
from tapes.files.locked import is_encrypted

TAPE = [["loan_id", "upb", "property_state"], ["1", 100.5, "FL"]]
CELLS = [["1", "100.5", "FL"]]


def locked(data, password):
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()


def locked_xls(password):
    """Make an old workbook whose records are RC4 under a password, as [MS-XLS] 2.2.10 has it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Tape")
    for i, row in enumerate(TAPE):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    out = io.BytesIO()
    book.save(out)
    plain, salt, verifier = stream_in(out.getvalue(), "Workbook"), b"s" * 16, b"v" * 16
    said = DocumentRC4.decrypt(
        password, salt, io.BytesIO(verifier + md5(verifier, usedforsecurity=False).digest())
    ).read()
    lock = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + salt + said
    first = 4 + struct.unpack_from("<H", plain, 2)[0]
    stream, keep, at = bytearray(plain[:first] + lock + plain[first:]), [], 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x85:  # where a sheet begins is not encrypted, and the lock has moved it
            struct.pack_into("<I", stream, at + 4, struct.unpack_from("<I", stream, at + 4)[0] + len(lock))
        n_plain = 4 + (size if kind in (0x809, 0x2F, 0xE1) else 4 if kind == 0x85 else 0)
        keep.append((at, bytes(stream[at : at + n_plain])))
        at += 4 + size
    hidden = bytearray(DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(stream)), blocksize=1024).read())
    for at, text in keep:
        hidden[at : at + len(text)] = text
    return container_of(bytes(hidden) + bytes(-len(hidden) % 4), "Workbook")


def test_fault_05_an_old_encrypted_workbook_opens_with_its_password_only(table_of, cells_of):
    data = locked_xls("x y")
    assert cells_of(table_of(data, password="x y")) == CELLS
    for password in (None, "z"):
        with pytest.raises(TapeError, match="NOTEBID_TAPE_PASSWORD"):
            table_of(data, password=password)


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


def test_fault_05_a_payments_file_opens_with_the_same_password(tmp_path, xlsx, tape_file, good):
    payments = tmp_path / "payments.xlsx"
    rows = [["loan_id", "month", "months_delinquent"], *(["0001", f"2024-0{i}", i] for i in range(1, 7))]
    payments.write_bytes(locked(xlsx({"A": rows}), "x"))
    tape = tape_file(good(next_due_date=None))
    history = read_tape(tape, ReadOptions(payments=payments, password="x", today=date(2024, 9, 1))).tape.history
    assert history.months_delinquent[0, -6:].tolist() == [1, 2, 3, 4, 5, 6]
    with pytest.raises(TapeError, match=r"payments\.xlsx: the workbook is encrypted"):
        read_tape(tape, ReadOptions(payments=payments, today=date(2024, 9, 1)))


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
