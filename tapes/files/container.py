"""OLE containers ([MS-CFB]): taken apart, and put together anew around a workbook's stream.

A parser that follows a damaged container's chains of sectors can run in a circle until the memory is full.  It is given a
container of our own making, with the stream that was found.
"""

from __future__ import annotations

import io
import struct

OLE = b"\xd0\xcf\x11\xe0"
_SIGNATURE = OLE + b"\xa1\xb1\x1a\xe1"
_SECTOR, _SHIFT, _MINI_SHIFT, _MINI_CUTOFF = 4_096, 12, 6, 4_096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_IN_HEADER = 109
_ROOT, _STREAM, _BLACK = 5, 2, 1
_ENTRY = "<64sHBBIII16sIQQIQ"


def names_in(data: bytes) -> set[str]:
    """Give the names of a container's streams and folders, in lower case.

    Raises
    ------
    OSError, ValueError, ...
        It is damaged.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        return {"/".join(path).lower() for path in container.listdir(streams=True, storages=True)}


def stream_in(data: bytes, name: str) -> bytes:
    """Give a stream of a container.

    Raises
    ------
    OSError, ValueError, ...
        It is damaged, or has no such stream.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        return bytes(container.openstream(name).read())


def container_of(stream: bytes, name: str) -> bytes:
    """Put a stream into a container of its own.

    Raises
    ------
    ValueError
        It is larger than the 450 MB for which a container's first sector has room.
    """
    n_stream = max(-(-len(stream) // _SECTOR), 1)
    n_others = 2  # the stream of small streams, which must be there, and the directory
    n_fat = 1
    while n_fat * _SECTOR // 4 < n_stream + n_others + n_fat:
        n_fat += 1
    if n_fat > _IN_HEADER:
        raise ValueError("a workbook of over 450 MB")
    small, directory = n_stream, n_stream + 1
    fat = [*range(1, n_stream), _END, _END, _END, *[_FAT] * n_fat]
    fat += [_FREE] * (n_fat * _SECTOR // 4 - len(fat))
    header = _SIGNATURE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, _SHIFT, _MINI_SHIFT)
    header += struct.pack("<IIIIIIIII", 1, n_fat, directory, 0, _MINI_CUTOFF, _END, 0, _END, 0)
    header += struct.pack(
        f"<{_IN_HEADER}I", *range(directory + 1, directory + 1 + n_fat), *[_FREE] * (_IN_HEADER - n_fat)
    )
    entries = _entry("Root Entry", _ROOT, 1, small, 64) + _entry(
        name, _STREAM, _FREE, 0, max(len(stream), _MINI_CUTOFF)
    )
    sectors = [header, stream.ljust(n_stream * _SECTOR, b"\0"), b"", entries, struct.pack(f"<{len(fat)}I", *fat)]
    return b"".join(part.ljust(_SECTOR, b"\0") for part in sectors)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(_ENTRY, text, len(text) + 2, kind, _BLACK, _FREE, _FREE, child, bytes(16), 0, 0, 0, start, size)
