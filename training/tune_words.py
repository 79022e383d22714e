"""What a search for settings says of its limits and of what it kept."""

from __future__ import annotations

from notes.counts import count_of


def limits_words(minutes: float | None, trials: int | None, earlier: int) -> str:
    """Say how long a search goes on, and what an earlier one of the same study has done of it; None: no limit."""
    limits = [] if minutes is None else [count_of(minutes, "minute")]
    limits += [] if trials is None else [count_of(trials, "trial")]
    again = f", going on from {count_of(earlier, 'trial')} done before" if earlier else ""
    if trials is not None and earlier > trials:
        again = f", the first of {earlier:,} done before; the others do not count"
    return f"tuning for {' or '.join(limits) or 'ever'}{again}"


def too_short_words(minutes: float, takes: str) -> str:
    """Say that not one trial was done in time; ``takes`` is how long one takes, empty where that is not known."""
    about = f", which takes about {takes} here" if takes else ""
    return f"{count_of(minutes, 'minute')} {'is' if minutes == 1 else 'are'} shorter than one trial{about}; give more"


def kept_words(trials: int) -> str:
    """Say that an interrupt has not lost the search."""
    kept = f"{count_of(trials, 'trial')} {'is' if trials == 1 else 'are'} kept"
    return f"{kept}; the same command goes on"
