"""The file that holds what is still to be logged."""

import json
import re
import shutil
from dataclasses import replace

import pytest

from notes import ModelError
from registry.home import Home
from registry.leftovers import clear_leftovers
from registry.pending import discard, keep, pending_files, read_pending

SCRIPT = "serving/outcome_pyfunc.py"


@pytest.fixture
def kept(mlflow_home, make_pending):
    """A pending training and its file."""
    pending = make_pending(0.2, against=(3, "b" * 64))
    return pending, keep(mlflow_home, pending)


def change(file, **new):
    file.write_text(json.dumps(json.loads(file.read_text()) | new))


def test_what_was_kept_is_read_again(mlflow_home, kept):
    pending, file = kept
    again = read_pending(mlflow_home, file, pending.record.pyfunc_script)
    # Figures that were not measured are not logged either, and settings are logged as text.
    assert again == replace(
        pending,
        record=replace(
            pending.record, params={"learning_rate": "0.03", "horizon_months": "60"}, metrics={"log_loss": 0.85}
        ),
    )


def test_the_file_is_named_by_the_bundle_and_names_no_path(mlflow_home, kept):
    pending, file = kept
    assert file == mlflow_home.artifacts / "pending" / f"{pending.record.bundle_folder.name}.json"
    assert "/" not in file.read_text()


def test_the_store_that_a_training_was_meant_for_is_kept_and_not_known_of_a_file_of_before(mlflow_home, kept):
    pending, file = kept
    keep(mlflow_home, replace(pending, store="own"))
    assert read_pending(mlflow_home, file, pending.record.pyfunc_script).store == "own"
    before = json.loads(file.read_text())
    del before["store"]
    file.write_text(json.dumps(before))
    assert read_pending(mlflow_home, file, pending.record.pyfunc_script).store == ""


def test_a_moved_home_still_knows_what_is_pending(mlflow_home, kept, tmp_path):
    pending, file = kept
    moved = Home(tmp_path / "moved")
    shutil.move(mlflow_home.root, moved.root)
    again = read_pending(moved, moved.pending / file.name, pending.record.pyfunc_script)
    assert again.record.bundle_folder == moved.bundles / pending.bundle_sha256
    assert again.record.artifacts["report.html"].read_text() == "<p>report</p>"


def test_a_second_training_of_the_same_bundle_takes_the_place_of_the_first(mlflow_home, kept):
    pending, file = kept
    second = replace(pending, record=replace(pending.record, training_id="0" * 32))
    assert keep(mlflow_home, second) == file
    assert read_pending(mlflow_home, file, pending.record.pyfunc_script).record.training_id == "0" * 32


def test_a_half_written_file_of_a_killed_run_is_not_pending(mlflow_home, kept):
    pending, file = kept
    file.with_name(f".{file.name}.123").write_text('{"format": 1, "trai')
    assert pending_files(mlflow_home) == [file]
    discard(mlflow_home, pending)
    discard(mlflow_home, pending)
    assert pending_files(mlflow_home) == []


def test_what_a_killed_run_left_half_written_is_cleared_and_nothing_else(mlflow_home, kept):
    pending, file = kept
    file.with_name(f".{file.name}.123").write_text("{")
    (mlflow_home.bundles / ".writing-123-abc").mkdir()
    half = mlflow_home.reports / f".writing-123-{pending.bundle_sha256}"
    half.mkdir()
    (half / "report.html").write_text("<p>rep")
    (mlflow_home.bundles / ".fetching-1").mkdir()  # not under the lock: a score may be at it
    clear_leftovers(mlflow_home)
    assert sorted(one.name for one in mlflow_home.pending.iterdir()) == [file.name]
    assert {one.name for one in mlflow_home.bundles.iterdir()} == {".fetching-1", pending.bundle_sha256}
    assert [one.name for one in mlflow_home.reports.iterdir()] == [pending.bundle_sha256]


def with_report(pending, folder):
    """The same pending training with its report in another folder."""
    folder.mkdir()
    (folder / "report.html").write_text("<p>later</p>")
    return replace(pending, record=replace(pending.record, artifacts={"report.html": folder / "report.html"}))


def test_the_report_of_a_later_training_of_the_bundle_is_found_in_its_own_folder(mlflow_home, kept):
    pending, file = kept
    later = with_report(pending, mlflow_home.reports / f"{pending.bundle_sha256}-2")
    assert keep(mlflow_home, later) == file
    assert json.loads(file.read_text())["report_folder"] == f"{pending.bundle_sha256}-2"
    again = read_pending(mlflow_home, file, pending.record.pyfunc_script)
    assert again.record.artifacts["report.html"].read_text() == "<p>later</p>"


def test_a_file_of_before_means_the_folder_of_the_bundle_s_name(mlflow_home, kept):
    pending, file = kept
    content = json.loads(file.read_text())
    assert content.pop("report_folder") == pending.bundle_sha256
    file.write_text(json.dumps(content))
    again = read_pending(mlflow_home, file, pending.record.pyfunc_script)
    assert again.record.artifacts["report.html"].read_text() == "<p>report</p>"


