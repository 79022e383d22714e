"""The monthly file as dense arrays, a batch of loans at a time; DuckDB sorts it, on disk where memory is short."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from notes import TapeError, UsageError
from notes.history import UNKNOWN
from notes.months import format_month
from tapes.fannie.layout import ACQUISITION, PERFORMANCE, TERMINALS
from tapes.resolutions import Terminal

_ROWS_AT_ONCE = 500_000


@dataclass(frozen=True)
class LoanMonths:
    """Loans by months since each loan's first record.

    Parameters
    ----------
    loan_id
        object array of str, shape (n_loans,).
    first_month
        int64, shape (n_loans,): month index of column 0.
    n_months
        int64, shape (n_loans,): months from the first record to the last; later columns are padding.
    months_delinquent
        int16, shape (n_loans, n_columns), -1 unknown.
    upb, non_interest_bearing, rate, maturity
        float64, the same shape, NaN unknown: dollars, dollars, per cent, month index.
    is_recorded
        bool, the same shape: months with a record.
    modified
        int64, shape (n_loans,): column of the first month with the modification flag, n_columns without one.
    terminal, terminal_at
        int8 and int64, shape (n_loans,): a :class:`~tapes.resolutions.Terminal` and its column, n_columns without one.
    net_proceeds
        float64, shape (n_loans,), dollars, NaN unknown.
    """

    loan_id: NDArray[np.object_]
    first_month: NDArray[np.int64]
    n_months: NDArray[np.int64]
    months_delinquent: NDArray[np.int16]
    upb: NDArray[np.float64]
    non_interest_bearing: NDArray[np.float64]
    rate: NDArray[np.float64]
    maturity: NDArray[np.float64]
    is_recorded: NDArray[np.bool_]
    modified: NDArray[np.int64]
    terminal: NDArray[np.int8]
    terminal_at: NDArray[np.int64]
    net_proceeds: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.loan_id)


class Files:
    """The two files, parsed once into a DuckDB database in a temporary folder.

    Parameters
    ----------
    acquisition, performance
        Paths; a quarter's performance may come in several parts.
    memory
        What DuckDB may hold before it sorts on disk.

    Raises
    ------
    UsageError
        DuckDB is not installed.
    TapeError
        A file is not there or not of the layout, or a record has no loan number or no month.
    """

    def __init__(self, acquisition: Path, performance: Sequence[Path], memory: str) -> None:
        try:
            import duckdb
        except ImportError:
            raise UsageError("Agency files need DuckDB: install notebid with its extra, notebid[agency].") from None
        self._error: type[Exception] = duckdb.Error
        self._names = ", ".join(path.name for path in performance)
        acquired, records = _source([acquisition], ACQUISITION), _source(performance, PERFORMANCE)
        self._folder = tempfile.TemporaryDirectory(prefix="notebid-")
        self._connection = duckdb.connect(
            f"{self._folder.name}/fannie.duckdb",
            config={"memory_limit": memory, "threads": 2, "temp_directory": self._folder.name},
        )
        try:
            self._run(f"CREATE TABLE acquisition AS SELECT * FROM {acquired}")  # noqa: S608 - paths, quoted
            self._run(f"CREATE TABLE months AS SELECT {_MONTHS} FROM {records}")  # noqa: S608
            self._check()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the database and delete it."""
        self._connection.close()
        self._folder.cleanup()

    def acquisitions(self) -> pd.DataFrame:
        """Give the acquisition file as text, one row a loan, indexed by loan_id."""
        frame: pd.DataFrame = self._connection.sql("SELECT * FROM acquisition").df()
        doubled = frame["loan_id"].duplicated()
        if doubled.any():
            raise TapeError(f"acquisition file: loan {frame['loan_id'][doubled].iloc[0]} stands there twice.")
        return frame.set_index("loan_id")

    def terminal_counts(self) -> dict[int, int]:
        """Count loans by zero balance code."""
        return dict(self._run("SELECT code, count(*) FROM months WHERE code > 0 GROUP BY code ORDER BY code"))

    def totals(self) -> dict[str, int]:
        """Count records and loans, and give the month index of the first and the last month."""
        query = "SELECT count(*), count(DISTINCT loan_id), min(month), max(month) FROM months"
        return dict(zip(("records", "loans", "first", "last"), self._run(query)[0], strict=True))

    def batches(self) -> Iterator[LoanMonths]:
        """Give all loans in the order of their numbers, each whole within one batch.

        Raises
        ------
        TapeError
            Two records of a loan are of the same month.
        """
        reader = self._connection.sql("SELECT * FROM months ORDER BY loan_id, month").to_arrow_reader(_ROWS_AT_ONCE)
        rest: pd.DataFrame | None = None
        for batch in reader:
            frame: pd.DataFrame = batch.to_pandas()
            frame = frame if rest is None else pd.concat([rest, frame], ignore_index=True)
            last = frame["loan_id"] == frame["loan_id"].iloc[-1]
            rest = frame[last].reset_index(drop=True)
            if not last.all():
                yield _dense(frame[~last])
        if rest is not None:
            yield _dense(rest)

    def _check(self) -> None:
        records, bad = self._run("SELECT count(*), count(*) FILTER (loan_id IS NULL OR month IS NULL) FROM months")[0]
        if bad or not records:
            raise TapeError(f"{self._names}: {bad or 'all'} records have no loan number or no month MM/DD/YYYY.")
        known = ", ".join(map(str, TERMINALS))
        strange = self._run(f"SELECT DISTINCT code FROM months WHERE code NOT IN (0, {known})")  # noqa: S608 - numbers
        if strange:
            codes = ", ".join(str(code) for (code,) in strange)
            raise TapeError(f"{self._names}: zero balance codes {codes} are not known to notebid.")

    def _run(self, query: str) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = self._connection.execute(query).fetchall()
        except self._error as error:
            reason = str(error).strip().splitlines()[0][:200]
            raise TapeError(f"{self._names}: not readable in Fannie Mae's layout ({reason}).") from None
        return rows


