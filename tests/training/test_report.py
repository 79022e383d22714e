"""What the lines on the terminal say, and that they say what is so."""

import numpy as np

from training.report import weight_lines
from training.weights import CensoringWeights


def weighed(n_resolved, n_estimated, open_share=0.0):
    weight = np.ones(n_resolved + n_estimated)
    return CensoringWeights(weight, 1.5, 0, float(n_resolved), open_share, n_resolved, n_estimated)


def test_open_notes_with_likely_ends_are_not_counted_among_the_resolved():
    heading, row = weight_lines({"all": weighed(2_458, 6)})
    assert dict(zip(heading.split("  ")[-3:], row.split()[-3:], strict=True)) == {
        "resolved": "2,458",
        "ends estimated": "6",
        "capped": "0",
    }
