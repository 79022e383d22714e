"""One made world of each kind, shared by the tests that only look."""

import pytest

from worlds import KINDS, WorldSettings, make_world


@pytest.fixture(scope="session", params=KINDS)
def world(request):
    return make_world(WorldSettings(request.param, n_resolutions=12_000, n_tape=12_000, seed=7))


@pytest.fixture(scope="session")
def tape(smooth_world):
    return smooth_world.tape


@pytest.fixture(scope="session")
def smooth_world():
    return make_world(WorldSettings("smooth", n_resolutions=4_000, n_tape=12_000, seed=19))
