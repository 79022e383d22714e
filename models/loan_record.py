r"""Which loans a model was fitted on, told again by their names and not to be read back.

A loan is known by the first bits of a hash of its name, so few of them that one name in 64 to 128 that was *not* fitted on
meets one that was.  That is the price, and the protection: loan numbers are short, so anybody can hash all of them, and
among ten-digit numbers more than 70 million would then seem to be in any record.  What it does not hide: who already holds
a loan's number can tell with some 98 % certainty whether the model was fitted on that loan.

The hash has no salt of its own for each record.  With one, several records of the same loans laid one upon another would
leave only the true ones; so they repeat each other and say no more than one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPARE_BITS = 6
"""Bits beyond those that number the loans: at most one name in 2 ** 6 is taken for another."""
_LEAST_BITS, _MOST_BITS = 8, 32
_PERSON = b"notebid loans 1"


@dataclass(frozen=True)
class LoanRecord:
    """Loans by the first bits of their names' hashes.

    Parameters
    ----------
    bits
        How many of the 64 bits are kept, 8 to 32.
    marks
        uint32, shape (n,), ascending, each once.

    Examples
    --------
    >>> record = LoanRecord.of(["seller|1001", "seller|1002"])
    >>> record.holds(["seller|1001", "seller|2001"]).tolist()
    [True, False]
    """

    bits: int
    marks: NDArray[np.uint32]

    @classmethod
    def of(cls, names: Sequence[str]) -> LoanRecord:
        """Record loans, each once, in no order that could be known from."""
        n_loans = len(set(names))
        bits = min(max(max(n_loans - 1, 0).bit_length() + SPARE_BITS, _LEAST_BITS), _MOST_BITS)
        return cls(bits, np.unique(_marks(names, bits)))

    def holds(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each name whether it is recorded, bool, shape (n,); True by mistake for one in 64 at most."""
        found: NDArray[np.bool_] = np.isin(_marks(names, self.bits), self.marks)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, for JSON: the marks as base64 of little-endian 32-bit numbers."""
        return {"bits": self.bits, "marks": base64.b64encode(self.marks.astype("<u4").tobytes()).decode("ascii")}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> LoanRecord:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        ValueError
            It is not that.
        """
        bits = int(content["bits"])
        if not _LEAST_BITS <= bits <= _MOST_BITS:
            raise ValueError(f"a loan record has {_LEAST_BITS} to {_MOST_BITS} bits, found {bits}")
        marks = np.frombuffer(base64.b64decode(content["marks"], validate=True), dtype="<u4").astype(np.uint32)
        return cls(bits, marks)


def _marks(names: Sequence[str], bits: int) -> NDArray[np.uint32]:
    hashed = b"".join(hashlib.blake2b(one.encode(), digest_size=8, person=_PERSON).digest() for one in names)
    marks: NDArray[np.uint32] = (np.frombuffer(hashed, dtype=">u8") >> np.uint64(64 - bits)).astype(np.uint32)
    return marks
