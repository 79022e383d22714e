"""How much time a search has left, and how long its next step is likely to take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


class TuneClock:
    """The time of one search.

    Parameters
    ----------
    minutes
        Wall clock from now on; None: no limit.
    clock
        Seconds, rising.
    """

    def __init__(self, minutes: float | None, clock: Callable[[], float]) -> None:
        self._clock, self._began = clock, clock()
        self._limit = None if minutes is None else 60 * minutes
        self._seen: list[list[float]] = []

    def spent(self) -> float:
        """Give the seconds since the search began."""
        return self._clock() - self._began

    def remember(self, seconds: Sequence[float]) -> None:
        """Note how long each fold of a trial took."""
        for number, one in enumerate(seconds):
            if number == len(self._seen):
                self._seen.append([])
            self._seen[number].append(one)

    def allows_trial(self, sizes: Sequence[int]) -> bool:
        """Say whether a whole trial is likely to be done in time; of the first, of which nothing is known, it is tried.

        ``sizes`` are the rows that each fold is fitted on.
        """
        return self._limit is None or self.spent() + sum(self._expected(sizes, [])) < self._limit

    def allows_fold(self, number: int, seconds: Sequence[float], sizes: Sequence[int]) -> bool:
        """Say whether the next fold of a trial, of which the ones before took ``seconds``, is likely to be done in time."""
        return self._limit is None or self.spent() + self._expected(sizes, seconds)[number] < self._limit

    def left_words(self) -> str:
        """Say what is left, to be put behind a sentence."""
        if self._limit is None:
            return ""
        return f"; {max(self._limit - self.spent(), 0.0) / 60:.1f} minutes left"

    def trial_words(self, sizes: Sequence[int]) -> str:
        """Say how long a trial takes; empty where no fold was seen."""
        seconds = sum(self._expected(sizes, []))
        if not self._seen:
            return ""
        return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"

    def _expected(self, sizes: Sequence[int], seconds: Sequence[float]) -> list[float]:
        """Give the seconds that each fold is likely to take: the middle of those seen, else by its rows."""
        known = {number: float(np.median(one)) for number, one in enumerate(self._seen)}
        known |= {number: one for number, one in enumerate(seconds) if number not in known}
        if not known:
            return [0.0] * len(sizes)
        a_row = sum(known.values()) / sum(sizes[number] for number in known)
        return [known.get(number, a_row * size) for number, size in enumerate(sizes)]
