"""What a file shows of itself before a model of it is believed."""

import pytest

from training.snapshots import draw_snapshots
from training.summary import open_notes_check, summarise
from training.weights import label


def _check(resolutions_of, n_young, n_open, observed=None):
    """Look at a history of forty old notes and ``n_young`` of ten months before its end, of which ``n_open`` are open."""
    n = 40 + n_young
    ends = ["2019-06-30"] * 40 + [""] * n_open + ["2022-06-30"] * (n_young - n_open)
    snapshots = draw_snapshots(
        resolutions_of(
            as_of_date=["2018-01-31"] * 40 + ["2022-02-28"] * n_young,
            outcome=["foreclosure" if one else "" for one in ends],
            resolution_date=[one or "NaT" for one in ends],
            observed_through=["2022-12-31"] * n if observed is None else [one or "2022-12-31" for one in ends],
        ),
        (0,),
        seed=1,
    )
    return open_notes_check(summarise(snapshots, label(snapshots.resolutions, 60), None))


@pytest.mark.parametrize(
    ("n_young", "n_open", "said"),
    [
        (20, 0, "of 20 notes known in the last 12 months before the end of what was seen, 0 are open"),
        (60, 2, "of 60 notes known in the last 12 months before the end of what was seen, 2 are open"),
        (60, 3, None),  # a twentieth
        (19, 0, None),  # too few to say
        (60, 30, None),
    ],
)
def test_a_model_of_a_file_from_which_open_notes_were_kept_is_refused(resolutions_of, n_young, n_open, said):
    check = _check(resolutions_of, n_young, n_open)
    if said is None:
        assert check is None
    else:
        assert check.figures.startswith(said)
        assert "give the open notes too" in check.figures
        assert check.required
        assert not check.passed


def test_it_is_seen_too_where_each_note_is_said_to_be_observed_to_its_own_end(resolutions_of):
    # the young notes all end in June 2022, so that is the last month seen, four months after they were known
    assert _check(resolutions_of, 60, 0, observed="own end") is not None
