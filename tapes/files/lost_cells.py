"""Cells of a sheet that a parser gives as empty although they are not: errors, and formulas that nobody has worked out."""

from __future__ import annotations

import html
import re
import zipfile

from tapes.files.sheet_size import column_number, whole_rows

UNCALCULATED = "#UNCALCULATED"
"""Stands for a formula without a value, as a script leaves it that does not calculate."""
_TAG = rb"(?:\w{1,20}:)?"
_FORMULA = rb"<" + _TAG + rb"f\b[^<>]{0,500}(?:/>|>[^<]*</" + _TAG + rb"f>)"
_ERROR = re.compile(
    rb"<" + _TAG + rb"c\b([^<>]{0,500}\st\s*=\s*[\"']e[\"'][^<>]{0,500})>\s*(?:" + _FORMULA + rb")?\s*"
    rb"<" + _TAG + rb"v\b[^<>]{0,100}>([^<]{1,100})<"
)
_NO_VALUE = re.compile(
    rb"<" + _TAG + rb"c\b([^<>]{0,500})>\s*" + _FORMULA + rb"\s*"
    rb"(?:<" + _TAG + rb"v\s*/>|<" + _TAG + rb"v\s*></" + _TAG + rb"v>)?\s*</" + _TAG + rb"c>"
)
_IS_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_IS_TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
_SHEET = re.compile(rb"<" + _TAG + rb"sheet\b[^<>]*>")
_RELATION = re.compile(rb"<" + _TAG + rb"Relationship\b[^<>]*>")


def lost_cells(archive: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Find the cells of a sheet whose content a parser drops.

    Returns
    -------
    (row, column), counted from 1, to the error as Excel shows it (``#REF!``) or to :data:`UNCALCULATED`.  A formula whose
    stored value is the empty text is empty.  Nothing, where the archive does not say which part the sheet is.
    """
    info = _part(archive, sheet)
    found: dict[tuple[int, int], str] = {}
    for xml in () if info is None else whole_rows(archive, info):
        if _IS_ERROR.search(xml):
            for cell in _ERROR.finditer(xml):
                _keep(found, cell[1], cell[2].decode(errors="replace").strip())
        if b"f" in xml:
            for cell in _NO_VALUE.finditer(xml):
                if not _IS_TEXT.search(cell[1]):
                    _keep(found, cell[1], UNCALCULATED)
    return found


def _keep(found: dict[tuple[int, int], str], attributes: bytes, text: str) -> None:
    reference = _REFERENCE.search(attributes)
    if reference:
        found[int(reference[2]), column_number(reference[1])] = text


def _part(archive: zipfile.ZipFile, sheet: str) -> zipfile.ZipInfo | None:
    names = {info.filename: info for info in archive.infolist()}
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    targets = {
        _attribute(tag, rb"Id"): _attribute(tag, rb"Target")
        for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        if _attribute(tag, rb"name") == sheet:
            target = targets.get(_attribute(tag, rb"\w+:id"), "")
            return names.get(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return None


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape((found[1] or found[2] or b"").decode(errors="replace")) if found else ""
