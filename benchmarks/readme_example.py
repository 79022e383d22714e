"""Fill in README.md what `make score` prints on the embedded example, and the worked note; in docs/explain.md why it has its odds.

    python benchmarks/readme_example.py

Runs `notebid score` and `notebid explain` in a home of their own, so the demo model is trained anew, and writes between the
pages' markers.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKED = "MADE-EX-FOUR-BEHIND-MANY-PAYMENTS"
SPOKEN = {
    "reperform": "performs on its own",
    "loss_mitigation": "performs after a workout",
    "deed_in_lieu": "deed, short sale, settlement",
    "foreclosure": "forced sale",
}


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "NOTEBID_HOME": place, "NOTEBID_CWD": place}
        command = [sys.executable, "-m", "cli", "score"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        command = [sys.executable, "-m", "cli", "explain", "--", WORKED]
        explained = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        [folder] = (Path(place) / "out").iterdir()
        with (folder / "bids.csv").open(newline="") as lines:
            note = next(row for row in csv.DictReader(lines) if row["loan_id"] == WORKED)
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    page = fill(page, "score", f"```\n{done.stdout.strip()}\n```")
    page = fill(page, "worked", worked(note))
    (ROOT / "README.md").write_text(page, encoding="utf-8")
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    page = fill(page, "explained", f"```\n{explained.stdout.strip()}\n```")
    (ROOT / "docs" / "explain.md").write_text(page, encoding="utf-8")
    return 0


def fill(page: str, name: str, text: str) -> str:
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    assert start in page
    assert end in page
    return re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{text}\n{end}", page, flags=re.DOTALL)


def worked(note: dict[str, str]) -> str:
    def dollars(name: str) -> str:
        return f"${float(note[name]):,.0f}"

    def share(name: str) -> str:
        return f"{float(note[name]):.1%}"

    rows = [
        f"| {SPOKEN[one]} | {share(f'p_{one}')} | {share(f'required_yield_{one}')} | {dollars(f'price_{one}')} |"
        for one in SPOKEN
    ]
    return "\n".join(
        [
            "| outcome | odds | required yield | price at that yield |",
            "|---|--:|--:|--:|",
            *rows,
            "",
            f"Weighted by the odds the four prices come to {dollars('expected_price')} (`expected_price`). The price at which the "
            f"expected shortfall in the bad outcomes stays small is {dollars('floor_price')} (`floor_price`); a blend of 70 % of the "
            f"one and 30 % of the other is the most to pay, {dollars('max_bid')}, and less a margin of 2 % the **bid is "
            f"{dollars('bid')}**: {share('bid_pct_upb')} of UPB, {share('bid_pct_value')} of value, an expected yield of "
            f"{share('expected_yield')} a year. `binding_outcome` says that *{note['binding_outcome'].replace('_', ' ')}* holds the "
            "price down.",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
