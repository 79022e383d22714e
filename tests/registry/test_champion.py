import shutil
import sqlite3
import subprocess
import sys

import pytest

from notes import ModelError, UsageError
from registry.champion import ModelReference, find_model
from registry.home import Home
from registry.promote import promote
from registry.record import log_training
from registry.store import follow_home, open_store

WITHOUT_MLFLOW = """
import sys, time
from pathlib import Path
from registry.champion import find_model
from registry.home import Home
start = time.perf_counter()
found = find_model(sys.argv[2], Home(Path(sys.argv[1])))
assert not {"mlflow", "sqlalchemy", "lightgbm"} & set(sys.modules)
print(found.version, found.bundle_folder)
"""


@pytest.fixture(scope="module")
def registered(tmp_path_factory, store_template, make_record):
    """A home with two versions; tests use copies."""
    home = Home(tmp_path_factory.mktemp("registered"))
    shutil.copyfile(store_template / "mlflow.db", home.store)
    follow_home(home)
    records = [make_record(home, 0.2, "made"), make_record(home, 0.3, "own")]
    for record in records:
        log_training(home, record)
    promote(home, 1, None)
    return home, [record.bundle_folder.name for record in records]


@pytest.fixture
def two_versions(mlflow_home, registered):
    """Version 1 learned from made data, version 2 from own; version 1 is champion.  Gives the two bundles."""
    home, names = registered
    shutil.copytree(home.root, mlflow_home.root, dirs_exist_ok=True)
    follow_home(mlflow_home)
    return [mlflow_home.bundles / name for name in names]


@pytest.mark.parametrize("model", ["", "models:/note-outcomes@champion"])
def test_the_champion_is_found_with_what_it_learned_from(model, mlflow_home, two_versions):
    expected = ModelReference(two_versions[0], "note-outcomes", 1, "champion", "made")
    assert find_model(model, mlflow_home) == expected


@pytest.mark.parametrize("model", ["2", "models:/note-outcomes/2"])
def test_a_version_is_found_by_its_number(model, mlflow_home, two_versions):
    assert find_model(model, mlflow_home) == ModelReference(two_versions[1], "note-outcomes", 2, "", "own")


def test_finding_a_model_on_an_sqlite_store_imports_no_mlflow(mlflow_home, two_versions):
    command = [sys.executable, "-c", WITHOUT_MLFLOW, str(mlflow_home.root), ""]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == (f"1 {two_versions[0]}\n", "")


def test_mlflow_gives_the_same_answer_where_the_query_does_not_fit(mlflow_home, two_versions):
    # An option on the address: a store that this code does not read by itself.
    asked = Home(mlflow_home.root, f"{mlflow_home.tracking_uri}?timeout=30")
    assert asked.sqlite_file is None
    for model in ("", "2"):
        assert find_model(model, asked) == find_model(model, mlflow_home)
    for absent in ("models:/note-outcomes/9", "models:/note-outcomes@challenger", "models:/unheard-of@champion"):
        with pytest.raises(UsageError, match=f"{absent} is not in the registry"):
            find_model(absent, asked)


def test_a_bundle_folder_is_taken_as_it_stands(mlflow_home, make_bundle, monkeypatch):
    folder = make_bundle(mlflow_home)
    assert find_model(str(folder), mlflow_home) == ModelReference(folder)
    monkeypatch.setenv("NOTEBID_CWD", str(folder.parent))
    assert find_model(folder.name, mlflow_home) == ModelReference(folder)


def test_without_a_champion_there_is_none_and_no_store_is_made(tmp_path):
    home = Home(tmp_path / "new")
    assert find_model("", home) is None
    assert not home.root.exists()


def test_an_empty_store_has_no_champion(mlflow_home):
    assert find_model("", mlflow_home) is None


@pytest.mark.parametrize(
    "model", ["7", "models:/note-outcomes/7", "models:/note-outcomes@challenger", "models:/x@champion"]
)
def test_a_version_that_is_not_there_is_wrong_use(model, mlflow_home, two_versions):
    with pytest.raises(UsageError, match="not in the registry"):
        find_model(model, mlflow_home)


@pytest.mark.parametrize(
    "model",
    [
        "runs:/0123/model",
        "https://example.com/model",
        "file:///etc",
        "s3://bucket/model",
        "models:/../../etc@champion",
        "models:/note-outcomes@champion' OR 1=1 --",
        "models:/note-outcomes/0",
        "models:/note-outcomes/1e9",
        "models:/note-outcomes",
        "no/such/folder",
        "~nobody-here/bundle",
        "nul\0byte",
        "x" * 5000,
        "-1",
        "٣",  # an Arabic-Indic digit, which int() would take
    ],
)
def test_anything_else_is_refused_with_the_forms_that_are_taken(model, mlflow_home):
    with pytest.raises(UsageError, match="It takes models:/note-outcomes@champion"):
        find_model(model, mlflow_home)


def test_quotes_in_a_name_are_data_to_the_query(mlflow_home, two_versions):
    with pytest.raises(UsageError, match="not in the registry"):
        find_model("models:/x';DROP@challenger", mlflow_home)
    assert find_model("", mlflow_home) is not None


def test_a_deleted_version_is_not_found_again(mlflow_home, two_versions):
    open_store(mlflow_home).delete_model_version("note-outcomes", "1")
    assert find_model("", mlflow_home) is None
    with pytest.raises(UsageError, match="not in the registry"):
        find_model("1", mlflow_home)


def test_a_moved_checkout_still_finds_its_champion(mlflow_home, two_versions, tmp_path):
    moved = Home(tmp_path / "elsewhere")
    shutil.move(mlflow_home.root, moved.root)
    assert find_model("", moved).bundle_folder == moved.bundles / two_versions[0].name


def test_a_lost_bundle_is_brought_back_from_the_runs_artifacts(mlflow_home, two_versions):
    before = {path.name: path.read_bytes() for path in two_versions[0].iterdir()}
    shutil.rmtree(two_versions[0])
    found = find_model("", mlflow_home)
    assert {path.name: path.read_bytes() for path in found.bundle_folder.iterdir()} == before
    assert sorted(path.name for path in mlflow_home.bundles.iterdir()) == sorted(one.name for one in two_versions)


def test_a_bundle_lost_everywhere_is_refused_with_the_way_out(mlflow_home, two_versions):
    shutil.rmtree(mlflow_home.artifacts)
    with pytest.raises(ModelError, match=f"{two_versions[0].name} is gone.*Copy the folder back") as lost:
        find_model("", mlflow_home)
    assert lost.value.exit_code == 6


@pytest.mark.parametrize("tag", ["../../../etc", "A" * 64, "0" * 63, ""])
def test_a_tag_that_is_no_hash_never_becomes_a_path(tag, mlflow_home, two_versions):
    with sqlite3.connect(mlflow_home.store) as connection:
        connection.execute("UPDATE model_version_tags SET value = ? WHERE key = 'bundle_sha256'", (tag,))
    with pytest.raises(ModelError, match="no tag bundle_sha256"):
        find_model("", mlflow_home)


def test_a_version_that_was_not_registered_to_the_end_is_refused(mlflow_home, two_versions):
    with sqlite3.connect(mlflow_home.store) as connection:
        connection.execute("UPDATE model_versions SET status = 'PENDING_REGISTRATION'")
    with pytest.raises(ModelError, match="PENDING_REGISTRATION"):
        find_model("", mlflow_home)