@pytest.mark.parametrize(
    "folder",
    [
        "../x",
        "../pending",
        "{other}",
        "{other}-2",
        "{bundle}/../{other}",
        "{bundle}-2/..",
        "{bundle}-1",
        "{bundle}-0",
        "{bundle}-02",
        "{bundle}-x",
        "{bundle}-",
        "{bundle}-2\n",
        "{bundle}-²",
        "{bundle}-1234567",
        "",
        ".",
        "/",
        None,
        2,
        ["{bundle}"],
    ],
)
def test_a_report_in_any_folder_but_one_of_the_bundle_is_refused_though_it_is_there(folder, mlflow_home, kept):
    pending, file = kept
    other = mlflow_home.reports / ("c" * 64)
    with_report(pending, other)
    with_report(pending, mlflow_home.reports / f"{other.name}-2")
    with_report(pending, mlflow_home.artifacts / "x")
    names = {"bundle": pending.bundle_sha256, "other": other.name}
    change(file, report_folder=folder.format(**names) if isinstance(folder, str) else folder)
    with pytest.raises(ModelError, match="report_folder is none of this bundle"):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


def test_a_training_whose_report_lies_with_another_bundle_s_cannot_be_kept(mlflow_home, kept):
    pending, _ = kept
    with pytest.raises(ValueError, match="files of a pending training lie in"):
        keep(mlflow_home, with_report(pending, mlflow_home.reports / ("c" * 64)))


def test_an_older_notebid_refuses_a_report_in_a_folder_of_its_own_and_reads_all_others(mlflow_home, kept):
    """It would take the first report of the bundle for this one's."""
    pending, file = kept
    assert json.loads(file.read_text())["format"] == 1
    later = with_report(pending, mlflow_home.reports / f"{pending.bundle_sha256}-2")
    assert json.loads(keep(mlflow_home, later).read_text())["format"] == 2


def test_without_a_home_nothing_is_pending(tmp_path):
    assert pending_files(Home(tmp_path / "none")) == []


@pytest.mark.parametrize(
    "new",
    [
        {"bundle_sha256": "../../../../etc"},
        {"files": ["../../mlflow.db"]},
        {"files": [".hidden"]},
        {"files": None},
        {"training_id": "' OR 1=1"},
        {"training_data": "bought"},
        {"metrics": {"log_loss": "low"}},
        {"gate": {"passed": "false", "judged_against": None, "champion_bundle": "", "failed_checks": []}},
        {"gate": {"passed": True, "judged_against": True, "champion_bundle": "", "failed_checks": []}},
        {"gate": {}},
    ],
)
def test_a_file_that_somebody_changed_is_refused_with_the_way_out(new, mlflow_home, kept):
    pending, file = kept
    change(file, **new)
    with pytest.raises(ModelError, match=r"cannot be read.*Or train again and delete"):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"format": 1}', "\udcff"])
def test_a_file_that_is_no_record_is_refused(text, mlflow_home, kept):
    pending, file = kept
    file.write_text(text, errors="surrogateescape")
    with pytest.raises(ModelError, match="cannot be read"):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


@pytest.mark.parametrize("figure", ["NaN", "Infinity"])
def test_a_figure_that_no_training_gives_is_refused(figure, mlflow_home, kept):
    pending, file = kept
    file.write_text(re.sub(r'("metrics": \{\s*"[a-z_]+": )[^,}]+', rf"\g<1>{figure}", file.read_text()))
    assert figure in file.read_text()
    with pytest.raises(
        ModelError, match=f"{figure} is no figure of a training.*Put it back from a copy. Or train again"
    ):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


def test_what_a_file_lacks_is_named(mlflow_home, kept):
    pending, file = kept
    file.write_text("{}")
    with pytest.raises(ModelError, match="it lacks 'format'"):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


def test_a_newer_format_and_another_name_are_refused(mlflow_home, kept):
    pending, file = kept
    other = file.rename(file.with_name("other.json"))
    with pytest.raises(ModelError, match="Rename it back"):
        read_pending(mlflow_home, other, pending.record.pyfunc_script)
    change(other, format=3)
    with pytest.raises(ModelError, match="newer than 2"):
        read_pending(mlflow_home, other, pending.record.pyfunc_script)


@pytest.mark.parametrize("what", ["bundle", "report"])
def test_a_lost_bundle_or_report_is_named(what, mlflow_home, kept):
    pending, file = kept
    folder = pending.record.bundle_folder if what == "bundle" else pending.record.artifacts["report.html"].parent
    shutil.rmtree(folder)
    with pytest.raises(ModelError, match=f"{folder}.* is gone"):
        read_pending(mlflow_home, file, pending.record.pyfunc_script)


def test_a_report_elsewhere_cannot_be_kept_since_its_place_could_not_be_written_down(mlflow_home, kept, tmp_path):
    pending, _ = kept
    with pytest.raises(ValueError, match="files of a pending training lie in"):
        keep(mlflow_home, replace(pending, record=replace(pending.record, artifacts={"a": tmp_path / "a"})))
