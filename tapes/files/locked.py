"""What is in an OLE container: an old workbook, or one with a password, which is opened here and nowhere kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notes import TapeError
from tapes.files.container import OLE, container_of, names_in, stream_in
from tapes.files.xls import is_locked
from tapes.refusal import Place, reason_of, refusal

VARIABLE = "NOTEBID_TAPE_PASSWORD"
_DEFAULT = "VelvetSweatshop"
"""What spreadsheet programs themselves try before they ask: workbooks that are only protected against changes use it."""
_MOST_SPINS = 10_000_000
_ASK = f"Set {VARIABLE}, or run it at a terminal and be asked."
_STREAMS = ("Workbook", "Book")
_OTHERS = {"worddocument": "a Word document", "powerpoint document": "a PowerPoint document"}


@dataclass(frozen=True)
class Opened:
    """What was in a container.

    Parameters
    ----------
    data
        A workbook without a password: an archive (.xlsx, .xlsb), or an old workbook in a container of our own.
    stream
        The old workbook's records; empty for an archive.
    """

    data: bytes
    stream: bytes = b""


class _LockedError(TapeError):
    """A password is missing or wrong."""


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is a workbook that needs a password; False where it cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            data = file.read(len(OLE))
            data += file.read() if data == OLE else b""
        if data.startswith(OLE):
            open_container(data, Place(path), None)
    except _LockedError:
        return True
    except (OSError, ValueError):
        return False
    return False


def open_container(data: bytes, place: Place, password: str | None) -> Opened:
    """Open an OLE container, with its password where it has one.

    Raises
    ------
    TapeError
        It holds no workbook, is damaged, or the password is missing or wrong.
    """
    try:
        return _open(data, place, password)
    except TapeError:
        raise
    except Exception as error:
        raise refusal(
            place,
            f"not a readable workbook ({reason_of(error)})",
            "",
            "Open it in Excel, save it as .xlsx, or export CSV UTF-8.",
        ) from None


def _open(data: bytes, place: Place, password: str | None) -> Opened:
    names = names_in(data)
    if "encryptioninfo" in names:
        return Opened(_decrypted(data, place, password))
    name = next((one for one in _STREAMS if one.lower() in names), None)
    if name is None:
        kind = next((kind for part, kind in _OTHERS.items() if part in names), "an OLE container without a workbook")
        raise refusal(place, f"this is {kind}", "", "Ask for the tape as a workbook or as CSV.")
    stream = stream_in(data, name)
    if is_locked(stream):
        stream = stream_in(_decrypted(data, place, password), name)
    return Opened(container_of(stream, name), stream)


def _decrypted(data: bytes, place: Place, password: str | None) -> bytes:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    out = io.BytesIO()
    try:
        office: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
        info = getattr(office, "info", None)
        if isinstance(info, dict) and info.get("spinValue", 0) > _MOST_SPINS:
            raise DecryptionError("to open it would take hours")
        office.load_key(password=password or _DEFAULT, **({} if info is None else {"verify_password": True}))
        office.decrypt(out)
    except InvalidKeyError:
        found = "the workbook is encrypted" + (", and the password does not open it" if password else "")
        raise _LockedError(str(refusal(place, found, "", _ASK))) from None
    except (DecryptionError, FileFormatError) as error:
        raise refusal(
            place,
            f"the workbook is encrypted in a way that cannot be opened ({error})",
            "",
            "Save it without a password.",
        ) from None
    return out.getvalue()
