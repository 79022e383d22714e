"""``notebid explain``: why a note has its odds, and what became of notes like it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import Console
from cli.paths import checkout, user_path
from cli.reading import add_reading_arguments, read_options
from cli.score import ASSUMPTIONS, add_own_arguments, is_example, served_model, tape_and_payments
from notes import UsageError

if TYPE_CHECKING:
    from registry.home import Home
    from serving.explain import ExplainRequest
    from serving.model import ServedModel
    from serving.request import ScoreRequest
    from tapes import ReadOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("loan", help="the loan's number as the tape has it")
    parser.add_argument("--tape", metavar="FILE", help="the seller's tape that the loan is on; none: the example tape")
    add_reading_arguments(parser)
    parser.add_argument("--seller", metavar="NAME", help="whose loan, where several sellers have one of that number")
    parser.add_argument("--assumptions", metavar="TOML", help="your assumptions instead of configs/assumptions.toml")
    parser.add_argument(
        "--model", metavar="MODEL", help="models:/note-outcomes@champion, a version, or a bundle folder"
    )
    add_own_arguments(parser)
    parser.add_argument("--html", metavar="FILE", help="write a page with every reason too; a file there is replaced")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Explain the note and print it."""
    from registry.home import Home
    from reports.explanation_text import explanation_lines
    from reports.explanation_values import explanation_values
    from serving.explain import explain
    from serving.request import DEMO_WARNING

    if not arguments.loan.strip():
        raise UsageError("no loan is named; give its number as the tape has it: make explain LOAN=1001 TAPE=tape.xlsx")
    request = _request(arguments, Home.from_environment(), console)
    page = None if arguments.html is None else _page_path(arguments.html, request.score)
    if request.score.is_demo:
        console.warn(DEMO_WARNING)
    console.log(f"tape {request.score.tape}, model {request.score.model.bundle.sha256[:12]}")
    explanation = explain(request)
    if page is not None:
        from reports.explanation_page import explanation_page
        from reports.page import html_page

        page.write_text(html_page(explanation_page(explanation)), encoding="utf-8", newline="\n")
        console.log(f"wrote {page}")
    console.result(explanation_lines(explanation), explanation_values(explanation))
    return 0


def _request(arguments: argparse.Namespace, home: Home, console: Console) -> ExplainRequest:
    from pricing import Assumptions
    from registry.references import read_references
    from serving.explain import ExplainRequest
    from serving.request import ScoreRequest

    tape, payments = tape_and_payments(arguments)
    reading = replace(read_options(arguments, home), payments=payments)
    path = user_path(arguments.assumptions) if arguments.assumptions else checkout() / ASSUMPTIONS
    score = ScoreRequest(
        tape=tape,
        reading=reading,
        assumptions=Assumptions.from_toml(path),
        model=_model(arguments, home, console, (tape, reading)),
        out_root=home.out,
        is_example=is_example(tape),
        log_lines=console.log_lines,
        own_timelines=arguments.own_timelines,
        own_recoveries=arguments.own_recoveries,
    )
    references = read_references(score.model.bundle.folder, home)
    return ExplainRequest(score, arguments.loan, arguments.seller, references)


def _model(arguments: argparse.Namespace, home: Home, console: Console, tape: tuple[Path, ReadOptions]) -> ServedModel:
    """Find the model; where the demo model has to be trained first, look before whether the tape is refused."""
    from registry.champion import find_model
    from tapes import read_tape

    if find_model(arguments.model or "", home) is None:
        read_tape(*tape)
    return served_model(arguments, home, console)


def _page_path(text: str, request: ScoreRequest) -> Path:
    """Say where the page goes: never over a file that the run reads."""
    path = user_path(text)
    if any(path.resolve() == one.resolve() for one in request.inputs):
        raise UsageError(f"{path} is read by this run and would be written over; name another file with --html")
    return path
