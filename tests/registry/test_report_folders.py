"""No report is written over."""

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
        folder = next_report_folder(mlflow_home, SHA)
        write(folder, *FILES, "settings.toml")
        found.append(folder)
    assert found == [mlflow_home.reports / name for name in (SHA, f"{SHA}-2", f"{SHA}-3")]
    assert next_report_folder(mlflow_home, "cd" * 32) == mlflow_home.reports / ("cd" * 32)


def test_asking_makes_no_folder_and_changes_no_report(mlflow_home):
    write(mlflow_home.reports / SHA, *FILES)
    assert next_report_folder(mlflow_home, SHA) == next_report_folder(mlflow_home, SHA)
    assert [one.name for one in mlflow_home.reports.iterdir()] == [SHA]
    assert {one.name: one.read_text() for one in (mlflow_home.reports / SHA).iterdir()} == {one: one for one in FILES}


def test_a_folder_that_lost_files_is_left_as_it_is(mlflow_home):
    write(mlflow_home.reports / SHA, "report.html")  # somebody deleted the rest
    write(mlflow_home.reports / f".writing-123-{SHA}-2", *FILES)  # a killed run: not in anybody's way
    assert next_report_folder(mlflow_home, SHA) == mlflow_home.reports / f"{SHA}-2"
    assert (mlflow_home.reports / SHA / "report.html").read_text() == "report.html"


def test_a_link_to_nowhere_is_in_the_place_of_a_report_too(mlflow_home):
    mlflow_home.reports.mkdir(parents=True, exist_ok=True)
    (mlflow_home.reports / SHA).symlink_to(mlflow_home.reports / "gone")
    assert next_report_folder(mlflow_home, SHA) == mlflow_home.reports / f"{SHA}-2"
