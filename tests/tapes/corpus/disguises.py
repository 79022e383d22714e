"""The same two hundred notes, written as sellers write them: one trouble, or one realistic mixture, a file."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from notes.schema import Kind
from tests.tapes.corpus import cells, grid, kinds, pay
from tests.tapes.corpus.cells import AGENCY_WORDS, PHX_WORDS, SHORT_WORDS, Style, of_kind, wording
from tests.tapes.corpus.made import AS_OF_OPTION, MadeFile, Tape, only, without
from tests.tapes.corpus.truth import AS_OF, FIELDS, Note, plain_notes
from tests.tapes.corpus.vocabulary import PLAIN, SOURCES, headings_of

MONEY = tuple(name for name in FIELDS if cells.KINDS[name] is Kind.MONEY)
DATES = tuple(name for name in FIELDS if cells.KINDS[name] is Kind.DATE)
_NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.SHARE, Kind.RATE)

_NUMBERS = tuple(name for name in FIELDS if cells.KINDS[name] in _NUMERIC)
TYPED: dict[str, Style] = {**dict.fromkeys(_NUMBERS, cells.number), **dict.fromkeys(DATES, cells.date_cell)}
"""Numbers and dates as a workbook's own."""
POINTS: dict[str, Style] = {"note_rate": cells.percent_points}


def _words(table: dict[str, dict[str, str]]) -> dict[str, Style]:
    return {name: wording(words) for name, words in table.items()}


def _dates(style: Style) -> dict[str, Style]:
    return dict.fromkeys(DATES, style)


def _money(style: Style) -> dict[str, Style]:
    return dict.fromkeys(MONEY, style)


def _lower(value: object) -> str:
    return str(value).lower()


def _tape(name: str, **more: object) -> Tape:
    """Give the two hundred notes under plain headings with a pay string of 24 months, changed as said."""
    given = {"notes": plain_notes(), "headings": PLAIN, "pay": pay.newest_right()} | more
    return Tape(name, **given)  # type: ignore[arg-type]


def _book(name: str, **more: object) -> Tape:
    """Give them as a workbook of typed cells, in a seller's words."""
    given: dict[str, object] = {"write": kinds.workbook(), "file_name": "tape.xlsx"} | more
    styles = TYPED | POINTS | _words(PHX_WORDS) | dict(given.pop("styles", {}))  # type: ignore[call-overload]
    return _tape(name, styles=styles, **given)


def kinds_of_file() -> list[MadeFile]:
    """Each kind of file, otherwise plain."""
    text = {"styles": _money(cells.dollars) | POINTS | _dates(cells.padded_month_day_year)}
    files = [
        _tape("kind-csv", **text).file(),
        _tape("kind-csv-bom", write=kinds.delimited(encoding="utf-8-sig"), **text).file(),
        _tape("kind-csv-utf16", write=kinds.delimited(encoding="utf-16"), **text).file(),
        _tape("kind-utf16-tabs", write=kinds.delimited("\t", "utf-16"), file_name="tape.txt", **text).file(),
        _tape(
            "kind-csv-cp1252",
            write=kinds.delimited(encoding="cp1252"),
            layout=[
                grid.titles("Fonds Privé – notes «made»\u00a0"),
                grid.reheaded(lambda one: one.replace(" ", "\u00a0")),
            ],
            **text,
        ).file(),
        _tape("kind-tsv", write=kinds.delimited("\t"), file_name="tape.tsv", **text).file(),
        _tape("kind-pipe", write=kinds.delimited("|"), file_name="tape.txt", **text).file(),
        _tape("kind-semicolon", write=kinds.delimited(";", newline="\n"), **text).file(),
        _tape("kind-csv-quoted", write=kinds.delimited(quote_all=True, newline="\n"), **text).file(),
        _book("kind-xlsx").file(),
        _book("kind-xlsm", write=kinds.macro_workbook, file_name="tape.xlsm").file(expected={"warnings": ("macro",)}),
        _book("kind-xls", write=kinds.old_workbook, file_name="tape.xls").file(),
        _tape("kind-parquet-text", write=kinds.parquet_text, file_name="tape.parquet", **text).file(),
        _book("kind-parquet-typed", write=kinds.parquet_typed, file_name="tape.parquet").file(),
        _tape("kind-html-as-xls", write=kinds.html_table, file_name="tape.xls", **text).file(),
        _book("kind-locked", write=kinds.locked("SA123456$ made"), file_name="locked.xlsx").file(
            password="SA123456$ made"
        ),
        _book("kind-xlsx-named-csv", file_name="tape.csv").file(),
        _tape("kind-csv-named-xlsx", file_name="tape.xlsx", **text).file(),
        _book("kind-xls-named-xlsx", write=kinds.old_workbook, file_name="tape.xlsx").file(),
    ]
    return files


