"""An .xlsx or .xlsb as an archive: refused where it is a bomb, and looked through for what a parser does not say."""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile

from tapes.files.number_formats import zero_styles
from tapes.files.sheet_facts import SheetFacts, WorkbookFacts
from tapes.files.sheet_xml import DeclarationError, scan_part
from tapes.files.xlsb import scan_xlsb_part, xlsb_sheets
from tapes.refusal import Place, refusal

_MAX_UNPACKED = 2_000_000_000
_MAX_RATIO, _RATIO_FROM = 100, 50_000_000
_MAX_EMPTY, _EMPTY_FROM = 20, 10_000_000
_MAX_PARTS = 10_000
_TAG = rb"(?:\w{1,20}:)?"
_SHEET = re.compile(rb"<" + _TAG + rb"sheet\s[^<>]*>")
_RELATION = re.compile(rb"<" + _TAG + rb"Relationship\s[^<>]*>")
_DATE_1904 = re.compile(rb"<" + _TAG + rb"workbookPr\s[^<>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


def read_facts(data: bytes, place: Place) -> WorkbookFacts:
    """Look a workbook's archive through.

    Raises
    ------
    TapeError
        It would unpack to more than memory should hold, a sheet is nearly empty and huge, or a part declares entities.
    zipfile.BadZipFile, OSError, RuntimeError, ValueError, ...
        A part is damaged or encrypted.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    _check_unpacked(archive, len(data), place)
    names = {info.filename.lower(): info.filename for info in archive.infolist()}
    styles = zero_styles(_text_of(archive, names, "xl/styles.xml"))
    parts = {info.filename: _scanned(archive, info, place, tuple(styles)) for info in archive.infolist()}
    is_binary = "xl/workbook.bin" in names
    if is_binary:
        sheets, date_1904 = _binary_sheets(archive, names)
        complete = True
    else:
        book = _text_of(archive, names, "xl/workbook.xml")
        date_1904 = bool(_DATE_1904.search(book))
        targets = _targets(_text_of(archive, names, "xl/_rels/workbook.xml.rels"))
        listed = [(_attribute(tag, rb"name"), _attribute(tag, rb"\w{1,20}:id")) for tag in _SHEET.findall(book)]
        found = {name: names.get(targets.get(relation, "").lower(), "") for name, relation in listed}
        sheets = {name: parts[part] for name, part in found.items() if part}
        complete = len(sheets) == len(listed)
    for facts in sheets.values() if complete else parts.values():
        check_extent(facts, place)
    return WorkbookFacts(sheets, date_1904, tuple(_remarks(names)), styles, is_binary)


def _scanned(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: Place, styles: tuple[int, ...]) -> SheetFacts:
    try:
        return scan_part(archive, info, styles)
    except DeclarationError as error:
        raise refusal(
            Place(place.path), f"{error} in its part {info.filename!r}", "A workbook has neither.", "Save it anew."
        ) from None


def _binary_sheets(archive: zipfile.ZipFile, names: dict[str, str]) -> tuple[dict[str, SheetFacts], bool]:
    listed, date_1904 = xlsb_sheets(archive.read(names["xl/workbook.bin"]))
    targets = _targets(_text_of(archive, names, "xl/_rels/workbook.bin.rels"))
    return {
        name: scan_xlsb_part(archive.read(names[targets[relation].lower()])) for name, relation in listed if relation
    }, date_1904


def _check_unpacked(archive: zipfile.ZipFile, size: int, place: Place) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    bomb = any(
        info.file_size > _RATIO_FROM and info.file_size > _MAX_RATIO * max(info.compress_size, 1) for info in infos
    )
    if unpacked > _MAX_UNPACKED or bomb or len(infos) > _MAX_PARTS:
        raise refusal(
            place,
            f"{size:,} bytes that unpack to {unpacked:,} in {len(infos):,} parts",
            f"A workbook unpacks to at most {_MAX_UNPACKED:,} bytes, and no large part to over {_MAX_RATIO} times its size.",
            "Export the sheet as CSV UTF-8.",
        )


def check_extent(facts: SheetFacts, place: Place) -> None:
    """Refuse a sheet that is nearly empty and, laid out, huge.

    Raises
    ------
    TapeError
        Over ten million cells from the first to the last, of which hardly any are there.
    """
    if facts.n_laid_out > _EMPTY_FROM and facts.n_laid_out > _MAX_EMPTY * facts.n_cells:
        raise refusal(
            place,
            f"a sheet of {facts.n_laid_out:,} cells from the first to the last, of which {facts.n_cells:,} are there",
            f"A large sheet holds something in at least one of {_MAX_EMPTY} cells.",
            "Delete the empty rows and columns up to the sheet's last cell (Ctrl+End goes there), or export CSV UTF-8.",
        )


def _text_of(archive: zipfile.ZipFile, names: dict[str, str], name: str) -> bytes:
    return archive.read(names[name]) if name in names else b""


def _targets(relations: bytes) -> dict[str, str]:
    """Give each relation's part."""
    targets = {}
    for tag in _RELATION.findall(relations):
        target = _attribute(tag, rb"Target")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[_attribute(tag, rb"Id")] = path
    return targets


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape((found[1] or found[2] or b"").decode(errors="replace")) if found else ""


def _remarks(names: dict[str, str]) -> list[str]:
    remarks = []
    if any(name.endswith("vbaproject.bin") for name in names):
        remarks.append("The workbook holds macros, which are ignored.")
    if any(name.startswith("xl/externallinks/") for name in names):
        remarks.append("The workbook links to other files, which are not opened: the values it holds are read.")
    if any(name.startswith("xl/embeddings/") for name in names):
        remarks.append("The workbook holds other files, which are not opened.")
    return remarks
