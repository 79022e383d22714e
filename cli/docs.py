"""``notebid docs``: write the generated pages of docs/ anew."""

from __future__ import annotations

import argparse

from cli.console import Console
from cli.paths import checkout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: none."""


def pages() -> dict[str, str]:
    """Give every generated page: path from the checkout's root to text."""
    from features.describe import feature_table
    from pricing import Assumptions
    from pricing.pages import assumptions_page, states_page
    from tapes.codes import exceptions_page
    from tapes.dictionary import dictionary_page

    return {
        "docs/assumptions.md": assumptions_page(Assumptions.from_toml(checkout() / "configs" / "assumptions.toml")),
        "docs/states.md": states_page(),
        "docs/features.md": feature_table(),
        "docs/exceptions.md": exceptions_page(),
        "docs/data_dictionary.md": dictionary_page(),
    }


def run(arguments: argparse.Namespace, console: Console) -> int:  # noqa: ARG001 - every command's signature
    """Write the pages."""
    for name, text in pages().items():
        (checkout() / name).write_text(text, encoding="utf-8")
        console.log(f"wrote {name}")
    return 0