_MONTHS = """loan_id,
    try_cast(period[7:10] AS INT) * 12 + try_cast(period[1:2] AS INT) - 1 AS month,
    try_cast(delinquency AS SMALLINT) AS status,
    try_cast(upb AS DOUBLE) AS upb,
    try_cast(non_interest_bearing_upb AS DOUBLE) AS non_interest_bearing,
    try_cast(rate AS DOUBLE) AS rate,
    try_cast(maturity[4:7] AS INT) * 12 + try_cast(maturity[1:2] AS INT) - 1.0 AS maturity,
    coalesce(mod_flag = 'Y', FALSE) AS modified,
    CASE WHEN zero_balance_code IS NULL THEN 0
         ELSE coalesce(try_cast(zero_balance_code AS DOUBLE)::INT, -1) END AS code,
    try_cast(foreclosed[7:10] AS INT) * 12 + try_cast(foreclosed[1:2] AS INT) - 1.0 AS foreclosed,
    try_cast(net_sale_proceeds AS DOUBLE) AS net_proceeds"""


def _source(paths: Sequence[Path], names: Sequence[str]) -> str:
    """Give the SQL that reads files as text, by the number of cells in their first line."""
    for path in paths:
        try:
            with path.open("rb") as file:
                n_cells = file.readline(100_000).count(b"|") + 1
        except OSError as error:
            raise TapeError(f"{path}: cannot be read ({error.strerror}).") from None
        if n_cells not in (len(names), len(names) + (names is ACQUISITION)):
            raise TapeError(
                f"{path.name}: {n_cells} cells separated by bars in the first line; {len(names)} are needed "
                "(the layout of before October 2020, without a heading)."
            )
    extra = ["extra"] * (n_cells - len(names))
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in [*names, *extra])
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return (
        f"read_csv([{files}], delim='|', header=false, quote='', escape='', auto_detect=false, nullstr='', "
        f"columns={{{columns}}})"
    )


def _dense(frame: pd.DataFrame) -> LoanMonths:
    loan = frame["loan_id"].to_numpy(dtype=object)
    starts = np.flatnonzero(np.append(True, loan[1:] != loan[:-1]))
    sizes = np.diff(np.append(starts, len(loan)))
    row = np.repeat(np.arange(len(starts)), sizes)
    month = frame["month"].to_numpy(dtype=np.int64)
    first = month[starts]
    repeated = (loan[1:] == loan[:-1]) & (month[1:] == month[:-1])
    if repeated.any():
        at = int(np.argmax(repeated))
        raise TapeError(f"performance file: loan {loan[at]} has two records of {format_month(int(month[at]))}.")
    column = month - first[row]
    n_months = column[starts + sizes - 1] + 1
    shape = (len(starts), int(n_months.max()))

    def spread(name: str) -> NDArray[np.float64]:
        dense = np.full(shape, np.nan)
        dense[row, column] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return dense

    recorded = np.zeros(shape, dtype=bool)
    recorded[row, column] = True
    status = spread("status")
    modified = spread("modified") == 1
    terminal, terminal_at = _terminals(spread("code"), spread("foreclosed"), first)
    proceeds = frame["net_proceeds"].to_numpy(dtype=np.float64, na_value=np.nan)
    return LoanMonths(
        loan[starts],
        first,
        n_months,
        np.where(status >= 0, status, UNKNOWN).astype(np.int16),
        spread("upb"),
        spread("non_interest_bearing"),
        spread("rate"),
        spread("maturity"),
        recorded,
        np.where(modified.any(axis=1), modified.argmax(axis=1), shape[1]),
        terminal,
        terminal_at,
        proceeds[starts + sizes - 1],
    )


def _terminals(
    code: NDArray[np.float64], foreclosed: NDArray[np.float64], first: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Find each loan's terminal event; a foreclosure counts from its sale, where that is told and comes first."""
    ends = np.nan_to_num(code) > 0
    at = np.where(ends.any(axis=1), ends.argmax(axis=1), code.shape[1])
    has = at < code.shape[1]
    rows, cell = np.arange(len(at)), np.minimum(at, code.shape[1] - 1)
    table = np.zeros(100, dtype=np.int8)
    for number, event in TERMINALS.items():
        table[number] = event
    kind = np.where(has, table[np.nan_to_num(code[rows, cell]).astype(np.intp)], Terminal.NONE).astype(np.int8)
    sold = foreclosed[rows, cell] - first
    by_sale = np.isin(kind, (Terminal.REO, Terminal.THIRD_PARTY)) & (sold >= 0) & (sold < at)
    return kind, np.where(by_sale, np.nan_to_num(sold), at).astype(np.int64)
