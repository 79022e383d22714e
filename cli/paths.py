"""Where a user's relative path counts from, and where the project's own files are."""

from __future__ import annotations

from pathlib import Path

from registry.home import user_path

__all__ = ["checkout", "user_path"]


def checkout() -> Path:
    """Give the folder of the project's own files."""
    return Path(__file__).resolve().parent.parent
