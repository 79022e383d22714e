"""``notebid ui``: the MLflow page on the project's own store, for this machine only."""

from __future__ import annotations

import argparse
import subprocess
import sys

from cli.console import Console
from notes import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=int, default=5_000, help="where to listen on 127.0.0.1 (default 5000)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Serve the page until interrupted."""
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
    words = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(arguments.port)]
    words += ["--backend-store-uri", home.tracking_uri, "--default-artifact-root", home.mlflow_artifacts.as_uri()]
    return subprocess.run(words, check=False).returncode  # noqa: S603 - our own words, no shell
