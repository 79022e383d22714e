"""``notebid diff``: a tape that was sent again, beside the last one."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.console import Console
from cli.paths import checkout, user_path
from cli.reading import as_of_argument, tape_password
from cli.score import ASSUMPTIONS, is_example, served_model, shown_path
from notes import UsageError

if TYPE_CHECKING:
    from registry.home import Home
    from serving.compare import Comparison
    from serving.diff import Difference, DiffRequest
    from tapes import ReadOptions

_FIELDS_SHOWN, _MOVES_SHOWN = 15, 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("old", help="the tape as it was sent before")
    parser.add_argument("new", help="the tape as it was sent now")
    for which in ("old", "new"):
        parser.add_argument(f"--payments-{which}", metavar="FILE", help=f"payment history of the {which} tape")
        parser.add_argument(
            f"--as-of-{which}", metavar="YYYY-MM-DD", help=f"the day on which the {which} tape was known"
        )
        parser.add_argument(f"--sheet-{which}", metavar="NAME", help=f"the sheet of the {which} tape's workbook")
        parser.add_argument(f"--mapping-{which}", metavar="TOML", help=f"a mapping file for the {which} tape")
    parser.add_argument("--dq-method", choices=("mba", "ots"), help="how the seller counts months behind")
    parser.add_argument(
        "--assume-first-lien", action="store_true", help="take a missing lien position for a first lien"
    )
    parser.add_argument("--assumptions", metavar="TOML", help="your assumptions instead of configs/assumptions.toml")
    parser.add_argument(
        "--model", metavar="MODEL", help="models:/note-outcomes@champion, a version, or a bundle folder"
    )
    parser.add_argument("--out", metavar="FOLDER", help="where the result goes; by default out/diff-<old>-to-<new>")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Read and bid both tapes, compare them, write the changes and print what they come to."""
    from registry.home import Home
    from serving.diff import diff
    from serving.request import DEMO_WARNING

    request = _request(arguments, Home.from_environment(), console)
    if request.new.is_demo:
        console.warn(DEMO_WARNING)
    console.log(f"tapes {request.old.tape} and {request.new.tape}, model {request.new.model.bundle.sha256[:12]}")
    difference = diff(request)
    console.result(_lines(difference, request, console), _values(difference))
    return 0


def _request(arguments: argparse.Namespace, home: Home, console: Console) -> DiffRequest:
    """Gather what was said: model and assumptions are the same for both tapes."""
    from pricing import Assumptions
    from serving.diff import DiffRequest
    from serving.request import ScoreRequest

    if not (arguments.old and arguments.new):
        raise UsageError("name both tapes, the old and the new one: make diff OLD=may.xlsx NEW=june.xlsx")
    options = {which: _reading(arguments, which, home) for which in ("old", "new")}
    path = user_path(arguments.assumptions) if arguments.assumptions else checkout() / ASSUMPTIONS
    tapes = {which: user_path(getattr(arguments, which)) for which in ("old", "new")}
    old = ScoreRequest(
        tape=tapes["old"],
        reading=options["old"],
        assumptions=Assumptions.from_toml(path),
        model=served_model(arguments, home, console),
        out_root=home.out,
        # Two tapes are bid alike: as the example only where both are.
        is_example=all(is_example(tape) for tape in tapes.values()),
        log_lines=console.log_lines,
    )
    new = replace(old, tape=tapes["new"], reading=options["new"])
    return DiffRequest(old, new, user_path(arguments.out) if arguments.out else None)


def _reading(arguments: argparse.Namespace, which: str, home: Home) -> ReadOptions:
    from tapes import ReadOptions

    def said(name: str) -> str | None:
        given: str | None = getattr(arguments, f"{name}_{which}")
        return given

    payments, mapping = said("payments"), said("mapping")
    return ReadOptions(
        payments=None if payments is None else user_path(payments),
        as_of=as_of_argument(said("as_of")),
        assume_first_lien=arguments.assume_first_lien,
        sheet=said("sheet"),
        mapping=None if mapping is None else user_path(mapping),
        mappings=home.mappings,
        delinquency_method=arguments.dq_method,
        password=tape_password(arguments),
    )


def _lines(difference: Difference, request: DiffRequest, console: Console) -> list[str]:
    from serving.request import DEMO_WARNING

    lines = [DEMO_WARNING, ""] if request.new.is_demo else []
    lines += [f"{label:<18} {text}" for label, text in _loans(difference, request)]
    lines += ["", *_fields(difference.comparison, console)]
    lines += ["", *_months(difference.comparison, console), "", *_bids(difference, console)]
    lines += ["", f"{'files':<18} {shown_path(difference.folder)}"]
    return lines + [f"warning: {text}" for text in difference.warnings]


