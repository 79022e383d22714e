"""Damaged and hostile files."""

import io
import os
import random
import struct
import zipfile

import pytest
import xlwt

from notes import TapeError, UsageError
from tapes.files.container import container_of, stream_in
from tapes.files.rehearsal import rehearse

TAPE = [["loan_id", "upb", "property_state"], *([str(i), i + 0.5, "FL"] for i in range(40))]


def xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Tape")
    for i, row in enumerate(TAPE):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def files(xlsx, xlsb):
    text = "\n".join(",".join(map(str, row)) for row in TAPE)
    page = "<html><table>" + "".join(f"<tr><td>{'<td>'.join(map(str, row))}" for row in TAPE)
    return {
        "xlsx": xlsx({"Tape": TAPE}),
        "xlsb": xlsb({"Tape": TAPE}),
        "xls": xls(),
        "csv": text.encode(),
        "utf-16": text.encode("utf-16"),
        "html": page.encode(),
    }


def said_of(table_of, data):
    """Give the refusal; nothing where the file was read."""
    try:
        table_of(data)
    except (TapeError, UsageError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "xls", "csv", "utf-16", "html"])
def test_fault_04_a_damaged_file_is_read_or_refused_in_one_line(files, table_of, kind):
    data, rng = files[kind], random.Random(kind)
    for i in range(60):
        broken = bytearray(data[: rng.randrange(1, len(data))] if i % 3 == 0 else data)
        for _ in range(rng.choice((1, 3, 40)) if i % 3 else 0):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        assert "\n" not in said_of(table_of, bytes(broken))


@pytest.mark.parametrize("kind", ["xlsx", "xlsb"])
def test_fault_04_a_damaged_part_of_a_workbook_is_read_or_refused_in_one_line(files, table_of, kind):
    rng = random.Random(kind)
    with zipfile.ZipFile(io.BytesIO(files[kind])) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for _ in range(80):
        out = io.BytesIO()
        name = rng.choice(list(parts))
        with zipfile.ZipFile(out, "w") as new:
            for each, part in parts.items():
                broken = bytearray(part)
                for _ in range(rng.choice((1, 5, 50)) if each == name else 0):
                    broken[rng.randrange(len(broken))] = rng.randrange(256)
                new.writestr(each, bytes(broken))
        assert "\n" not in said_of(table_of, out.getvalue())


def test_fault_06_a_stray_cell_of_a_binary_workbook_does_not_fill_the_memory(table_of, xlsb):
    with pytest.raises(TapeError, match=r"a sheet of .* cells from the first to the last"):
        table_of(xlsb({"Tape": TAPE}, stray=[(1_048_575, 16_383, 1.0)]))
    with pytest.raises(TapeError, match=r"a sheet of .* cells from the first to the last"):
        table_of(xlsb({"Tape": TAPE}, stray=[(50, 2**32 - 2, 1.0)]))


def test_fault_06_no_record_of_an_old_workbook_is_believed_beyond_what_one_can_hold(table_of):
    stream = stream_in(xls(), "Workbook")
    texts, extent = stream.index(b"\xfc\x00"), stream.index(b"\x00\x02\x0e\x00")
    cell = stream.index(b"\x03\x02\x0e\x00") if b"\x03\x02\x0e\x00" in stream else stream.index(b"\x7e\x02")
    for at, lie in ((texts + 8, b"\xff\xff\xff\x7f"), (extent + 8, b"\xff\xff\xff\xff"), (cell + 6, b"\xff\xff")):
        broken = bytearray(stream)
        broken[at : at + len(lie)] = lie
        with pytest.raises(TapeError, match="not a readable workbook"):
            table_of(container_of(bytes(broken), "Workbook"))


def test_fault_04_a_container_whose_sectors_run_in_a_circle_is_refused(table_of):
    data = bytearray(xls())
    fat = 512 * (1 + int.from_bytes(data[76:80], "little"))
    for i in range(8):
        data[fat + 4 * i : fat + 4 * i + 4] = (0).to_bytes(4, "little")
    assert said_of(table_of, bytes(data)).startswith("tape.bin: not a readable workbook")


@pytest.mark.parametrize(
    "stray",
    [
        '<x:c r="XFD1048576"><v>1</v></x:c>',
        '<c s="1" r="XFD1048576"><v>1</v></c>',
        '<c\n r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c r="AAAAAAA2"><v>1</v></c>',
        '<c s="1" r="AAAAAAA2"><v>1</v></c>',
        '<c r="A1"><v>1</v></c><c r="XFD1"/><c r="A1048576"/>',
    ],
)
def test_fault_06_a_stray_cell_is_found_however_it_is_written(table_of, xlsx, with_part, stray):
    data = with_part(
        xlsx({"Tape": TAPE}),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("</sheetData>", f'<row r="1048576">{stray}</row></sheetData>'),
    )
    with pytest.raises(TapeError, match=r"a sheet of .* cells from the first to the last"):
        table_of(data)