_MOVED = ("loan_id", "bankruptcy_filed_date", "as_is_value", "modification_date")


def layouts() -> list[MadeFile]:
    """Each way of laying a sheet out."""
    upb, notes_sheet = PLAIN["upb"], [["Notes to the tape"], ["All notes are made."]]
    pairs = {
        PLAIN["loan_id"]: ("Loan", "Number"),
        PLAIN["upb"]: ("Current", "UPB"),
        PLAIN["next_due_date"]: ("Next Due", "Date"),
        PLAIN["maturity_date"]: ("Maturity", "Date"),
        PLAIN["property_state"]: ("Property", "State"),
    }
    other = [["Loan Number", "Current UPB", "Property State"], ["999", 1, "FL"]]
    return [
        _book("layout-titles", layout=[grid.titles("Made Fund I", "Loan Tape", "", "Confidential")]).file(),
        _book("layout-two-row-heading", layout=[grid.two_rows(pairs), grid.titles("Made Fund I", "")]).file(),
        _tape("layout-two-row-heading-csv", layout=[grid.two_rows(pairs)]).file(),
        _book(
            "layout-few-headings-over-two-rows",
            headings=PLAIN | {"deferred_balance": "NonInterest UPB", "upb": "Current Balance"},
            layout=[
                grid.two_rows({"NonInterest UPB": ("NonInterest", "UPB"), "Property State": ("Property", "State")})
            ],
        ).file(),
        _tape(
            "layout-one-heading-over-two-rows",
            layout=[grid.two_rows({"Original Appraised Value": ("Original", "Appraised Value")})],
        ).file(),
        _book(
            "layout-merged-groups", layout=[grid.groups({0: "Loan", 9: "Balances", 20: "Property", 30: "Status"})]
        ).file(),
        _tape(
            "layout-upper-row-beside-plain-headings",
            layout=[grid.two_rows({"BK Filing Date": ("BK", "Filing Date"), "Loan Mod Dt": ("Loan", "Mod Dt")})],
            in_order=(*_MOVED[:3], *(one for one in FIELDS if one not in _MOVED), _MOVED[3]),
            pay=pay.numbered(pay.short_months(12), 12, newest_first=False, text=True),
        ).file(),
        _book("layout-heading-again", layout=[grid.heading_again(49), grid.heading_again(149)]).file(),
        _tape("layout-heading-again-csv", layout=[grid.heading_again(99)]).file(),
        _book("layout-total-below", layout=[grid.total([upb])]).file(),
        _tape(
            "layout-total-below-dollars",
            styles=_money(cells.dollars),
            layout=[grid.total([upb], "Grand Total"), grid.footnotes("* All balances as of the cut-off date.")],
        ).file(),
        _book("layout-total-above", layout=[grid.total([upb], "Total", top=True)]).file(),
        _book("layout-footnotes", layout=[grid.footnotes("* As the servicer says.", "** Made notes.")]).file(),
        _book("layout-blank-rows", layout=[grid.blank_below(10), grid.blank_below(100)]).file(),
        _tape("layout-blank-rows-csv", layout=[grid.blank_below(3), grid.blank_below(120)]).file(),
        _book("layout-hidden-rows-and-columns", layout=[grid.hidden((4, 5, 150), (6, 7))]).file(
            expected={"warnings": ("hid",)}
        ),
        _book(
            "layout-hidden-sheets",
            write=kinds.workbook([("Old", "hidden", other)], [("Secret", "very_hidden", other)]),
        ).file(),
        _book("layout-notes-sheet-named", write=kinds.workbook([("Read me", "visible", notes_sheet)])).file(
            options={"sheet": "Tape"}
        ),
        _book("layout-second-tape-sheet-named", write=kinds.workbook([("Pool A", "visible", other)])).file(
            options={"sheet": "Tape"}
        ),
        _book("layout-spacer-columns", layout=[grid.spacers(1, 12, 30)]).file(),
        _tape("layout-spacer-columns-csv", layout=[grid.spacers(5, 6)]).file(),
        _tape("layout-first-column-empty", layout=[grid.spacers(0), grid.titles("", "Made Fund II")]).file(),
        _book("layout-line-breaks-in-headings", layout=[grid.reheaded(lambda one: one.replace(" ", "\n"))]).file(),
        _tape(
            "layout-nbsp-and-odd-space-in-headings",
            layout=[grid.reheaded(lambda one: "\ufeff " + one.replace(" ", "\u00a0 ") + "\u00a0")],
        ).file(),
        _book("layout-upper-case-headings", layout=[grid.reheaded(str.upper)]).file(),
        _tape("layout-snake-headings", layout=[grid.reheaded(lambda one: one.lower().replace(" ", "_"))]).file(),
        _book(
            "layout-everything",
            layout=[
                grid.heading_again(120),
                grid.blank_below(60),
                grid.total([upb]),
                grid.footnotes("* Made notes."),
                grid.two_rows(pairs),
                grid.titles("Made Fund III, L.P.", "", "Loan level data"),
                grid.spacers(10),
            ],
            write=kinds.workbook([("Old", "hidden", other)]),
        ).file(),
    ]