def _loans(difference: Difference, request: DiffRequest) -> list[tuple[str, str]]:
    match, old, new = difference.comparison.match, difference.old, difference.new
    rows = [
        (name, f"{one.tape.name}, as of {of.as_of_date}: {of.counts.rows:,} rows, {of.counts.priced:,} priced")
        for name, one, of in (("old tape", request.old, old), ("new tape", request.new, new))
    ]
    rows += [
        ("on both", f"{len(match.old):,}"),
        ("new", f"{len(match.added) + len(match.excepted_new):,}"),
        ("gone", f"{len(match.gone) + len(match.excepted_gone):,} (not on the new tape, which does not say why)"),
        ("excepted now", f"{len(match.excepted_now):,} that were read before"),
        ("read now", f"{len(match.excepted_before):,} that were excepted before"),
        ("excepted on both", f"{len(match.excepted_both):,}"),
    ]
    return rows


def _fields(comparison: Comparison, console: Console) -> list[str]:
    if not len(comparison.fields):
        return ["no field changed on a loan of both tapes"]
    rows = [
        [str(one.field), f"{one.changed:,}", f"{one.filled:,}", f"{one.blanked:,}"]
        for one in comparison.fields.head(_FIELDS_SHOWN).itertuples()
    ]
    more = len(comparison.fields) - len(rows)
    lines = console.table("fields changed on loans of both tapes", ["field", "loans", "was blank", "now blank"], rows)
    return lines + ([f"  and {more:,} more in changes.csv"] if more else [])


def _months(comparison: Comparison, console: Console) -> list[str]:
    months = comparison.months
    if not months.table.to_numpy().any():
        return ["no loan is on both tapes"]
    kept = [one for one in months.table.columns if months.table[one].any() or months.table.loc[one].any()]
    rows = [[str(was), *(f"{months.table.loc[was, now]:,}" for now in kept)] for was in kept]
    lines = console.table("months behind: old tape down, new tape across", ["", *map(str, kept)], rows)
    return [
        *lines,
        f"  less far behind than if nothing had been paid {months.paid:,}, just as far {months.as_time_passed:,}, "
        f"further {months.unexplained:,}",
    ]


def _bids(difference: Difference, console: Console) -> list[str]:
    totals = bid_totals(difference)
    rows = [
        [name, f"{one['loans']:,}", f"${one['old']:,.0f}", f"${one['new']:,.0f}", f"{one['new'] - one['old']:+,.0f}"]
        for name, one in totals.items()
    ]
    lines = console.table("bids with one model and one set of assumptions", ["", "loans", "old", "new", "moved"], rows)
    both = difference.bids[difference.bids["on"] == "both"]
    up, down = int((both["bid_change"] > 0).sum()), int((both["bid_change"] < 0).sum())
    lines.append(f"  on both tapes {up:,} bids went up, {down:,} down, {len(both) - up - down:,} stayed")
    largest = both.reindex(both["bid_change"].abs().sort_values(ascending=False, kind="stable").index)
    moves = [
        [str(one.loan_id), f"${one.old_bid:,.0f}", f"${one.new_bid:,.0f}", f"{one.bid_change:+,.0f}"]
        for one in largest.head(_MOVES_SHOWN).itertuples()
        if one.bid_change
    ]
    if moves:
        lines += ["", *console.table("largest moves", ["loan", "old", "new", "moved"], moves)]
    return lines


def bid_totals(difference: Difference) -> dict[str, dict[str, float]]:
    """Add up the bids by where the loans are; dollars."""
    names = {"both": "on both", "new": "new", "read_now": "read now", "gone": "gone", "excepted_now": "excepted now"}
    totals = {}
    for on, name in names.items():
        bids = difference.bids[difference.bids["on"] == on]
        if len(bids):
            totals[name] = {
                "loans": len(bids),
                "old": float(bids["old_bid"].sum()),
                "new": float(bids["new_bid"].sum()),
            }
    return totals


def _values(difference: Difference) -> dict[str, Any]:
    comparison, match = difference.comparison, difference.comparison.match
    return {
        "folder": str(difference.folder),
        "old_as_of_date": None if difference.old.as_of_date is None else difference.old.as_of_date.isoformat(),
        "new_as_of_date": None if difference.new.as_of_date is None else difference.new.as_of_date.isoformat(),
        "on_both": len(match.old),
        "new": len(match.added) + len(match.excepted_new),
        "gone": len(match.gone) + len(match.excepted_gone),
        "excepted_now": len(match.excepted_now),
        "read_now": len(match.excepted_before),
        "excepted_on_both": len(match.excepted_both),
        "fields": {str(one.field): int(one.changed) for one in comparison.fields.itertuples()},
        "months_behind": {
            str(was): {str(now): int(comparison.months.table.loc[was, now]) for now in comparison.months.table.columns}
            for was in comparison.months.table.index
        },
        "paid": comparison.months.paid,
        "as_time_passed": comparison.months.as_time_passed,
        "further_behind_than_time_explains": comparison.months.unexplained,
        "bids": bid_totals(difference),
        "warnings": list(difference.warnings),
    }
