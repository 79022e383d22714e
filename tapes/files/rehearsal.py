"""A binary workbook is opened in a child process first: native code that believes a damaged count ends its process."""

from __future__ import annotations

import subprocess
import sys

_SECONDS = 120
_MEMORY = 8 << 30
"""Bytes of address space of the child, where the system can limit it."""
_CHILD = """
import io, sys
from python_calamine import CalamineWorkbook
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, OSError, ValueError):
    pass
try:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in workbook.sheet_names:
        for row in workbook.get_sheet_by_name(name).iter_rows():
            pass
except BaseException:
    pass  # an error that can be caught is told where the file is read
"""


def rehearse(data: bytes) -> None:
    """Have a child process read a workbook, so that one which ends its reader ends only that.

    Parameters
    ----------
    data
        An .xls or .xlsb.  An .xlsx is not rehearsed: its text holds no counts that a parser makes room for.

    Raises
    ------
    ValueError
        The child was ended, or took over two minutes.
    """
    command = [sys.executable, "-I", "-c", _CHILD, str(_MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise ValueError(f"reading it takes over {_SECONDS} seconds") from None
    if done.returncode != 0:
        raise ValueError("damaged: the parser gave up on it")
