"""``python -m cli``: the command line, also from a checkout that has moved since it was set up."""

import sys

from cli.main import main

if __name__ == "__main__":
    sys.exit(main())
