"""``notebid ui``: the MLflow page on the project's own store, for this machine only."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from cli.console import Console
from notes import UsageError

if TYPE_CHECKING:
    from registry.home import Home

_ENVIRONMENT = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""MLflow's job workers, a dozen processes, serve nothing that notebid logs."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, default=5_000, help="where to listen on 127.0.0.1 (default 5000)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Become the server of the page; does not return."""
    from registry.home import Home, without_password
    from registry.store import open_store, prepare_environment

    prepare_environment()
    home = Home.from_environment()
    if home.is_server:
        raise UsageError(f"the store is a server with a page of its own: open {without_password(home.tracking_uri)}")
    open_store(home)
    console.log(
        f"MLflow on http://127.0.0.1:{arguments.port}, store {without_password(home.tracking_uri)}; Ctrl-C ends it"
    )
    sys.stdout.flush()
    # In our place, not as our child: who ends notebid ends the server.
    os.execvpe(sys.executable, _words(arguments.port, home), {**os.environ, **_ENVIRONMENT})  # noqa: S606 - no shell


def _words(port: int, home: Home) -> list[str]:
    words = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    return [
        *words,
        *("--backend-store-uri", home.tracking_uri),
        *("--default-artifact-root", home.mlflow_artifacts.as_uri()),
    ]
