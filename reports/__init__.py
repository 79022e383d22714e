"""Tables to CSV, workbook, page and terminal; knows no model."""

from reports.bid_columns import BID_COLUMNS, BidColumn, Format
from reports.delimited import write_csv
from reports.exceptions import EXCEPTION_COLUMNS, write_exceptions
from reports.result_folder import ResultFolder, sha256_of_file
from reports.summary import BidSummary, build_summary
from reports.workbook import WorkbookTables, WorkbookText, write_workbook

__all__ = [
    "BID_COLUMNS",
    "EXCEPTION_COLUMNS",
    "BidColumn",
    "BidSummary",
    "Format",
    "ResultFolder",
    "WorkbookTables",
    "WorkbookText",
    "build_summary",
    "sha256_of_file",
    "write_csv",
    "write_exceptions",
    "write_workbook",
]
