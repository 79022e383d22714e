"""From resolutions to a registered model: what ``train`` and the demo model of ``score`` have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.champion import loaded_champion, registered_champion
from cli.console import Console, Progress
from cli.paths import checkout
from cli.tuning import trial_runs

if TYPE_CHECKING:
    from notes import Resolutions
    from registry.champion import ModelReference, RegisteredVersion
    from registry.gate_record import GateRecord
    from registry.home import Home
    from registry.pending import Pending
    from training.config import TrainingConfig
    from training.file_facts import FileFacts
    from training.gate import Verdict
    from training.result import TrainingResult
    from training.tune import Search

CONFIG = Path("configs") / "training.toml"
DEMO_CONFIG = Path("configs") / "demo_training.toml"
DEMO_RESOLUTIONS = 3_000
DEMO_SEED = 20_250_630
PYFUNC = Path("serving") / "outcome_pyfunc.py"
STAGES = {
    "features": "training: the features of the notes",
    "fit": "training: fitting the model that is judged",
    "baselines": "training: fitting the baselines",
    "judge": "training: judging it on the later notes",
    "refit": "training: fitting the model on all notes, and how sure it is",
}
"""What is said when a step of :data:`training.fitting.STEPS` begins; a search for settings speaks for itself."""


@dataclass(frozen=True)
class Lesson:
    """What a model is to learn from.

    Parameters
    ----------
    training_data
        ``made``, ``own`` or ``agency``.
    data_hashes
        File name to sha256 of what was read.
    file
        What reading the file showed; None where no file was read.
    search
        How to look for better settings first; None: not at all.
    """

    resolutions: Resolutions
    training_data: str
    data_hashes: Mapping[str, str]
    file: FileFacts | None = None
    search: Search | None = None


@dataclass(frozen=True)
class Trained:
    """What a training run left behind.

    Parameters
    ----------
    version
        The registered version; None while it is not registered.
    promoted
        Whether it is the champion now.
    report
        The page to read.
    why_not
        Why it is not the champion although it was registered; empty when it is.
    not_logged
        What the store failed with; the model is kept and ``notebid sync`` logs it.  Empty when it was logged.
    """

    result: TrainingResult
    bundle_folder: Path
    version: int | None
    promoted: bool
    report: Path
    why_not: str = ""
    not_logged: str = ""

    def raise_unless_champion(self) -> None:
        """Say what kept the model from becoming the champion.

        Raises
        ------
        NotLoggedError
            The store failed.
        GateError
            A required check failed, or the champion has changed meanwhile.
        """
        from notes import GateError
        from registry.settle import NotLoggedError

        if self.not_logged:
            raise NotLoggedError(self.not_logged)
        self.result.verdict.raise_unless_promoted()
        if not self.promoted:
            raise GateError(self.why_not)


def train_and_register(lesson: Lesson, config: TrainingConfig, home: Home, console: Console, wait: float) -> Trained:
    """Train, write the bundle and the report, log the run, register it, and make it champion if the gate says so.

    One training a home at a time: a second one waits, then gives up with :class:`~notes.BusyError`.  What is to be logged
    is on disk before the store hears of it: a store that fails, or a crash, leaves it for ``notebid sync``.

    Raises
    ------
    TapeError
        The resolutions are not enough.
    GateError
        A made model would replace a real one, or a feature knows the outcome.
    """
    from models.bundle import write_bundle
    from registry.leftovers import clear_leftovers
    from registry.lock import hold
    from registry.references import write_references
    from registry.report_folders import next_report_folder
    from training.context import TrainingContext
    from training.file_facts import FileFacts
    from training.fit import train
    from training.write_report import PAGE, write_report
    from worlds import golden_tape

    with hold(home, wait), Progress(console, "training", STAGES) as progress:
        clear_leftovers(home)
        champion = registered_champion(home, console)
        context = TrainingContext(
            training_data=lesson.training_data,
            golden_tape=golden_tape(),
            data_hashes=lesson.data_hashes,
            champion=loaded_champion(home, champion, lesson.training_data, console),
            progress=progress,
            file=lesson.file or FileFacts(),
            search=lesson.search,
        )
        result = train(lesson.resolutions, config, context)
        information: dict[str, Any] = {
            "commit": _commit(),
            "warnings": list(result.doubts),
            "failed": list(result.failed),
        }
        information |= {} if result.tuning is None else {"tuning": result.tuning.to_manifest()}
        before = {one.name for one in home.bundles.glob("*")}
        folder = write_bundle(home.bundles, replace(result.bundle, information=information))
        if champion is not None and champion.bundle_sha256 == folder.name:
            result = result.as_champion(f"version {champion.version}")
        elif folder.name in before:
            console.warn(
                f"the same notes and the same fit as once before: this model is to the last byte bundle {folder.name[:12]}"
            )
        if result.references is not None:
            write_references(folder, result.references)
        report_folder = next_report_folder(home, folder.name)
        report = write_report(report_folder, result, config, folder.name)
        trained = Trained(result, folder, None, False, report[PAGE])
        return _settled(home, trained, _pending(home, trained, report, lesson, champion), console, wait)


def _pending(
    home: Home, trained: Trained, report: Mapping[str, Path], lesson: Lesson, champion: RegisteredVersion | None
) -> Pending:
    """Put together what is to be logged of a training."""
    from registry.pending import Pending
    from registry.record import TrainingRecord
    from training.write_report import PAGE

    result = trained.result
    record = TrainingRecord(
        bundle_folder=trained.bundle_folder,
        training_data=lesson.training_data,
        feature_names=tuple(result.bundle.golden_features.columns),
        pyfunc_script=checkout() / PYFUNC,
        params=result.parameters,
        metrics=result.metrics,
        tags={"report_folder": report[PAGE].parent.name}
        | {f"sha256.{name}": value for name, value in lesson.data_hashes.items()},
        artifacts=report,
        gate=_gate_record(result.verdict, champion),
        trials=trial_runs(result.tuning),
    )
    return Pending(record, "" if champion is None else champion.bundle_sha256, store=home.store_mark)


def _gate_record(verdict: Verdict, champion: RegisteredVersion | None) -> GateRecord:
    """Give what the gate said; of the champion itself it said nothing, which is no pass."""
    from registry.gate_record import GateRecord

    failed = tuple(str(one) for one in verdict.checks if one.required and not one.passed)
    if verdict.champion_name:
        failed = ("it was the champion, so no gate was asked",)
    return GateRecord(not failed, None if champion is None else champion.version, failed)


def _settled(home: Home, trained: Trained, pending: Pending, console: Console, wait: float) -> Trained:
    """Keep what is to be logged, then log it; where the store fails it stays for ``notebid sync``."""
    from registry.pending import keep
    from registry.settle import NotLoggedError, settle
    from serving.model import ServedModel

    keep(home, pending)
    try:
        settled = settle(home, pending, wait, ServedModel.from_folder)
    except NotLoggedError as error:
        return replace(trained, not_logged=str(error))
    except KeyboardInterrupt:
        console.log("the model is trained and kept: notebid sync logs it")
        raise
    if settled.trials_left:
        console.warn(f"the trials of the search are not all logged, notebid sync does that: {settled.trials_left}")
    return replace(trained, version=settled.version, promoted=settled.promoted, why_not=settled.why_not)


def made_lesson() -> Lesson:
    """Make the example data: a fixed made world."""
    from worlds import WorldSettings, make_world

    world = make_world(WorldSettings("smooth", DEMO_RESOLUTIONS, 0, DEMO_SEED))
    return Lesson(world.resolutions, "made", {})


def train_demo(home: Home, console: Console, wait: float) -> ModelReference:
    """Train the demo model on the made example data, unless another run has made a champion meanwhile."""
    from registry.champion import find_model
    from registry.lock import hold
    from training.config import TrainingConfig

    with hold(home, wait):
        reference = find_model("", home)
        if reference is None:
            console.log("there is no model yet: training the demo model on made notes first (once, about a minute)")
            config = TrainingConfig.from_toml(checkout() / DEMO_CONFIG)
            train_and_register(made_lesson(), config, home, console, wait).raise_unless_champion()
            reference = find_model("", home)
    assert reference is not None, "a demo model that was just promoted is the champion"
    return reference


def _commit() -> str:
    """Give the checkout's commit, empty where there is none to read; for information only, not part of the hash."""
    git = checkout() / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        return (git / head.removeprefix("ref: ")).read_text(encoding="utf-8").strip() if "ref: " in head else head
    except OSError:
        return ""
