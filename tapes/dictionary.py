"""The data dictionary: every column of every file in contract form, from the schema.

``python -m tapes.dictionary`` writes it and the page of exception codes into ``docs/``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from notes.schema import FIELDS, Field, Kind
from tapes.codes import exceptions_page
from tapes.fields import PAYMENT_FIELDS, RESOLUTION_FIELDS, SELLER_FIELDS

_HEAD = """\
# Data dictionary

Written by `python -m tapes.dictionary` from the schema; do not edit.

This is the contract form: CSV in UTF-8, a workbook or Parquet, told apart by content, with the names below as headings in
any order. [A seller's own file](tapes.md) is read as he sends it and turned into this form: under the headings and in the
units that sellers use, which `notebid map` shows. A heading that nobody is known to use is named in a warning and not
read; two columns for one field are asked about. Money is US dollars, rates and shares are fractions (0.075 is 7.5 %),
dates are `YYYY-MM-DD`, months `YYYY-MM`, flags `Y` or `N`. An empty cell is an unknown value, never zero.
A cell that does not hold what its column holds puts its row into `exceptions.csv` ([codes](exceptions.md)), in an optional
column too: dropping what a seller says would change the price in silence.

## Tape

One row a note, as known on its `as_of_date`; `loan_id`, `seller` and `as_of_date` together name a row. Beside what
is marked as needed, a note needs `note_rate` or `p_and_i`, and one of `next_due_date`, `paid_to_date`, `pay_string`
or a row of the payments file for the month of `as_of_date`. The date itself may also come from the command or the
file's name.

"""

_PAY_STRING = """
### Pay string

One character a month, oldest first, the last for the month of `as_of_date`: `0`-`8` months behind (MBA method), `9`
nine or more, `F` in foreclosure, `B` bankruptcy, `X` unknown; `R`, real estate owned, ends a note that can no
longer be bought. At most the last 60 are used. In a spreadsheet the column has to be text.

A seller's column under another heading may be in any of these alphabets, the newest month at either end:

| alphabet | a month |
|---|---|
| `months_behind` | a digit, or `C` for current |
| `thirties` | `0` or `C`, `3`, `6`, `9` for 0, 30, 60, 90 days or more |
| `dv01` | `C` current, `2` for 30-59 days, `3` for 60-89, up to `7` for 180 and more |
| `fannie` | two characters: `00`, `01`, ... `99`, `XX` unknown |
| `credit_bureau` | `0`-`6`; `H` in foreclosure, `J` and `K` property taken, `B`, `D`, `E`, `G`, `L` unknown |
| `days` | days past due, in a column or a row a month |

Which it is, the whole column shows: nobody falls back by more than a month at a time, and the newest month has to
agree with the due date. Where that leaves several readings, the tape is refused with the counts for each, and a line
of the mapping answers: `pay_string.alphabet`, `pay_string.newest` (`left` or `right`), `pay_string.method` (`mba` or
`ots`). "Ninety days or more" is three in the month in which it is reached and unknown while it stays, since it does
not say whether anything was paid. Months counted by OTS become one more; a 0 stays 0, with the flag `W_METHOD`, since
it may hide a month. A column a month (`M0`, `Pay1`, `Jan-24`) is read in the same ways, and in days and words.

"""

_SELLER = """
### What sellers say beside these

From these a column above is told where it is empty, or checked; a line of a mapping file may name them too.

"""

_PAYMENTS = """
## Payments

One row a note and month, status at month end, up to and including the month of `as_of_date`; later rows are cut and
counted. Either `months_delinquent` or `amount_received` may be absent. The last 60 months are used. Where the tape
has a pay string too, the payments file wins and a difference is flagged.

A servicer's ledger serves as well: one row a receipt, with a date and an amount in place of the month. Receipts are
summed by month, reversals taken back; what a column of types calls a fee, an advance or a disbursement is not
counted. So does a row a note with a column a month, as on a tape.

"""

_RESOLUTIONS = """
## Resolutions

A tape's columns as known on `as_of_date`, and what became of the note. A loan may appear with several
`as_of_date`s; payments with a row a month (or a receipt) then belong to each of them up to its date, unless they carry
`as_of_date` too, and those with a column a month must. `net_proceeds` is taken as gross proceeds less costs where
only those are given. An outcome may also be written as desks do (`FCL`, `Loan Mod`, `DIL`, `Short Sale`, `Paid in Full`,
`Open`). Beside the columns marked as needed, `outcome` and `resolution_date` have to be there as
columns. The file is read as a tape is, headings, units, sheets and questions included ([tapes.md](tapes.md)):
`notebid map FILE --resolutions` (`make map RESOLUTIONS=`) shows what each column is taken for and writes the mapping by
which `train` reads it. Columns that desks call otherwise are known by their headings (`Final Disposition`,
`Exit Date`, `Net Sale Proceeds`). A word for an outcome that is none is asked about with its number of rows; a line of
the mapping says what it means: an outcome, one of its details, or open:

```toml
outcomes."FC Sale - 3rd Pty" = "third_party"
outcomes."Back to Servicing" = "open"
```

A date beside a word that means open is the day up to which the note was seen. Where all outcomes are known through one
day, `--observed-through 2026-06-30` (`OBSERVED_THROUGH=`) stands for the column `observed_through` wherever it is empty
or missing; what ended later counts as open on that day.

Every field is as it was known on `as_of_date`. An export of today has later dates and figures in it: a row with an event
after its `as_of_date` is excepted, and where that takes away one outcome more than another the gate refuses the model.
**Open notes belong in the file**, `outcome` and `resolution_date` empty: of closed notes alone a model learns how the
fast ones end.

"""

_NEEDED = {
    "lien_position": "yes, unless `--assume-first-lien`",
    "note_rate": "this or `p_and_i`",
    "p_and_i": "this or `note_rate`",
    "senior_lien_balance": "for a junior lien",
    "as_of_date": "here, in the command or in the file's name",
    "next_due_date": "one of these four",
    "paid_to_date": "one of these four",
    "pay_string": "one of these four (the fourth: payments)",
}
_PAYMENTS_NEEDED = {
    "month": "this, `payment_date`, or a column a month",
    "payment_date": "in a ledger",
    "months_delinquent": "this or `amount_received`",
    "amount_received": "this or `months_delinquent`",
    "as_of_date": "with a column a month, where a loan has several",
    "seller": "where two sellers use one `loan_id`",
}
_RESOLUTIONS_NEEDED = {"outcome": "the column", "resolution_date": "the column"}


def dictionary_page() -> str:
    """Render the page ``docs/data_dictionary.md``."""
    return "".join(
        (
            _HEAD,
            _table(FIELDS, _NEEDED),
            _PAY_STRING.rstrip() + "\n",
            _SELLER,
            _table(SELLER_FIELDS, {}),
            _PAYMENTS,
            _table(PAYMENT_FIELDS, _PAYMENTS_NEEDED),
            _RESOLUTIONS,
            _table(RESOLUTION_FIELDS, _RESOLUTIONS_NEEDED),
        )
    )


def write_pages(docs: Path) -> None:
    """Write ``data_dictionary.md`` and ``exceptions.md`` into a folder."""
    for name, page in (("data_dictionary.md", dictionary_page()), ("exceptions.md", exceptions_page())):
        (docs / name).write_text(page, encoding="utf-8")


def _table(fields: Iterable[Field], needed: dict[str, str]) -> str:
    head = "| column | meaning | holds | needed |\n|---|---|---|---|\n"
    rows = (
        f"| `{one.name}` | {one.meaning} | {_holds(one)} | {needed.get(one.name, 'yes' if one.required else '')} |\n"
        for one in fields
    )
    return head + "".join(rows)


def _holds(one: Field) -> str:
    if one.kind is Kind.CODE and len(one.codes) > 20:
        return f"one of {len(one.codes)} codes, {one.codes[0]} to {one.codes[-1]}"
    if one.codes:
        return ", ".join(f"`{code}`" for code in one.codes)
    if one.kind is Kind.DATE:
        return "date"
    if one.kind is Kind.FLAG:
        return "`Y` or `N`"
    if one.low is None or one.high is None:
        return str(one.kind)
    return f"{one.low:,.15g} to {one.high:,.15g} {one.unit}".rstrip()


if __name__ == "__main__":
    write_pages(Path(__file__).resolve().parent.parent / "docs")
