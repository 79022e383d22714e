"""The score interval of a share."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray


def wilson_limits(share: ArrayLike, size: float, confidence: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Give the lower and upper limit of shares seen in ``size`` draws.

    Parameters
    ----------
    share
        Any shape; held within 0 and 1.
    size
        >= 0; an effective number need not be whole.  Of nothing seen the limits are 0 and 1.

    Returns
    -------
    float64, each of the shape of ``share``.

    Notes
    -----
    :math:`\frac{n \hat y + z^2/2 \pm z \sqrt{n \hat y (1 - \hat y) + z^2/4}}{n + z^2}`.  Wilson, JASA 22 (1927): it stays
    inside 0 and 1 and has a width also where nothing was seen.

    Examples
    --------
    >>> low, high = wilson_limits([0.0, 0.5], 10, 0.90)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.269], [0.213, 0.731])
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    held = np.clip(np.asarray(share, dtype=np.float64), 0.0, 1.0)
    middle, error = size * held + z**2 / 2, z * np.sqrt(size * held * (1 - held) + z**2 / 4)
    return np.maximum(middle - error, 0.0) / (size + z**2), np.minimum((middle + error) / (size + z**2), 1.0)
