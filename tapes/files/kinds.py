"""What kind of file it is, told by what is in it and never by its name."""

from __future__ import annotations

import io
import re
import zipfile

from tapes.files.container import OLE
from tapes.files.table import Source
from tapes.refusal import Place, refusal

_READ = "CSV, XLSX, XLSM, XLSB, XLS and Parquet are read."
_SEEN = 4_096
_OTHER_KINDS = (
    (b"%PDF", "a PDF", "Ask for the tape as CSV or XLSX."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first."),
    (b"PK\x05\x06", "an empty ZIP archive", "Ask for the file again."),
    (b"{\\rtf", "a rich-text document", "Ask for the tape as CSV or XLSX."),
    (b"\x89PNG", "a picture", "Ask for the tape as CSV or XLSX."),
    (b"\xff\xd8\xff", "a picture", "Ask for the tape as CSV or XLSX."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV UTF-8."),
    (b"\t\x08\x10\x00\x00\x06", "an Excel workbook without its container", "Open it in Excel and save as .xlsx."),
    (b"\t\x04\x06\x00", "an Excel workbook of before 1993", "Open it in Excel and save as .xlsx."),
    (b"\t\x02\x06\x00", "an Excel workbook of before 1993", "Open it in Excel and save as .xlsx."),
    (b"MIME-Version:", "a web page with its files in one (MHTML)", "Open it in Excel and save as .xlsx."),
)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|style|div|center|font|tr)\b",
    re.IGNORECASE | re.DOTALL,
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def kind_of_bytes(source: Source) -> str:
    """Tell ``archive`` (.xlsx, .xlsm, .xlsb), ``container`` (OLE), ``parquet`` and ``text`` apart.

    Raises
    ------
    TapeError
        The file is empty, or of a kind that is not read.
    """
    data, place = source.data, Place(source.path)
    if not data.strip():
        raise refusal(place, "the file is empty (no loans found)", "A file holds a heading and at least one note.", "")
    if data.startswith(b"PK\x03\x04"):
        _check_archive(data, place)
        return "archive"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(OLE):
        return "container"
    for magic, name, fix in _OTHER_KINDS:
        if data.startswith(magic):
            raise refusal(place, f"this is {name}", _READ, fix)
    return "text"


def kind_of_text(text: bytes, source: Source) -> str:
    """Tell ``delimited``, ``html`` and ``spreadsheet_xml`` apart.

    Raises
    ------
    TapeError
        It is XML of another kind, or JSON.
    """
    start, place = text[:_SEEN].decode(errors="ignore"), Place(source.path)
    if not start.lstrip().startswith("<"):
        if re.match(r"\s*[\[{]\s*[\[{\"]", start):
            raise refusal(place, "this is JSON", _READ, "Export the table as CSV UTF-8.")
        return "delimited"
    if _SPREADSHEET in start and re.search(r"<(?:ss:)?workbook\b", start, re.IGNORECASE):
        return "spreadsheet_xml"
    if _PAGE.match(start):
        return "html"
    if start.lstrip().startswith("<?xml"):
        raise refusal(place, "this is XML, and no spreadsheet", _READ, "Export the table as CSV UTF-8.")
    return "delimited"


def _check_archive(data: bytes, place: Place) -> None:
    """Refuse an archive that is no workbook; a damaged one is left to be told where it is read."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except Exception:
        return
    lower = {name.lower().replace("\\", "/") for name in names}
    if any(name.startswith("xl/") for name in lower):
        return
    for part, kind in (
        ("word/", "a Word document"),
        ("ppt/", "a PowerPoint document"),
        ("content.xml", "an OpenDocument file"),
        ("index/", "a Numbers or Pages document"),
    ):
        if any(name.startswith(part) for name in lower):
            raise refusal(place, f"this is {kind}", _READ, "Save the tape as .xlsx or CSV UTF-8.")
    inside = ", ".join(repr(name[:60]) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    raise refusal(place, f"this is a ZIP archive ({inside})", _READ, "Unpack it first.")
