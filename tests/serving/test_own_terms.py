"""Own months and recoveries in a score: on request only, and told in run.json."""

import json

import pandas as pd
import pytest

from cli import training_run
from cli.main import main
from models.bundle import BundleContents, write_bundle
from notes import ModelError, Outcome
from notes.outcome_times import CELLS, CellTimes, OutcomeTimes
from pricing import DeskTerms, OwnResolutions
from pricing.own_resolutions import BranchShare, Recovery
from serving.model import ServedModel

TIMES = OutcomeTimes(
    {k: {name: CellTimes(200, (1.0, 2.0, 4.0)) for name in CELLS} for k in (Outcome.DEED_IN_LIEU, Outcome.FORECLOSURE)}
)
OWN = OwnResolutions({"payoff": BranchShare(100, 0.5, 0.2)}, {"reo": Recovery(100, 0.4, 0.6, 0.65)})
DESK = DeskTerms(TIMES, OWN, ("judicial, 12+ behind",))


@pytest.fixture(scope="module")
def desk_bundle(small_contents, tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("desk"), small_contents(json.loads(DESK.to_json())))


def result(tmp_path, out):
    run = json.loads((tmp_path / out / "run.json").read_text(encoding="utf-8"))
    return pd.read_csv(tmp_path / out / "bids.csv"), run["options"]


def test_a_model_keeps_its_desks_terms(desk_bundle, bundle_folder):
    assert ServedModel.from_folder(desk_bundle).desk == DESK
    assert ServedModel.from_folder(bundle_folder).desk is None


def test_own_terms_change_bids_only_on_request(desk_bundle, bundle_folder, run_score, tmp_path):
    assert run_score(out="without", model=bundle_folder) == 0
    assert run_score(out="plain", model=desk_bundle) == 0
    assert run_score("--own-timelines", out="timed", model=desk_bundle) == 0
    assert run_score("--own-recoveries", out="recovered", model=desk_bundle) == 0
    plain, options = result(tmp_path, "plain")
    assert plain.equals(result(tmp_path, "without")[0])
    assert not options["own_timelines"]
    assert not options["own_recoveries"]
    timed, options = result(tmp_path, "timed")
    assert options["own_timelines"]
    assert (timed["price_reperform"] == plain["price_reperform"]).all()
    assert (timed["price_foreclosure"] != plain["price_foreclosure"]).any()
    recovered, options = result(tmp_path, "recovered")
    assert options["own_recoveries"]
    assert (recovered["price_reperform"] != plain["price_reperform"]).any()
    assert (recovered["price_foreclosure"] < plain["price_foreclosure"]).any()


def test_a_note_is_explained_with_the_bid_that_its_tape_has_under_the_same_switches(
    desk_bundle, run_score, tmp_path, capsys
):
    loan = "MADE-EX-FOUR-BEHIND-MANY-PAYMENTS"
    switches = ("--own-timelines", "--own-recoveries")
    assert run_score(*switches, out="own", model=desk_bundle) == 0
    assert run_score(out="plain", model=desk_bundle) == 0
    capsys.readouterr()
    assert main(["explain", "--json", f"--model={desk_bundle}", *switches, "--", loan]) == 0
    told = json.loads(capsys.readouterr().out)
    own, plain = (result(tmp_path, name)[0].set_index("loan_id").loc[loan] for name in ("own", "plain"))
    assert told["bid"]["expected_price"] == pytest.approx(own["expected_price"], abs=0.01)
    assert own["expected_price"] != plain["expected_price"]
    assert any("months of the model's own resolutions" in one for one in told["remarks"])


def test_a_refused_tape_is_told_of_before_the_demo_model_is_trained_to_explain_it(tmp_path, monkeypatch, capsys):
    def never(*_):
        raise AssertionError("a minute of training before a refusal")

    monkeypatch.setattr(training_run, "train_demo", never)
    monkeypatch.setenv("NOTEBID_HOME", str(tmp_path / "home"))
    tape = tmp_path / "tape.csv"
    tape.write_text("this,is\nno,tape\n")
    assert main(["explain", f"--tape={tape}", "--", "1001"]) == 3
    assert "tape.csv" in capsys.readouterr().err


def test_a_switch_may_come_from_the_environment(desk_bundle, run_score, tmp_path, monkeypatch):
    monkeypatch.setenv("NOTEBID_OWN_TIMELINES", "yes")
    assert run_score(out="timed", model=desk_bundle) == 0
    assert result(tmp_path, "timed")[1]["own_timelines"]


def test_a_model_without_them_says_so(run_score, bundle_folder, capsys):
    assert run_score("--own-timelines", model=bundle_folder) == 2
    assert "holds no months and recoveries of its own; train again" in capsys.readouterr().err


def test_terms_of_a_newer_notebid_are_refused(small_contents, tmp_path):
    folder = write_bundle(tmp_path, small_contents({"format": 99}))
    with pytest.raises(ModelError, match="newer than the program; update notebid"):
        _ = ServedModel.from_folder(folder).desk


def test_contents_without_terms_leave_the_manifest_as_it_was(bundle_folder):
    assert BundleContents.__dataclass_fields__["desk"].default_factory is dict
    assert "desk" not in json.loads((bundle_folder / "manifest.json").read_text(encoding="utf-8"))
