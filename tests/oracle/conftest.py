"""The oracle's files import each other by name, from this folder; nothing of the project is on their way."""

import sys
from pathlib import Path

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)
