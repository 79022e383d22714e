"""The list of features, its documentation, and what importing it costs."""

import subprocess
import sys
from pathlib import Path

from features import FEATURES, Group
from features.describe import feature_table
from features.sources import HISTORY, source_fields

ROOT = Path(__file__).parents[2]


def test_names_are_the_functions_names_and_unique():
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    assert all(feature.function.__name__ == feature.name for feature in FEATURES)


def test_every_public_function_of_the_group_files_is_a_feature_and_each_is_explained():
    listed = {feature.function for feature in FEATURES}
    for module in {function.__module__ for function in listed}:
        public = {
            value
            for name, value in vars(sys.modules[module]).items()
            if not name.startswith("_") and getattr(value, "__module__", "") == module
        }
        assert public <= listed
    assert all(feature.meaning.endswith(".") and feature.unit for feature in FEATURES)
    assert {feature.group for feature in FEATURES} == set(Group)


def test_the_documentation_page_is_the_table_that_the_code_gives():
    page = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    assert page == feature_table(), "write features.describe.feature_table() to docs/features.md"


def test_every_feature_is_traced_to_the_fields_that_it_reads():
    sources = source_fields()
    assert list(sources) == [feature.name for feature in FEATURES]
    assert all(sources.values())
    assert sources["foreclosure_stage"] == ("foreclosure_status", "foreclosure_referral_date")
    # Without a rate the legal balance implies one from the instalment and the maturity.
    assert {"p_and_i", "maturity_date", "corporate_advance"} < set(sources["legal_balance"])
    assert {one for one, fields in sources.items() if fields == (HISTORY,)} == {"history_months"}


def test_computing_features_does_not_import_scikit_learn():
    # Scoring starts up in a second or so; scikit-learn's import alone would double that.
    code = "import sys, features; features.feature_frame; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
