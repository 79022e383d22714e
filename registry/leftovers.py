"""What a killed training leaves half-written."""

from __future__ import annotations

import shutil

from registry.home import Home


def clear_leftovers(home: Home) -> None:
    """Remove half-written bundles, reports and pending files.

    Only a holder of the home's lock may: nobody else writes them.
    """
    for root in (home.bundles, home.reports):
        for folder in root.glob(".writing-*"):
            shutil.rmtree(folder, ignore_errors=True)
    for file in home.pending.glob(".*.json.*"):
        file.unlink(missing_ok=True)