def sources() -> list[MadeFile]:
    """The words of each source, as a workbook of its own formats."""
    files = []
    for at, source in enumerate(SOURCES):
        words = headings_of(source)
        styles: dict[str, Style] = {"note_rate": cells.percent_points}
        if source == "PS":
            words |= {"p_and_i": "principalAndInterestPayment"}
            styles["p_and_i"] = cells.cents
        if source == "PHX":
            styles |= of_kind(Kind.DATE, cells.serial, FIELDS)
        tables = (PHX_WORDS, PHX_WORDS | SHORT_WORDS, PHX_WORDS | AGENCY_WORDS)
        styles = {**_words(tables[at % 3]), **styles}
        # Of instalments that are a hundred times too large is asked; here the answer is given.
        said = 'units."principalAndInterestPayment" = "cents"\n' if source == "PS" else ""
        files.append(_book(f"source-{source.lower()}", headings=words, styles=styles).file(mapping=said))
        if source in ("SBD", "TPG", "UT"):
            text = _money(cells.dollars) | _dates(cells.month_day_year) | _words(SHORT_WORDS) | POINTS
            files.append(_tape(f"source-{source.lower()}-csv", headings=words, styles=text).file())
    return files


def rates() -> list[MadeFile]:
    """Each unit of a rate, and several in one tape."""
    shares = ("dti", "original_ltv")

    def all_in(style: Style) -> dict[str, Style]:
        return dict.fromkeys(("note_rate", *shares), style)

    return [
        _tape("rate-points", styles=all_in(cells.percent_points)).file(),
        _tape("rate-fractions", styles=all_in(cells.text_number)).file(),
        _tape("rate-percent-signs", styles=all_in(cells.percent_sign)).file(),
        _tape("rate-basis-points", styles={"note_rate": cells.basis_points_text}).file(),
        _tape("rate-basis-points-numbers", styles={"note_rate": cells.basis_points}).file(),
        _tape(
            "rate-unit-in-heading",
            headings=PLAIN | {"note_rate": "Note Rate (%)", "dti": "DTI (%)"},
            styles={"note_rate": cells.percent_points, "dti": cells.percent_points},
        ).file(),
        _tape(
            "rate-units-mixed-by-column",
            styles={"note_rate": cells.percent_points, "dti": cells.percent_sign, "original_ltv": cells.text_number},
            extra=[("Default Interest Rate", lambda i, note: Decimal("0.24") if i % 2 else Decimal("0.18"))],
        ).file(),
    ]


