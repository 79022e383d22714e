"""Where reports lie: the first of a bundle in a folder of the bundle's name, those of later trainings beside it."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path

from registry.home import Home


def next_report_folder(home: Home, bundle_sha256: str) -> Path:
    """Say where the next report of a bundle goes, so that no earlier one is written over.

    The same data give the same bundle, while the verdict depends on the champion of the day.  Only a holder of the home's
    lock may ask: another training would be told the same.

    Returns
    -------
    pathlib.Path
        ``artifacts/reports/<bundle_sha256>``, or the first of ``-2``, ``-3`` and so on that is free; it is not made.
    """
    folders = (home.reports / (bundle_sha256 if n == 1 else f"{bundle_sha256}-{n}") for n in count(1))
    return next(one for one in folders if not os.path.lexists(one))


def is_report_folder(name: str, bundle_sha256: str) -> bool:
    """Say whether a folder of that name is one for a report of that bundle.

    Examples
    --------
    >>> bundle = "ab" * 32
    >>> [is_report_folder(bundle + end, bundle) for end in ("", "-2", "-1", "-02", "/..")]
    [True, True, False, False, False]
    """
    return re.fullmatch(rf"{re.escape(bundle_sha256)}(-([2-9]|[1-9][0-9]{{1,5}}))?", name) is not None
