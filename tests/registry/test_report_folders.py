"""No report is written over, and half a report is none."""

from registry.report_folders import next_report_folder

SHA = "ab" * 32
FILES = ("report.html", "metrics.json")


def write(folder, *names):
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text(name)


def test_the_first_report_has_the_bundle_s_name_and_later_ones_a_number(mlflow_home):
    found = []
    for _ in range(3):
        folder = next_report_folder(mlflow_home, SHA, FILES)
        write(folder, *FILES, "settings.toml")
        found.append(folder)
    assert found == [mlflow_home.reports / name for name in (SHA, f"{SHA}-2", f"{SHA}-3")]
    assert next_report_folder(mlflow_home, "cd" * 32, FILES) == mlflow_home.reports / ("cd" * 32)


def test_asking_makes_no_folder_and_changes_no_report(mlflow_home):
    write(mlflow_home.reports / SHA, *FILES)
    assert next_report_folder(mlflow_home, SHA, FILES) == next_report_folder(mlflow_home, SHA, FILES)
    assert [one.name for one in mlflow_home.reports.iterdir()] == [SHA]
    assert {one.name: one.read_text() for one in (mlflow_home.reports / SHA).iterdir()} == {one: one for one in FILES}


def test_what_a_killed_run_left_in_a_report_s_place_is_no_report_and_makes_way(mlflow_home):
    # As a notebid that wrote in place left it: the page, and the figures not yet renamed.
    write(mlflow_home.reports / SHA, "report.html", ".metrics.json.123")
    write(mlflow_home.reports / f".writing-123-{SHA}", *FILES)
    assert next_report_folder(mlflow_home, SHA, FILES) == mlflow_home.reports / SHA
    assert not (mlflow_home.reports / SHA).exists()


def test_an_empty_folder_is_no_report_either(mlflow_home):
    write(mlflow_home.reports / SHA, *FILES)
    write(mlflow_home.reports / f"{SHA}-2")
    assert next_report_folder(mlflow_home, SHA, FILES) == mlflow_home.reports / f"{SHA}-2"