def money() -> list[MadeFile]:
    """Each way of writing dollars."""
    balances = ("upb", "original_balance", "as_is_value", "senior_lien_balance")
    headed = PLAIN | {name: f"{PLAIN[name]} ($000s)" for name in balances} | {"as_is_value": "BPO ($000s)"}
    ps = PLAIN | {"p_and_i": "P&I (cents)"}
    return [
        _tape("money-dollar-signs", styles=_money(cells.dollars)).file(),
        _tape("money-accounting", styles=_money(cells.accounting)).file(),
        _tape("money-usd", styles=_money(cells.usd)).file(),
        _tape("money-thousands", headings=headed, styles=dict.fromkeys(balances, cells.thousands)).file(),
        _tape("money-cents-in-heading", headings=ps, styles={"p_and_i": cells.cents}).file(),
        _tape("money-unit-in-heading", headings=PLAIN | {"upb": "Current UPB ($)", "p_and_i": "P&I ($)"}).file(),
    ]


def dates() -> list[MadeFile]:
    """Each way of writing a day."""
    ways: dict[str, Style] = {
        "iso-time": cells.iso_time,
        "month-day-year": cells.month_day_year,
        "padded-month-day-year": cells.padded_month_day_year,
        "short-year": cells.short_year,
        "day-month-year": cells.day_month_year,
        "dotted": cells.dotted,
        "digits": cells.digits,
        "named-month": cells.named_month,
        "long-month": cells.long_month,
        "serials-as-text": cells.serial_text,
    }
    # Every column but the as-of date has days past the twelfth, so each proves its own order; of that one the others do.
    files = [_tape(f"date-{name}", styles=_dates(style)).file() for name, style in ways.items()]
    first = plain_notes(first_of_month=True)
    monthly = dict.fromkeys(("first_payment_date", "maturity_date", "next_due_date", "paid_to_date"), cells.month_only)
    files += [
        _book("date-serials-in-general-cells", styles=_dates(cells.serial)).file(),
        _book("date-1904-cells", write=kinds.workbook(date_1904=True)).file(),
        _book("date-1904-serials", write=kinds.workbook(date_1904=True), styles=_dates(cells.serial_1904)).file(),
        _tape("date-mar-24", notes=first, styles=monthly).file(),
        _tape("date-order-proven-by-other-columns", notes=first, styles=_dates(cells.month_day_year)).file(),
        _book(
            "date-order-proven-by-other-columns-book", notes=first, styles=_dates(cells.padded_month_day_year)
        ).file(),
        _tape(
            "date-sentinels",
            styles=_dates(cells.padded_month_day_year),
            missing=dict.fromkeys(
                ("foreclosure_referral_date", "foreclosure_sale_date", "modification_date"),
                ("00/00/0000", "01/01/1900", "12/31/9999", "0", "NULL"),
            ),
        ).file(),
        _tape(
            "date-masked-days",
            notes=tuple(note.but(valuation_date=None) if i % 20 == 7 else note for i, note in enumerate(plain_notes())),
            styles=_dates(cells.month_day_year),
            missing={"valuation_date": "7/XX/2024"},
        ).file(),
    ]
    return files


