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
        Where the result shall stand.  A folder that holds a ``run.json`` of notebid is an earlier result and is replaced,
        the user's own things in it being carried over; an empty one is used; any other is refused.

    Attributes
    ----------
    kept
        After :meth:`publish`, the names in the new folder of what was carried over, in order; ``run.json`` lists none.

    Raises
    ------
    UsageError
        ``final`` is a file, or a folder with other things in it.

    Notes
    -----
    The user's own things are what the earlier ``run.json`` does not name, and what it names with another hash.  They are
    copied, so the earlier folder holds them until the new one stands.  A killed run leaves at most hidden
    ``.name.partial-*`` and ``.name.former-*`` folders.  The next run to the same place puts a former result back if
    nothing stands in its place, and removes the leftovers whose process is gone.
    """

    def __init__(self, final: Path) -> None:
        final = Path(os.path.realpath(final))  # a link stays a link: what it points to is replaced
        self.final = final
        self.kept: list[str] = []
        final.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(final.parent):
            _put_back(final)
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

    @staticmethod
    def manifest(folder: Path) -> dict[str, Any]:
        """Read what a result says of itself; nothing where the folder holds none."""
        folder = Path(os.path.realpath(folder))
        if not _is_result(folder):
            return {}
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return found

    def publish(self, manifest: Mapping[str, Any]) -> None:
        """Carry the user's own things over, write ``run.json`` with the hash of every other file, and swap the folders.

        Parameters
        ----------
        manifest
            JSON values, no NaN; the key ``files`` is added: file name -> sha256, in order of name.
        """
        files = {one.name: sha256_of_file(one) for one in sorted(self.path.iterdir()) if one.name != LOG}
        text = json.dumps({**manifest, "files": files}, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
        former = self.path.with_name(self.path.name.replace(".partial-", ".former-"))
        with _alone_in(self.final.parent):
            _put_back(self.final)
            _refuse_foreign(self.final)
            self.kept = _carry_over(self.final, self.path) if _is_result(self.final) else []
            _write_durably(self.path / MANIFEST, text + "\n")
            if self.final.exists():
                self.final.rename(former)
            self.path.rename(self.final)
            (former / MANIFEST).unlink(missing_ok=True)  # from here on it is nothing to put back
        shutil.rmtree(former, ignore_errors=True)


def _carry_over(old: Path, new: Path) -> list[str]:
    """Copy what is the user's from an earlier result into a new one, and give the names of the copies."""
    files: dict[str, str] = json.loads((old / MANIFEST).read_text(encoding="utf-8"))["files"]
    foreign, edited = [], []
    for one in sorted(old.iterdir()):
        if one.name in (MANIFEST, LOG):
            continue
        if one.name not in files:
            foreign.append(one)
        elif one.is_symlink() or not one.is_file() or sha256_of_file(one) != files[one.name]:
            edited.append(one)
    # What keeps its name comes first, so that no made-up name takes its place.
    kept = {_copy(one, new / one.name) for one in foreign if not os.path.lexists(new / one.name)}
    kept |= {_copy_beside(one, new) for one in [*foreign, *edited] if one.name not in kept}
    return sorted(kept)


def _copy_beside(source: Path, folder: Path) -> str:
    """Copy under a name that tells the content, unless the same content has that name already."""
    digest = _content_sha256(source)
    for length in (8, len(digest)):
        target = folder / f"{source.stem}.kept-{digest[:length]}{source.suffix}"
        if not os.path.lexists(target):
            return _copy(source, target)
        if _content_sha256(target) == digest:
            return target.name
    raise UsageError(f"{target.name} is there with another content; move it out of the result folder and run again")


def _copy(source: Path, target: Path) -> str:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
    return target.name


def _content_sha256(path: Path) -> str:
    """Hash a file by its bytes, a link by where it points, a folder by the names and contents in it."""
    if path.is_symlink():
        return hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
    if not path.is_dir():
        return sha256_of_file(path)
    inside = b"".join(os.fsencode(one.name) + b"\0" + _content_sha256(one).encode() for one in sorted(path.iterdir()))
    return hashlib.sha256(inside).hexdigest()


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


def _put_back(final: Path) -> None:
    """Restore the result that a run took away before it was killed, so that nothing in it is lost."""
    if final.exists() and not (final.is_dir() and not any(final.iterdir())):
        return
    for former, _ in _leftovers(final, "former"):
        if _is_result(former):
            former.rename(final)
            return


def _sweep(final: Path) -> None:
    """Remove what killed runs left; a former result only where another stands in its place."""
    for kind in ("partial", "former") if _is_result(final) else ("partial",):
        for leftover, owner in _leftovers(final, kind):
            if not _is_running(owner):
                shutil.rmtree(leftover, ignore_errors=True)


def _leftovers(final: Path, kind: str) -> list[tuple[Path, int]]:
    """List the hidden folders of runs to one place, each with the process that made it."""
    pattern = re.compile(rf"\.{re.escape(final.name)}\.{kind}-(\d+)-[a-z0-9_]+")
    matches = ((one, pattern.fullmatch(one.name)) for one in sorted(final.parent.iterdir()))
    return [(one, int(match[1])) for one, match in matches if match]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
