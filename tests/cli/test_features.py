"""The file of features as other programs read it."""

import numpy as np
import pandas as pd
import pytest

from cli.features import _write
from cli.main import main
from cli.paths import checkout
from features import NoteFeatures
from tapes import ReadOptions, read_tape

TAPE, PAYMENTS = (checkout() / "examples" / name for name in ("tape.csv", "payments.csv"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("features") / "f.csv"
    assert main(["features", str(TAPE), f"--payments={PAYMENTS}", f"--out={path}", "--quiet"]) == 0
    return path


def test_pandas_reads_every_feature_as_float64_with_its_exact_value(written):
    read = pd.read_csv(written)
    expected = NoteFeatures().transform(read_tape(TAPE, ReadOptions(payments=PAYMENTS)).tape)
    assert set(read.drop(columns="loan_id").dtypes) == {np.dtype("float64")}
    pd.testing.assert_frame_equal(read.drop(columns="loan_id"), expected.reset_index(drop=True), check_exact=True)


def test_a_feature_is_written_shortest_with_a_point_and_a_missing_one_is_empty(tmp_path):
    frame = pd.DataFrame(
        {"loan_id": ["=1+1", "0012"], "months": [0.0, 12.0], "ltv": [0.1, np.nan], "never": [np.nan, np.nan]}
    )
    _write(frame, tmp_path / "f.csv")
    assert (tmp_path / "f.csv").read_bytes() == b"loan_id,months,ltv,never\n'=1+1,0.0,0.1,\n0012,12.0,,\n"
    assert pd.read_csv(tmp_path / "f.csv")["never"].dtype == np.float64
