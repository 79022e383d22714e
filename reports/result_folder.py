"""A result folder appears whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from notes import UsageError

MANIFEST = "run.json"
LOG = "run.log"
"""Holds times and paths, so it is the one file that ``run.json`` does not hash."""


def sha256_of_file(path: Path) -> str:
    """Hash a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ResultFolder:
    """Files are written beside the final folder and moved there in one rename, ``run.json`` being the last file written.

    Parameters
    ----------
    final
        Where the result shall stand.  A folder that holds a ``run.json`` of notebid is an earlier result and is replaced;
        an empty one is used; any other is refused.

    Raises
    ------
    UsageError
        ``final`` is a file, or a folder with other things in it.

    Notes
    -----
    A killed run leaves at most a hidden ``.name.partial-*`` folder without a ``run.json``; the next run to the same place
    removes those whose process is gone.
    """

    def __init__(self, final: Path) -> None:
        final = Path(os.path.realpath(final))  # a link stays a link: what it points to is replaced
        self.final = final
        final.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(final.parent):
            _refuse_foreign(final)
        _sweep(final)
        prefix = f".{final.name}.partial-{os.getpid()}-"
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=final.parent))
        self.path.chmod(0o755)

    def __enter__(self) -> ResultFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Write ``run.json`` with the hash of every other file, then put the folder in its place.

        Parameters
        ----------
        manifest
            JSON values, no NaN; the key ``files`` is added: file name -> sha256, in order of name.
        """
        files = {one.name: sha256_of_file(one) for one in sorted(self.path.iterdir()) if one.name != LOG}
        text = json.dumps({**manifest, "files": files}, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
        _write_durably(self.path / MANIFEST, text + "\n")
        former = self.path.with_name(self.path.name.replace(".partial-", ".former-"))
        with _alone_in(self.final.parent):
            _refuse_foreign(self.final)
            if self.final.exists():
                self.final.rename(former)
            self.path.rename(self.final)
        shutil.rmtree(former, ignore_errors=True)


@contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Let one run at a time look at results in a folder and exchange them; a run that dies lets go."""
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: two runs at once to one place may then fail
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _refuse_foreign(final: Path) -> None:
    if final.exists() and not final.is_dir():
        raise UsageError(f"{final} is a file; name a folder for the result")
    if final.is_dir() and any(final.iterdir()) and not _is_result(final):
        raise UsageError(
            f"{final} holds files that are not a notebid result (no {MANIFEST} of notebid); name an empty or a new folder "
            "with --out"
        )


def _is_result(folder: Path) -> bool:
    """Say whether a folder's ``run.json`` is of notebid: other programs write files of that name, and theirs are kept."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return bool(files) and all(re.fullmatch(r"[0-9a-f]{64}", one) for one in files.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sweep(final: Path) -> None:
    for kind in ("partial", "former"):
        for leftover in final.parent.glob(f".{_literal(final.name)}.{kind}-*"):
            owner = leftover.name.rsplit("-", 2)[-2]
            if not (owner.isdigit() and _is_running(int(owner))):
                shutil.rmtree(leftover, ignore_errors=True)


def _literal(name: str) -> str:
    return "".join(f"[{mark}]" if mark in "*?[" else mark for mark in name)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
