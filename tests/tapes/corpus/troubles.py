"""Files in which something is wrong: rows that must be kept out, each with its reason, and files that must be refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tests.tapes.corpus import cells, kinds, pay
from tests.tapes.corpus.cells import CellError, Formula, Style
from tests.tapes.corpus.grid import NOTE, Grid, Line
from tests.tapes.corpus.made import AS_OF_OPTION, SOME, Expected, MadeFile, Tape, without
from tests.tapes.corpus.pay import Pay
from tests.tapes.corpus.truth import FIELDS, MONTHS, Note, months_on, plain_notes
from tests.tapes.corpus.twin import twin
from tests.tapes.corpus.vocabulary import PLAIN

_FIRST_ROW = 2


def _tape(name: str, **more: object) -> Tape:
    given = {"notes": SOME, "headings": PLAIN, "pay": pay.newest_right()} | more
    return Tape(name, **given)  # type: ignore[arg-type]


def _spoiled(name: str, which: int, field: str, cell: object, code: str, told: str = "", **more: object) -> MadeFile:
    """Spoil one cell of one note, which is then kept out for it.

    Parameters
    ----------
    told
        The field that is told to be at fault, where it is another than the spoiled one.
    """
    reason = (
        "" if field == "loan_id" and cell in (None, "") else SOME[which].loan_id,
        which + _FIRST_ROW,
        told or field,
        code,
    )
    if field == "loan_id":
        reason = ("" if cell is None else str(cell), *reason[1:])
    notes = tuple(note for i, note in enumerate(SOME) if i != which)
    tape = _tape(name, spoiled={(which, field): cell}, **more)
    return tape.file(expected={"excepted": frozenset({reason}), "notes": notes})


def bad_cells() -> list[MadeFile]:
    """One cell that cannot be read, or that is missing where it must not be."""
    slashes: dict[str, Style] = dict.fromkeys(
        [name for name in FIELDS if name.endswith("_date") or name == "as_of_date"], cells.month_day_year
    )
    points = {"note_rate": cells.percent_points}
    return [
        _spoiled("bad-upb-words", 7, "upb", "plenty", "E_UPB"),
        _spoiled("bad-upb-negative", 7, "upb", "(1,200.00)", "E_UPB"),
        _spoiled("bad-upb-infinite", 7, "upb", "1e400", "E_UPB"),
        _spoiled("bad-upb-120k", 7, "upb", "120k", "E_UPB"),
        _spoiled("bad-upb-zero", 7, "upb", "0.00", "E_RESOLVED"),
        _spoiled("bad-upb-missing", 7, "upb", None, "E_UPB"),
        _spoiled("bad-upb-cell-error", 7, "upb", "#REF!", "E_UPB"),
        _spoiled("bad-value-zero", 8, "as_is_value", "0", "E_VALUE"),
        _spoiled("bad-value-missing", 8, "as_is_value", "N/A", "E_VALUE"),
        _spoiled("bad-state-unknown", 9, "property_state", "ZZ", "E_STATE"),
        _spoiled("bad-state-missing", 9, "property_state", "NA", "E_STATE"),
        _spoiled("bad-rate-off-by-a-hundred", 10, "note_rate", "750", "E_RATE_UNIT", styles=points),
        _spoiled("bad-rate-negative", 10, "note_rate", "-7.5", "E_RATE", styles=points),
        _spoiled("bad-date-no-such-day", 11, "next_due_date", "2/30/2024", "E_DATE", styles=slashes),
        _spoiled("bad-date-year-0001", 11, "maturity_date", "3/24/0001", "E_DATE", styles=slashes),
        _spoiled("bad-date-future-payment", 11, "last_payment_date", "8/1/2025", "E_FUTURE", styles=slashes),
        _spoiled("bad-date-future-value", 11, "valuation_date", "7/15/2025", "E_FUTURE", styles=slashes),
        _spoiled("bad-date-matures-before-it-began", 11, "maturity_date", "1/1/1990", "E_ORDER", styles=slashes),
        _spoiled("bad-lien-missing", 12, "lien_position", None, "E_LIEN"),
        _spoiled("bad-lien-words", 12, "lien_position", "mezzanine", "E_LIEN"),
        _spoiled("bad-id-missing", 13, "loan_id", None, "E_NO_ID"),
        _spoiled("bad-id-placeholder", 13, "loan_id", "N/A", "E_NO_ID"),
        _spoiled("bad-id-zero", 13, "loan_id", "0", "E_NO_ID"),
        _spoiled("bad-pay-string-number", 0, "pay_string", "1.00011E+23", "E_PAYSTRING_NUMERIC"),
        _spoiled("bad-pay-string-short-number", 0, "pay_string", "369", "E_PAYSTRING_NUMERIC"),
    ]


def left_out() -> list[MadeFile]:
    """Notes that are told to be no notes any more, or none that are priced here; repeated rows; lost cells."""
    units = _spoiled("domain-26-units", 5, "units", "26", "E_DOMAIN")
    return [
        units,
        _spoiled("domain-mixed-use", 5, "property_type", "Mixed Use", "E_DOMAIN"),
        _spoiled("domain-land", 5, "property_type", "Vacant Land", "E_DOMAIN"),
        _spoiled("domain-commercial", 5, "property_type", "Commercial", "E_DOMAIN"),
        _told("domain-heloc", "Loan Type", "Conventional", "HELOC", "loan_type", "E_DOMAIN"),
        _told("domain-reverse", "Loan Type", "Conventional", "Reverse Mortgage", "loan_type", "E_DOMAIN"),
        _told("domain-contract-for-deed", "Loan Type", "FHA", "Contract for Deed", "loan_type", "E_DOMAIN"),
        _spoiled("resolved-deed-received", 6, "foreclosure_status", "Deed Received", "E_RESOLVED"),
        _told("resolved-reo-flag", "REO Flag", "N", "Y", "reo_flag", "E_RESOLVED"),
        _told("resolved-paid-off", "Loan Status", "Active", "Paid Off", "loan_status", "E_RESOLVED"),
        _repeated("duplicate-same", {}),
        _repeated("duplicate-different", {"upb": "123456.78"}),
        _ragged(),
        _lost_cells(),
        _wrong_total(),
        _houseboat(),
    ]


def _told(name: str, heading: str, usual: str, wrong: str, field: str, code: str) -> MadeFile:
    """Add a column that tells of one note what keeps it out."""
    which = 6
    tape = _tape(name, extra=[(heading, lambda i, note: wrong if i == which else usual)])
    reason = (SOME[which].loan_id, which + _FIRST_ROW, field, code)
    return tape.file(expected={"excepted": frozenset({reason})})


def _repeated(name: str, changes: dict[str, str]) -> MadeFile:
    which, names = 4, list(PLAIN)

    def lay(sheet: Grid) -> Grid:
        at = sheet.row_of_note(which) - 1
        again = list(sheet.lines[at].cells)
        for field, cell in changes.items():
            again[[one for one in FIELDS if one in PLAIN].index(field)] = cell
        return replace(sheet, lines=(*sheet.lines, Line(NOTE, tuple(again))))

    assert names
    loan_id, last = SOME[which].loan_id, len(SOME) + _FIRST_ROW
    same = frozenset({(loan_id, last, "loan_id", "E_DUP_SAME")})
    other = frozenset({(loan_id, row, "loan_id", "E_DUP") for row in (which + _FIRST_ROW, last)})
    notes = tuple(note for i, note in enumerate(SOME) if i != which)
    changed = {"excepted": other, "notes": notes} if changes else {"excepted": same, "notes": SOME}
    return _tape(name, layout=[lay]).file(expected=changed)


def _ragged() -> MadeFile:
    """One cell too many in one row, as an unquoted comma makes it."""
    which = 11

    def lay(sheet: Grid) -> Grid:
        lines = list(sheet.lines)
        at = sheet.row_of_note(which) - 1
        lines[at] = replace(lines[at], cells=(*lines[at].cells[:3], "extra", *lines[at].cells[3:]))
        return replace(sheet, lines=tuple(lines))

    def write(sheet: Grid) -> bytes:
        rows = [",".join(kinds.text_of(cell) for cell in line.cells) for line in sheet.lines]
        return ("\r\n".join(rows) + "\r\n").encode()

    reason = (SOME[which].loan_id, which + _FIRST_ROW, "", "E_RAGGED")
    return _tape("ragged-row", layout=[lay], write=write).file(expected={"excepted": frozenset({reason})})


def _lost_cells() -> MadeFile:
    """Error values in optional cells of a workbook: missing, and flagged."""
    which = {3: "late_charges", 8: "credit_score", 11: "modification_date"}
    notes = tuple(note.but(**{which[i]: None}) if i in which else note for i, note in enumerate(SOME))
    spoiled = {
        (i, name): CellError(text) for (i, name), text in zip(which.items(), ("#N/A", "#REF!", "#DIV/0!"), strict=True)
    }
    tape = _tape("cell-errors", notes=notes, spoiled=spoiled, write=kinds.workbook(), file_name="tape.xlsx")
    return tape.file(expected={"flags": {notes[i].loan_id: ("W_CELL_ERROR",) for i in which}})


def _wrong_total() -> MadeFile:
    """A row called Total that is no sum: it may be a note, so it is kept out with a reason and not dropped."""

    def lay(sheet: Grid) -> Grid:
        names = [one for one in FIELDS if one in PLAIN]
        row: list[object] = ["Total"] + [None] * (len(names) - 1)
        row[names.index("upb")] = "123456.78"
        width = len(sheet.lines[0].cells)
        return replace(sheet, lines=(*sheet.lines, Line(NOTE, tuple(row + [None] * (width - len(row))))))

    reasons = frozenset({("Total", len(SOME) + _FIRST_ROW, "upb", "E_TOTAL")})
    return _tape("total-that-is-no-sum", layout=[lay]).file(expected={"excepted": reasons, "notes": SOME})


def _houseboat() -> MadeFile:
    """A property of an unheard-of kind is ``other``."""
    notes = tuple(note.but(property_type="other") if i == 2 else note for i, note in enumerate(SOME))
    return _tape("unknown-property-type", notes=notes, spoiled={(2, "property_type"): "Houseboat"}).file()


def deep_notes(n_notes: int = 60) -> tuple[Note, ...]:
    """Give notes whose history climbs without an end, nine months behind and more among them."""
    made = []
    for i, note in enumerate(plain_notes()[:n_notes]):
        deepest = (3, 8, 9, 14, 20)[i % 5]
        behind = tuple(max(0, deepest - (MONTHS - 1 - at)) for at in range(MONTHS))
        p_and_i = note.values["p_and_i"]
        assert isinstance(p_and_i, Decimal)
        paid = tuple(p_and_i if one == 0 else Decimal(0) for one in behind)
        due = months_on(date(2025, 7, 1), -behind[-1])
        last = months_on(date(2025, 6, 20), -behind[-1])
        values: dict[str, object] = {
            "next_due_date": due,
            "paid_to_date": months_on(due, -1),
            "first_payment_date": months_on(due, -90),
            "origination_date": months_on(due, -92),
            "maturity_date": months_on(due, 200),
            "last_payment_date": last,
            "last_payment_amount": p_and_i,
            "foreclosure_status": "none",
            "foreclosure_referral_date": None,
            "foreclosure_sale_date": None,
        }
        made.append(replace(note.but(**values), behind=behind, received=paid))
    return tuple(made)


def deep_histories() -> list[MadeFile]:
    """Histories that run past what an alphabet can tell: nine or more, ninety days or more, and two digits that can."""
    notes = deep_notes()
    capped = tuple(replace(note, behind=tuple(min(one, 9) for one in note.behind)) for note in notes)
    # A ledger tells nothing of a month before a note's first receipt in it.
    with_history = tuple(note for note in SOME if note.received and note.received[-24])
    nines = Pay(
        ("Pay String",), lambda note: ("".join(str(min(one, 9)) for one in note.behind[-24:]),), 24, ("behind",)
    )
    return [
        _tape("pay-nines", notes=notes, pay=nines).file(expected={"notes": capped}),
        _tape("pay-receipts-ledger", notes=with_history, pay=pay.NOTHING).file(
            payments=pay.receipts_ledger(with_history, 24), expected={"months": 24, "tells": ("received",)}
        ),
        _tape("pay-fannie-deep", notes=notes, pay=pay.fannie()).file(),
        _tape("pay-numbers-deep", notes=notes, pay=pay.numbered([f"M{i}" for i in range(13)], 13)).file(),
    ]


def questions() -> list[MadeFile]:
    """What the file itself does not settle: one question, never a guess."""
    due = without(PLAIN, "paid_to_date", "last_payment_date", "valuation_date", "origination_date", "as_of_date")
    due = without(
        due, "foreclosure_referral_date", "foreclosure_sale_date", "bankruptcy_filed_date", "modification_date"
    )
    due = without(due, "first_payment_date", "maturity_date")
    # Every day and month at most twelve, and no other date on the tape to prove the order.
    blurred = tuple(
        note.but(next_due_date=date(2025, 1 + i % 5, 2 + i % 9)).without_history() for i, note in enumerate(SOME)
    )
    mixed = {(3, "valuation_date"): "13/2/2025", (4, "valuation_date"): "2/13/2025"}
    slashes: dict[str, Style] = {"valuation_date": cells.month_day_year}
    with_history = tuple(note for note in SOME if note.behind)
    only_status = without(PLAIN, "next_due_date", "paid_to_date", "last_payment_date")
    return [
        _refused(
            _tape(
                "ask-day-or-month-first",
                notes=blurred,
                headings=due,
                pay=pay.NOTHING,
                styles={"next_due_date": cells.padded_month_day_year},
            ),
            "Next Due Date",
            "month_first",
            "day_first",
            options=AS_OF_OPTION,
        ),
        _refused(_tape("ask-both-orders-proven", spoiled=mixed, styles=slashes), PLAIN["valuation_date"]),
        _refused(
            _tape("ask-alphabet", notes=with_history, headings=only_status, pay=_zero_three()),
            "pay_string",
            "alphabet",
        ),
        _refused(
            _tape("ask-which-end-is-newest", notes=with_history, headings=only_status, pay=_both_ways()), "newest"
        ),
        _refused(
            _tape("two-headings-one-field", extra=[("UPB", lambda i, note: note.values["upb"])]), "Current UPB", "UPB"
        ),
        _refused(_tape("upb-twice", headings=PLAIN | {"upb": "UPB"}, extra=[("UPB", lambda i, note: "1")]), "UPB"),
        _refused(
            Tape("several-sheets", SOME, PLAIN, write=_two_tapes(), file_name="tape.xlsx"), "--sheet", "Pool A", code=2
        ),
        _refused(_tape("no-as-of", headings=without(PLAIN, "as_of_date")), "as-of"),
        _refused(
            _tape("as-of-in-the-future", headings=without(PLAIN, "as_of_date")),
            "future",
            options={"as_of": date(2031, 1, 31)},
        ),
        _refused(_tape("no-upb", headings=without(PLAIN, "upb")), "upb"),
        _refused(_tape("state-and-zip-swapped", headings=_swapped("property_state", "property_zip")), "E_STATE"),
        twin(with_date=False),
    ]


def _zero_three() -> Pay:
    """Strings that fall from 3 to 0: three months behind and cured, or thirty days; no due date tells which."""
    strings = ("330000000000", "300000000000", "333300000000", "333000000000")
    return Pay(("Pay String",), lambda note: (strings[int(note.loan_id) % 4],), 12, ("behind",))


def _both_ways() -> Pay:
    """Strings that go up and down by one month at a time, half of them reversed: neither end shows as the newest."""
    one = "001121012210"
    return Pay(("Pay String",), lambda note: (one if int(note.loan_id) % 2 else one[::-1],), 12, ("behind",))


def _swapped(one: str, other: str) -> dict[str, str]:
    return PLAIN | {one: PLAIN[other], other: PLAIN[one]}


def _two_tapes() -> Callable[[Grid], bytes]:
    other = [["Loan Number", "Current UPB", "Property State"], ["4519999999", 100_000, "FL"]]
    return kinds.workbook([("Pool A", "visible", other)])


def _refused(tape: Tape, *texts: str, code: int = 3, **more: object) -> MadeFile:
    made = tape.file(**more)
    return replace(made, expected=Expected(refusal=texts, exit_code=code))


def _bytes(name: str, file_name: str, data: bytes, *texts: str, code: int = 3) -> MadeFile:
    return MadeFile(name, file_name, lambda: data, Expected(refusal=texts, exit_code=code))


def unreadable() -> list[MadeFile]:
    """Files that are no tape, are damaged, or mean harm."""
    plain = _tape("plain", write=kinds.workbook(), file_name="tape.xlsx")
    book = kinds.workbook()(plain.grid())
    text = kinds.delimited()(plain.grid())
    heading = text.splitlines()[0] + b"\n"
    uncalculated = _tape(
        "formulas-never-calculated",
        styles={"upb": lambda value: Formula("=1+1"), "as_is_value": lambda value: Formula("=2+2")},
        write=kinds.workbook(),
        file_name="tape.xlsx",
    )
    locked = _tape("locked-without-password", write=kinds.locked("secret"), file_name="tape.xlsx").file()
    return [
        _bytes("empty-file", "tape.csv", b"", "empty"),
        _bytes("heading-only", "tape.csv", heading, "row"),
        _bytes("blank-rows-only", "tape.csv", heading + b",,,\n\n,,,\n", "row"),
        _bytes("pdf-named-csv", "tape.csv", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "PDF"),
        _bytes("truncated-workbook", "tape.xlsx", book[: len(book) // 2], "workbook"),
        _bytes("damaged-workbook", "tape.xlsx", book[:2000] + b"\x00" * 500 + book[2500:], "workbook"),
        _bytes("nul-bytes", "tape.csv", text[:500] + b"\x00\x00" + text[500:], "NUL"),
        _bytes("zip-of-something-else", "tape.xlsx", _zip({"readme.txt": b"made"}), "ZIP"),
        _bytes("entities-in-the-sheet", "tape.xlsx", with_entities(book), "workbook"),
        _refused(uncalculated, "Excel"),
        replace(locked, expected=Expected(refusal=("NOTEBID_TAPE_PASSWORD",))),
        replace(locked, name="locked-wrong-password", password="other", expected=Expected(refusal=("password",))),
    ]


def with_entities(book: bytes) -> bytes:
    """Put a document type with nested entities into the first sheet."""
    laugh = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    return edited(
        book,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b"<worksheet", laugh + b"<worksheet", 1).replace(
            b"<sheetData>", b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row>', 1
        ),
    )


def edited(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change one part of a workbook."""
    old = zipfile.ZipFile(io.BytesIO(book))
    return _zip(
        {info.filename: change(old.read(info)) if info.filename == part else old.read(info) for info in old.infolist()}
    )


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@lru_cache
def troubles() -> tuple[MadeFile, ...]:
    """Give every trouble, each name once."""
    makers: Sequence[Callable[[], list[MadeFile]]] = (bad_cells, left_out, deep_histories, questions, unreadable)
    files = (*(file for maker in makers for file in maker()), twin())
    assert len({file.name for file in files}) == len(files)
    return files
