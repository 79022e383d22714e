"""Text out of bytes: which encoding a file is in, shown by the bytes themselves."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from tapes.refusal import Place, refusal

_SAMPLE = 1 << 16
_MOSTLY, _RARELY = 0.3, 0.05
_HANDLER = "notebid-cp1252"
_DOS_END = b"\x1a"
"""Ctrl-Z, with which old programs end a text."""
_FIX = "Export it again as CSV UTF-8."


@dataclass(frozen=True)
class Decoded:
    """A file's text.

    Parameters
    ----------
    data
        The text in UTF-8, without a byte order mark.
    remark
        Which encoding it was; empty for UTF-8.
    """

    data: bytes
    remark: str


def decode(data: bytes, place: Place) -> Decoded:
    """Tell UTF-8, UTF-16 (with or without a byte order mark) and cp1252 apart, and give the text in UTF-8.

    Bytes that are no UTF-8 among others that are, as where two exports were put together, are read as cp1252 one by one.

    Raises
    ------
    TapeError
        NUL bytes where there is no UTF-16, or bytes that neither UTF-8 nor cp1252 has.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refusal(place, "this is text in UTF-32", "CSV is read in UTF-8, UTF-16 and cp1252.", _FIX)
    wide = _utf_16(data)
    if wide:
        try:
            return Decoded(data.decode(wide).removeprefix("\ufeff").encode(), "The file was read as UTF-16.")
        except UnicodeError as error:
            raise refusal(place, f"damaged text in UTF-16 ({str(error)[:80]})", "", _FIX) from None
    data = data.removeprefix(codecs.BOM_UTF8).removesuffix(_DOS_END)
    if b"\x00" in data:
        raise refusal(place, "the file holds NUL bytes", "CSV is text.", _FIX)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return _cp1252(data, error, place)
    return Decoded(data, "")


def _utf_16(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF16_LE) or data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16"
    sample = data[: min(_SAMPLE, len(data) // 2 * 2)]
    half = len(sample) // 2
    for name, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if half and zeros.count(0) > _MOSTLY * half and others.count(0) < _RARELY * half:
            return name
    return ""


def _cp1252(data: bytes, error: UnicodeDecodeError, place: Place) -> Decoded:
    first = Place(place.path, place.sheet, data.count(b"\n", 0, error.start) + 1)
    mixed = not data.decode(errors="ignore").isascii()
    try:
        text = _mixed(data) if mixed else data.decode("cp1252")
    except UnicodeDecodeError as bad:
        line = Place(place.path, place.sheet, data.count(b"\n", 0, bad.start) + 1)
        raise refusal(
            line, f"byte 0x{data[bad.start]:02x} is neither UTF-8 nor cp1252", "CSV is text in UTF-8.", _FIX
        ) from None
    byte = f"0x{data[error.start]:02x} in line {first.row:,}"
    if mixed:
        return Decoded(text.encode(), f"The file is UTF-8 with single bytes ({byte}) that were read as cp1252.")
    return Decoded(text.encode(), f"The file is not UTF-8 ({byte}) and was read as cp1252.")


def _mixed(data: bytes) -> str:
    codecs.register_error(_HANDLER, _old_bytes)
    return data.decode("utf-8", errors=_HANDLER)


def _old_bytes(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    start, end = error.start, error.end
    try:
        return error.object[start:end].decode("cp1252"), end
    except UnicodeDecodeError as bad:
        raise UnicodeDecodeError("cp1252", error.object, start + bad.start, start + bad.end, bad.reason) from None
