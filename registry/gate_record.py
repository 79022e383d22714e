"""What the gate said of a model, as it is kept with its version, so that a later promotion can read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notes import GateError

VERDICT_TAG = "verdict"
JUDGED_AGAINST_TAG = "judged_against"
FAILED_CHECKS_TAG = "failed_checks"
AGAINST_BUNDLE_TAG = "judged_against_bundle"
"""Bundle of that champion: a number is of one store, and a training may be logged to another."""
PASSED, FAILED = "passed", "failed"
NO_CHAMPION = "none"
_LONGEST = 4_000  # MLflow takes 5,000 and more, by the kind of store


@dataclass(frozen=True)
class GateRecord:
    """A gate's verdict and the champion that it was reached against.

    Parameters
    ----------
    passed
        Whether every required check passed.
    judged_against
        The champion's version at that time; None: there was none, or the store could not be asked.
    failed_checks
        A line a required check that failed; empty when it passed.
    champion_bundle
        ``bundle_sha256`` of that champion; empty: there was none, or it is not known.

    Examples
    --------
    >>> GateRecord(True, 3).to_tags()
    {'verdict': 'passed', 'judged_against': '3'}
    >>> GateRecord.from_tags({"verdict": "passed", "judged_against": "none"})
    GateRecord(passed=True, judged_against=None, failed_checks=(), champion_bundle='')
    """

    passed: bool
    judged_against: int | None
    failed_checks: tuple[str, ...] = ()
    champion_bundle: str = ""

    def to_tags(self) -> dict[str, str]:
        """Give the tags of the version, short text each."""
        tags = {
            VERDICT_TAG: PASSED if self.passed else FAILED,
            JUDGED_AGAINST_TAG: NO_CHAMPION if self.judged_against is None else str(self.judged_against),
        }
        if self.failed_checks:
            tags[FAILED_CHECKS_TAG] = "\n".join(self.failed_checks)[:_LONGEST]
        if self.champion_bundle:
            tags[AGAINST_BUNDLE_TAG] = self.champion_bundle
        return tags

    @classmethod
    def from_tags(cls, tags: Mapping[str, str]) -> GateRecord | None:
        """Read a version's tags; None where no gate has said anything that can be read."""
        verdict, against = tags.get(VERDICT_TAG, ""), tags.get(JUDGED_AGAINST_TAG, "")
        known = verdict in (PASSED, FAILED) and (against == NO_CHAMPION or (against.isascii() and against.isdigit()))
        if not known:
            return None
        checks = tuple(tags.get(FAILED_CHECKS_TAG, "").splitlines())
        judged_against = None if against == NO_CHAMPION else int(against)
        return cls(verdict == PASSED, judged_against, checks, tags.get(AGAINST_BUNDLE_TAG, ""))

    def raise_unless_passed(self, version: int) -> None:
        """Refuse a version whose gate failed.

        Raises
        ------
        GateError
            The message lists the checks that failed.
        """
        if not self.passed:
            raise GateError("\n".join([f"version {version} failed its gate when it was trained:", *self.failed_checks]))
