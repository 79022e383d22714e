"""Random tapes and random bytes: read to the truth, or refused with a reason; never a wrong value, a traceback or a hang.

``benchmarks/fuzz_tapes.py`` runs the same cases by the ten thousand.
"""

import random
import signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tapes.corpus.fuzzing import bytes_outcome, random_bytes, random_tape, tape_outcome
from tests.tapes.corpus.running import score

_SECONDS = 30
_FUZZ = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _no_hang():
    """End a test that hangs."""

    def stop(*_):
        raise AssertionError(f"over {_SECONDS} s for one case")

    before = signal.signal(signal.SIGALRM, stop)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@given(seed=st.integers(0, 2**32))
@settings(_FUZZ, max_examples=100)
def test_a_random_tape_is_read_to_its_truth_or_refused_with_a_reason(seed, tmp_path):
    signal.alarm(_SECONDS)
    assert tape_outcome(random_tape(random.Random(seed)), tmp_path).problems == ()


@given(seed=st.integers(0, 2**32))
@settings(_FUZZ, max_examples=220)
def test_random_bytes_are_read_or_refused_and_never_break_the_reader(seed, tmp_path):
    signal.alarm(_SECONDS)
    assert bytes_outcome(random_bytes(random.Random(seed))[1], tmp_path).problems == ()


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_leave_a_whole_result_or_none(seed, tmp_path, capsys):
    _, data = random_bytes(random.Random(1_000 + seed))
    (tmp_path / "tape.csv").write_bytes(data)
    done = score(tmp_path / "tape.csv", tmp_path, capsys, "--as-of=2025-06-30")
    assert done.code in (0, 2, 3), done.err
    if done.folder.exists():
        assert (done.folder / "run.json").is_file()
        assert done.code == 3 or done.conserves
    else:
        assert done.code in (2, 3)
