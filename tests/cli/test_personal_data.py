"""Fault 103, training: what a resolutions file tells of persons is in no model, run or message."""

import csv

import pytest

from cli.main import main
from cli.paths import checkout

SECRETS = ("Quincy", "Nightingale", "912-44-6789", "nightingale.example", "555-0142", "Evergreen")
PERSONAL = {
    "Borrower Name": "Quincy Nightingale",
    "Borrower SSN": "912-44-6789",
    "Borrower Email": "quincy@nightingale.example",
    "Home Phone": "(305) 555-0142",
    "Mailing Address": "742 Evergreen Terrace, Ocala",
}


@pytest.mark.slow
def test_fault_103_a_training_on_a_file_with_borrowers_keeps_none_of_them(mlflow_home, tmp_path, capsys):
    made = tmp_path / "made"
    assert main(["world", "--kind=smooth", "--resolutions=1500", "--tape=1", "--seed=3", f"--out={made}"]) == 0
    with (made / "resolutions.csv").open(encoding="utf-8", newline="") as lines:
        heading, *rows = csv.reader(lines)
    rows[0][heading.index("upb")] = "Quincy Nightingale"
    rows[1][heading.index("as_is_value")] = "912-44-6789"
    with (made / "told.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([*heading, *PERSONAL])
        writer.writerows([*row, *PERSONAL.values()] for row in rows)
    config = checkout() / "configs" / "demo_training.toml"
    code = main(["train", str(made / "told.csv"), f"--payments={made / 'payments.csv'}", f"--config={config}"])
    said = capsys.readouterr()
    assert code in (0, 5), said.err
    assert not [line for line in (said.out + said.err).splitlines() if any(one in line for one in SECRETS)]
    kept = [one for one in mlflow_home.root.rglob("*") if one.is_file()]
    assert any(one.name == "manifest.json" for one in kept)
    for path in kept:
        data = path.read_bytes()
        assert not [one for one in SECRETS if one.encode() in data], path
