"""``python -m cli``: the command line, also from a checkout that has moved since it was set up."""

import sys

if __name__ == "__main__":
    try:
        from cli.main import main

        code = main()
    except KeyboardInterrupt:  # in the first moments, before main can catch it
        print("notebid: interrupted; nothing half-done was kept", file=sys.stderr)
        code = 130
    sys.exit(code)
