"""Every import resolves to this checkout, and the locks say nothing of where they were made."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_resolves_to_this_checkout(package):
    # The names are plain words (features, models, training); another distribution could bring the same one.
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert Path(spec.origin) == ROOT / package / "__init__.py"


def test_every_folder_with_code_is_packaged_typed_and_layered():
    folders = {one.parent.name for one in ROOT.glob("*/__init__.py")}
    assert folders == set(PACKAGES)
    assert folders == set(PROJECT["tool"]["mypy"]["packages"])
    assert folders == set(PROJECT["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("lock", ["requirements.lock", "dev.lock", "bootstrap.lock", "benchmarks/bench.lock"])
def test_a_lock_pins_with_hashes_and_names_no_host(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text)
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)


@pytest.mark.parametrize("lock", ["dev.lock", "benchmarks/bench.lock"])
def test_a_wider_lock_installs_the_very_versions_that_the_project_runs_on(lock):
    def pins(name):
        # The marker belongs to the pin: one package may have a version for each Python.
        return {
            line.removesuffix(" \\") for line in (ROOT / name).read_text().splitlines() if re.match(r"[a-z0-9]", line)
        }

    assert pins("requirements.lock") <= pins(lock)


def test_a_dependency_has_its_line_in_the_docs():
    page = (ROOT / "docs" / "dependencies.md").read_text()
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["agency"]]
    names = [re.match(r"[a-z0-9-]+", one).group() for one in wanted]
    assert [name for name in names if f"| {name}" not in page] == []
