"""The resolved notes beside a bundle: whole, of that bundle, and nothing in them but what is said."""

import os

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from models.references import ReferenceNotes, Resolved
from notes import ModelError
from registry.home import Home
from registry.references import read_references, references_file, write_references


@pytest.fixture
def notes():
    texts = {
        "loan_id": ["0017", "L-2"],
        "outcome": ["reperform", "foreclosure"],
        "outcome_detail": ["", "reo"],
    }
    resolved = Resolved(
        **{name: np.array(one, dtype=object) for name, one in texts.items()},
        loan=np.array([0, 1]),
        as_of_date=np.array(["2021-03-31", "2022-12-31"], dtype="datetime64[D]"),
        months=np.array([7.0, 31.0]),
    )
    features = pd.DataFrame({"ltv": [0.75, np.nan], "months_behind": [3.0, 41.0]}, dtype=np.float32)
    return ReferenceNotes(resolved, features, np.arange(16, dtype=np.float32).reshape(2, 2, 4))


@pytest.fixture
def folder(tmp_path):
    return Home(tmp_path / "home").bundles / ("a" * 64)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def test_what_was_written_is_read(notes, folder, home):
    path = write_references(folder, notes)
    assert path == home.artifacts / "references" / f"{'a' * 64}.parquet"
    read = read_references(folder, home)
    pd.testing.assert_frame_equal(read.features, notes.features)
    np.testing.assert_array_equal(read.reasons, notes.reasons)
    for name in ("loan_id", "loan", "as_of_date", "outcome", "outcome_detail", "months"):
        np.testing.assert_array_equal(getattr(read.resolved, name), getattr(notes.resolved, name))
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, path.name + ".sha256"]


def test_the_file_has_these_columns_and_no_others(notes, folder):
    kept = ["loan_id", "loan", "as_of_date", "outcome", "outcome_detail", "months"]
    names = pq.read_schema(write_references(folder, notes)).names
    assert names == [*kept, "feature.ltv", "feature.months_behind", "reasons"]


def test_the_same_notes_give_the_same_bytes(notes, folder):
    before = write_references(folder, notes).read_bytes()
    assert write_references(folder, notes).read_bytes() == before


def test_where_there_are_none_none_are_read(folder, home):
    assert read_references(folder, home) is None


def test_a_bundle_that_was_carried_elsewhere_finds_those_of_the_home(notes, folder, home, tmp_path):
    write_references(folder, notes)
    assert len(read_references(tmp_path / "usb" / "x" / folder.name, home)) == 2


def _flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        _flip,
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: os.unlink(f"{path}.sha256"),
        lambda path: path.with_name(path.name + ".sha256").write_text(""),
        lambda path: path.with_name(path.name + ".sha256").write_bytes(b"\xff\xfe"),
    ],
)
def test_a_damaged_file_or_a_lost_hash_is_refused_and_named(notes, folder, home, damage):
    path = write_references(folder, notes)
    damage(path)
    with pytest.raises(ModelError, match=f"{path.name}: its sha256 .*delete it to explain without"):
        read_references(folder, home)


def test_the_notes_of_another_model_are_refused(notes, folder, home):
    path = write_references(folder, notes)
    other = folder.with_name("b" * 64)
    for name in (path.name, path.name + ".sha256"):
        os.replace(path.with_name(name), path.with_name(name.replace("a" * 64, "b" * 64)))
    with pytest.raises(ModelError, match=f"belongs to model {'a' * 12}"):
        read_references(other, home)


def test_a_file_that_is_no_such_table_is_refused(notes, folder, home):
    import hashlib

    path = references_file(folder)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1 but nothing else")
    path.with_name(path.name + ".sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(ModelError, match="cannot be read"):
        read_references(folder, home)