def wordings() -> list[MadeFile]:
    """Flags, missing values, states, codes, liens and loan numbers in sellers' words."""
    flags = ("escrowed", "assignment_chain_complete")
    ways = {"yes-no": ("Yes", "No"), "t-f": ("T", "F"), "one-zero": ("1", "0"), "true-false": ("TRUE", "FALSE")}
    files = [
        _tape(f"flag-{name}", styles=dict.fromkeys(flags, cells.flag(*pair))).file() for name, pair in ways.items()
    ]
    nothing = ("N/A", "NA", "None", "null", "TBD", "")  # a bare dash is an accountant's zero where money stands
    optional = ("deferred_balance", "late_charges", "suspense_balance", "delinquent_taxes", "modification_date", "dti")
    files += [
        _tape(
            "missing-words",
            missing=dict.fromkeys((*optional, "bankruptcy_filed_date", "foreclosure_sale_date", "escrowed"), nothing)
            | {"credit_score": ("9999", "0", ""), "original_ltv": ("999", "N/A"), "dti": ("999", "")},
        ).file(),
        _tape("state-names", styles={"property_state": wording(cells.STATE_NAMES)}).file(),
        _tape("state-upper-names", styles={"property_state": lambda one: cells.STATE_NAMES[str(one)].upper()}).file(),
        _tape("state-lower-case", styles={"property_state": _lower}).file(),
        _tape("words-phx", styles=_words(PHX_WORDS)).file(),
        _tape("words-short", styles=_words(PHX_WORDS | SHORT_WORDS)).file(),
        _tape("words-agency", styles=_words(PHX_WORDS | AGENCY_WORDS)).file(),
        _tape("lien-1st", styles={"lien_position": cells.lien_words}).file(),
        _book("lien-first", styles={"lien_position": cells.lien_names}).file(),
        _book("lien-one-as-text", styles={"lien_position": str}).file(),
        _book("ids-as-numbers", styles={"loan_id": cells.id_number}).file(),
    ]
    return files


def histories() -> list[MadeFile]:
    """Each way of telling the payment history."""
    months, status = range(13), [f"M{i}" for i in range(13)]
    money_13 = [f"ID0 {i} - $" for i in months]
    camel = ([f"phMonth{i}" for i in months], [f"phPayment{i}" for i in months])
    iso_months = [f"{day:%Y-%m}" for day in pay.last_months(24)]
    run_together = [f"{day:%Y%m}" for day in pay.last_months(24)]
    notes = plain_notes()
    return [
        _tape("pay-canonical", headings={name: name for name in FIELDS}, pay=pay.newest_right("pay_string")).file(),
        _tape("pay-none", pay=pay.NOTHING).file(),
        _tape("pay-newest-left", pay=pay.newest_left()).file(),
        _book("pay-newest-left-book", pay=pay.newest_left("24MPH")).file(),
        _tape("pay-twelve-months", pay=pay.newest_right("12 Mo Pay History", 12)).file(),
        _tape("pay-thirty-six-months", pay=pay.newest_right("36M Pay String", 36)).file(),
        _book("pay-fannie-two-digits", pay=pay.fannie()).file(),
        _tape("pay-dv01", pay=pay.dv01()).file(),
        _tape("pay-dv01-newest-left", pay=pay.dv01(newest_first=True)).file(),
        _tape("pay-bureau", pay=pay.bureau()).file(),
        _book("pay-m0-to-m12", headings=headings_of("SBPH"), pay=pay.numbered(status, 13)).file(),
        _tape("pay-m0-to-m12-csv", pay=pay.numbered(status, 13, text=True)).file(),
        _book(
            "pay-m0-and-receipts",
            headings=headings_of("SBPH"),
            pay=pay.both(pay.numbered(status, 13), pay.receipts(money_13, 13)),
        ).file(),
        _book(
            "pay-camel-case-status-and-receipts",
            headings=headings_of("SBD"),
            pay=pay.both(pay.numbered(camel[0], 13), pay.receipts(camel[1], 13)),
        ).file(),
        _book("pay-jan-24-columns", pay=pay.numbered(pay.short_months(24), 24, newest_first=False)).file(),
        _tape("pay-2024-01-columns", pay=pay.numbered(iso_months, 24, newest_first=False, text=True)).file(),
        _tape("pay-202401-columns", pay=pay.numbered(run_together, 24, newest_first=False, text=True)).file(),
        _book("pay-jan-24-columns-newest-first", pay=pay.numbered(pay.short_months(24, True), 24)).file(),
        _book("pay-numbered-newest-first", pay=pay.numbered([f"Pay{i}" for i in range(1, 25)], 24)).file(),
        _book(
            "pay-numbered-oldest-first",
            pay=pay.numbered([f"Hist{i}" for i in range(1, 25)], 24, newest_first=False),
        ).file(),
        _tape("pay-payments-file", pay=pay.NOTHING).file(
            payments=pay.ledger(notes), expected={"months": 24, "tells": ("behind", "received")}
        ),
        _tape("pay-receipts-only", pay=pay.receipts([f"phPayment{i}" for i in months], 13)).file(),
    ]


