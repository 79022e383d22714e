"""Makers of files that no library here writes."""

import io
import struct
import zipfile

import openpyxl
import pytest

ERRORS = {"#DIV/0!": 0x07, "#N/A": 0x2A, "#REF!": 0x17}
KNOWN = {
    "loan_id",
    "loan no.",
    "loan number",
    "upb",
    "unpaid balance",
    "second lien balance",
    "as_is_value",
    "property_state",
    "property state",
    "state",
    "note_rate",
    "lien_position",
    "next_due_date",
    "jan",
    "feb",
}


@pytest.fixture
def knows():
    """Tell headings of a short list; no test here depends on what the registry of aliases has learned."""
    return lambda heading: heading.lower() in KNOWN


@pytest.fixture
def table_of(tmp_path, knows):
    """Read bytes or a workbook as a table of text, by the short list."""
    from tapes.files.read import read_text_table

    def reading(data, **options):
        path = tmp_path / "tape.bin"
        path.write_bytes(data)
        return read_text_table(path, knows, **options)

    return reading


@pytest.fixture
def cells_of():
    """Give a table's rows as lists of text, None for an empty cell."""

    def cells(table):
        return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]

    return cells


@pytest.fixture
def xlsx():
    """Make an .xlsx of sheets (name to rows), as bytes; ``change`` is given the workbook before it is saved."""

    def make(sheets, change=lambda book: None):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        change(book)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make


@pytest.fixture
def with_part():
    """Change a part of a workbook's archive."""

    def changed(data, name, change):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                part = old.read(info)
                new.writestr(info.filename, change(part.decode()).encode() if info.filename == name else part)
            if name not in old.namelist():
                new.writestr(name, change(""))
        return out.getvalue()

    return changed


@pytest.fixture
def xlsb():
    """Make an .xlsb of sheets (name to rows), as bytes: numbers, texts, errors, flags; ``hidden`` rows from 1."""

    def make(sheets, hidden=(), date_1904=False, stray=()):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            overrides = f'<Override PartName="/xl/workbook.bin" ContentType="{_BINARY}"/>'
            relations, book = "", _record(131) + _record(153, struct.pack("<III", int(date_1904), 0, 0)) + _record(143)
            for i, (name, rows) in enumerate(sheets.items(), 1):
                part = f"/xl/worksheets/sheet{i}.bin"
                overrides += f'<Override PartName="{part}" ContentType="application/vnd.ms-excel.worksheet"/>'
                relations += f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.bin"/>'
                book += _record(156, struct.pack("<II", 0, i) + _wide(f"rId{i}") + _wide(name))
                archive.writestr(f"xl/worksheets/sheet{i}.bin", _binary_sheet(rows, hidden, stray))
            archive.writestr("xl/workbook.bin", book + _record(144) + _record(132))
            archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format(relations))
            archive.writestr("[Content_Types].xml", _TYPES.format(overrides))
            archive.writestr("xl/theme.bin", bytes(8_000), zipfile.ZIP_STORED)  # a real one is never tiny
            archive.writestr("_rels/.rels", _RELATIONS.format(_ROOT))
        return out.getvalue()

    return make


_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="bin" ContentType="{_BINARY}"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}</Types>'
)


def _record(kind, data=b""):
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(data), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return number + length + data


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _binary_sheet(rows, hidden, stray):
    n_columns = max(map(len, rows), default=1)
    body = _record(129) + _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, n_columns - 1)) + _record(145)
    cells = [(i, j, value) for i, row in enumerate(rows) for j, value in enumerate(row)] + list(stray)
    at = None
    for i, j, value in cells:
        if i != at:
            flags = struct.pack("<HBB", 300, 0, 0x10 if i + 1 in hidden else 0)
            body += _record(0, struct.pack("<II", i, 0) + flags + struct.pack("<BIII", 0, 1, 0, n_columns - 1))
            at = i
        place = struct.pack("<II", j, 0)
        if value in ERRORS:
            body += _record(3, place + bytes([ERRORS[value]]))
        elif isinstance(value, bool):
            body += _record(4, place + bytes([value]))
        elif isinstance(value, str):
            body += _record(6, place + _wide(value)) if value else b""
        else:
            body += _record(5, place + struct.pack("<d", value))
    return body + _record(146) + _record(130)