def test_fault_06_a_chain_of_formulas_is_not_taken_for_a_sheet(table_of, xlsx, with_part):
    chain = '<calcChain><c r="AAA900000" i="1"/></calcChain>'
    assert len(table_of(with_part(xlsx({"Tape": TAPE}), "xl/calcChain.xml", lambda _: chain))) == 40


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/app.xml"])
@pytest.mark.parametrize("inside", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">', ""])
def test_fault_07_a_document_type_in_any_part_is_refused(table_of, xlsx, with_part, part, inside):
    def declare(xml):
        body = xml[xml.index("?>") + 2 :] if xml.startswith("<?xml") else xml
        return f"<!DOCTYPE x [{inside}]>{body}"

    with pytest.raises(TapeError, match=f"declaration in its part '{part}'"):
        table_of(with_part(xlsx({"Tape": TAPE}), part, declare))


def test_fault_07_a_part_in_utf_16_is_refused(table_of, xlsx):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"Tape": TAPE}))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.decode().encode("utf-16") if "sheet1" in name else part)
    with pytest.raises(TapeError, match="XML in UTF-16"):
        table_of(out.getvalue())


def test_white_space_without_end_in_a_sheet_takes_no_time_that_grows_with_its_square(table_of, xlsx, with_part):
    space = " " * 300_000
    for bad in (f'<c r="A50"><f>1</f>{space}', f'<c r="A50" t="e">{space}', f"<c{space}", "<f/></c>" * 20_000):
        data = with_part(
            xlsx({"Tape": TAPE}), "xl/worksheets/sheet1.xml", lambda xml, b=bad: xml.replace("</row>", b, 1)
        )
        with pytest.raises(TapeError):
            table_of(data)


def test_a_workbook_of_ten_thousand_parts_is_refused(table_of, xlsx):
    out = io.BytesIO(xlsx({"Tape": TAPE}))
    with zipfile.ZipFile(out, "a") as archive:
        for i in range(10_000):
            archive.writestr(f"xl/x{i}.xml", "")
    with pytest.raises(TapeError, match="parts"):
        table_of(out.getvalue())


def test_fault_01_what_is_no_file_is_refused_in_one_line(tmp_path, knows):
    from tapes.files.read import read_text_table

    for path in (tmp_path, tmp_path / "none.csv", tmp_path / ("x" * 400), tmp_path / "a\0b"):
        with pytest.raises(TapeError) as caught:
            read_text_table(path, knows)
        assert "\n" not in str(caught.value)
    if os.path.exists("/dev/zero"):
        from pathlib import Path

        with pytest.raises(TapeError, match="this is a device"):
            read_text_table(Path("/dev/zero"), knows)


@pytest.mark.parametrize("change", ["append", "replace", "remove"])
def test_fault_20_a_file_that_changes_while_it_is_read_is_refused(tmp_path, knows, monkeypatch, change):
    from tapes.files import read

    path = tmp_path / "tape.csv"
    path.write_bytes(b"loan_id,upb\n1,2\n")
    seen = read.os.fstat

    def fstat(number):
        found = seen(number)
        if change == "append":
            path.write_bytes(path.read_bytes() + b"2,3\n")
        elif change == "replace":
            os.replace(path, tmp_path / "old.csv")
            path.write_bytes(b"loan_id,upb\n1,3\n")
        else:
            path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(read.os, "fstat", fstat)
    with pytest.raises(TapeError, match=r"changed while it was read|there is no such file"):
        read.read_text_table(path, knows)


def test_fault_04_a_workbook_whose_parts_do_not_fit_leaves_nothing_on_the_terminal(table_of, xlsb, capfd):
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsb({"Tape": TAPE}))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"r\0I\0d\0", b"r\0J\0d\0") if name == "xl/workbook.bin" else part)
    with pytest.raises(TapeError, match="not a readable workbook"):
        table_of(data.getvalue())
    assert capfd.readouterr().err == ""


def test_what_others_write_while_a_workbook_is_read_is_not_lost(capfd):
    from tapes.files.native import without_panics

    with without_panics():
        os.write(2, b"a word\n")
    with without_panics():
        os.write(2, b"thread 'x' panicked at y\n")
    assert capfd.readouterr().err == "a word\n"


def with_rows_from_the_end():
    """An old workbook whose sheet says that it begins at row 255 and ends at row 9: the parser asks for terabytes."""
    stream = bytearray(stream_in(xls(), "Workbook"))
    at = stream.index(struct.pack("<HH", 0x0200, 14))  # the record of a sheet's extent
    struct.pack_into("<II", stream, at + 4, 255, 9)
    return container_of(bytes(stream), "Workbook")


def test_fault_04_an_old_workbook_that_would_end_its_reader_is_refused(table_of):
    assert "fewer than none" in said_of(table_of, with_rows_from_the_end())


def test_fault_04_a_workbook_that_ends_its_reader_ends_a_child_and_not_us(xlsb):
    rehearse(xls())
    rehearse(xlsb({"Tape": TAPE}))
    with pytest.raises(ValueError, match="gave up"):
        rehearse(with_rows_from_the_end())


def test_a_damaged_workbook_whose_parser_only_complains_passes_the_rehearsal():
    rehearse(b"no workbook at all")