def as_of_dates() -> list[MadeFile]:
    """Each place in which a tape's date is told."""
    undated = without(PLAIN, "as_of_date")
    return [
        _tape("as-of-flag", headings=undated).file(options=AS_OF_OPTION),
        _tape("as-of-file-name", headings=undated, file_name="Made Fund tape 2025-06-30.csv").file(),
        _book("as-of-file-name-us", headings=undated, file_name="MadeFund_Tape_06.30.2025.xlsx").file(),
        _book(
            "as-of-title", headings=undated, layout=[grid.titles("Made Fund I", f"Data as of {AS_OF:%m/%d/%Y}")]
        ).file(),
        _tape("as-of-column", headings=PLAIN | {"as_of_date": "Tape Date"}).file(),
        _tape("as-of-flag-over-file-name", headings=undated, file_name="tape 2025-05-31.csv").file(
            options=AS_OF_OPTION
        ),
    ]


def _past_due(note: Note) -> int:
    due = note.values["next_due_date"]
    return (AS_OF - due).days  # type: ignore[operator]


def other_facts() -> list[MadeFile]:
    """What a seller tells in a roundabout way."""
    undue = without(PLAIN, "next_due_date", "paid_to_date")
    told = (*(name for name in FIELDS if name in undue), "next_due_date")
    return [
        _tape("told-days-past-due", headings=undue, extra=[("Days Past Due", lambda i, note: _past_due(note))]).file(
            expected={"fields": told}
        ),
        _tape("told-paid-to-only", headings=without(PLAIN, "next_due_date")).file(),
        _tape("told-columns-reversed", in_order=FIELDS[::-1], styles=_money(cells.dollars) | POINTS).file(),
        _tape(
            "told-with-people",
            extra=[
                ("Borrower Name", lambda i, note: f"Made Person {i}"),
                ("SSN", lambda i, note: f"900-{i % 90 + 10}-{1000 + i}"),
                ("borrowerHomePhone", lambda i, note: f"305-555-{i:04d}"),
                ("Loan Program", lambda i, note: "Conventional"),
            ],
        ).file(),
        _tape(
            "told-loan-programs",
            extra=[("Loan Program", lambda i, note: ("Bridge 12M", "30Y Fixed DSCR", "Non-QM", "Alt-A", "")[i % 5])],
        ).file(),
        _book("told-few-columns", headings=only(PLAIN, *_FEW), pay=pay.NOTHING).file(),
    ]


_FEW = (
    "loan_id",
    "as_of_date",
    "lien_position",
    "note_rate",
    "p_and_i",
    "upb",
    "senior_lien_balance",
    "property_state",
    "as_is_value",
    "next_due_date",
    "maturity_date",
)


@lru_cache
def disguises() -> tuple[MadeFile, ...]:
    """Give every disguise, each name once."""
    makers = (kinds_of_file, layouts, sources, rates, money, dates, wordings, histories, as_of_dates, other_facts)
    files = tuple(file for maker in makers for file in maker())
    assert len({file.name for file in files}) == len(files)
    return files
