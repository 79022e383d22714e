"""``python -m tests.tapes.corpus OUTDIR``: write every file of the corpus, each in a folder of its own, to look at."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tapes.corpus.disguises import disguises
from tests.tapes.corpus.troubles import troubles


def main(argv: list[str]) -> int:
    """Write the files; the first argument is the folder."""
    if len(argv) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    files = (*disguises(), *troubles())
    for file in files:
        file.write(Path(argv[0]) / file.name)
    print(f"{len(files)} made files in {argv[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
