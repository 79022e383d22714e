"""OLE containers: an old workbook, or one with a password, which is opened here and nowhere kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notes import TapeError
from tapes.files.xls import is_locked
from tapes.refusal import Place, refusal

OLE = b"\xd0\xcf\x11\xe0"
VARIABLE = "NOTEBID_TAPE_PASSWORD"
_DEFAULT = "VelvetSweatshop"
"""What spreadsheet programs themselves try before they ask: workbooks that are only protected against changes use it."""
_MOST_SPINS = 10_000_000
_ASK = f"Set {VARIABLE}, or run it at a terminal and be asked."


@dataclass(frozen=True)
class Opened:
    """What was in a container.

    Parameters
    ----------
    data
        A workbook without a password: an .xlsx or .xlsb, or the old container itself.
    stream
        The old workbook's stream of records; empty where there is none or it is too old.
    """

    data: bytes
    stream: bytes = b""


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is a workbook that needs a password; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            if not path.is_file() or file.read(len(OLE)) != OLE:
                return False
            file.seek(0)
            data = file.read()
        open_container(data, Place(path), None)
    except _LockedError:
        return True
    except (OSError, ValueError):
        return False
    return False


class _LockedError(TapeError):
    """A password is missing or wrong."""


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
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise refusal(
            place, f"not a readable workbook ({reason})", "", "Open it in Excel, save it as .xlsx, or export CSV UTF-8."
        ) from None


def _open(data: bytes, place: Place, password: str | None) -> Opened:
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError
    from msoffcrypto.format.ooxml import OOXMLFile
    from msoffcrypto.format.xls97 import Xls97File

    try:
        office: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
    except FileFormatError:
        return Opened(data)  # an Excel of before 1997, or no workbook: the parser tells
    if isinstance(office, OOXMLFile):
        if getattr(office, "type", "") == "agile" and office.info.get("spinValue", 0) > _MOST_SPINS:
            raise refusal(place, "an encrypted workbook that would take hours to open", "", "Ask for it anew.")
        return Opened(_decrypted(office, place, password))
    if not isinstance(office, Xls97File):
        raise refusal(
            place, "this is an old Word or PowerPoint document", "", "Ask for the tape as a workbook or as CSV."
        )
    stream = _stream(office)
    if not is_locked(stream):
        return Opened(data, stream)
    opened = _decrypted(office, place, password)
    return Opened(opened, _stream(msoffcrypto.OfficeFile(io.BytesIO(opened))))


def _stream(office: Any) -> bytes:
    office.data.workbook.seek(0)
    return bytes(office.data.workbook.read())


def _decrypted(office: Any, place: Place, password: str | None) -> bytes:
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError

    is_new = hasattr(office, "info")
    out = io.BytesIO()
    try:
        office.load_key(password=password or _DEFAULT, **({"verify_password": True} if is_new else {}))
        office.decrypt(out)
    except InvalidKeyError:
        found = "the workbook is encrypted" + (", and the password does not open it" if password else "")
        error = refusal(place, found, "", _ASK)
        raise _LockedError(str(error)) from None
    except DecryptionError as error:
        raise refusal(
            place,
            f"the workbook is encrypted in a way that cannot be opened ({error})",
            "",
            "Save it without a password.",
        ) from None
    return out.getvalue()
