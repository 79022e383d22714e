"""Where a user's relative path counts from."""

from __future__ import annotations

import os
from pathlib import Path


def user_path(text: str | os.PathLike[str]) -> Path:
    """Resolve a path as the user meant it: relative to where he stands, also under ``make -C``."""
    return Path(os.environ.get("NOTEBID_CWD") or os.curdir, text).absolute()


def checkout() -> Path:
    """Give the folder of the project's own files."""
    return Path(__file__).resolve().parent.parent
