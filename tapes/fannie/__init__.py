"""Fannie Mae's loan performance files of before October 2020 into snapshots, payments and resolutions.

Two files a quarter of origination, bars between the cells and no heading: acquisitions (25 columns) and monthly performance
(31 columns).  Source of the layout: Fannie Mae, *Single-Family Loan Performance Data, Glossary and File Layout*, 2019.
"""

from tapes.fannie.options import FannieOptions
from tapes.fannie.read import FannieImport, read_fannie, write_fannie

__all__ = ["FannieImport", "FannieOptions", "read_fannie", "write_fannie"]
