"""A training's report: three files, whole, plain to read and the same every time."""

import inspect
import json
import os
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from features import FEATURES, feature_frame
from models.canonical_json import canonical_json
from models.drift import DriftSettings
from models.drift_check import DriftCheck
from training.config import SHIPPED_CONFIG, TrainingConfig
from training.context import TrainingContext
from training.file_facts import FileFacts
from training.fit import train
from training.model_card import _identity
from training.page_built import built_section
from training.page_leakage import leakage_section
from training.page_sure import WHAT, short_words, sure_table
from training.page_words import MADE_WARNING
from training.write_report import write_report
from worlds import WorldSettings, golden_tape, make_world

DEMO = TrainingConfig.from_toml(SHIPPED_CONFIG.with_name("demo_training.toml"))
QUICK = replace(
    DEMO,
    model=replace(DEMO.model, max_rounds=40, n_jobs=1),
    gate=replace(DEMO.gate, bootstrap_draws=100),
    judgement=replace(DEMO.judgement, learning_percents=(60, 80), importance_notes=100, priced_notes=60),
)
SHA = "ab" * 32


@pytest.fixture(scope="module")
def world():
    return make_world(WorldSettings("smooth", 2_400, 500, 7))


@pytest.fixture(scope="module")
def result(world):
    context = TrainingContext(
        "made",
        golden_tape(),
        {"resolutions": "cd" * 32},
        file=FileFacts({"<b>REO</b> Flag": "not used", "Outcome": "outcome"}, payments_after_as_of=3),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "OMP_NUM_THREADS", "1")
        return train(world.resolutions, QUICK, context)


@pytest.fixture(scope="module")
def files(result, tmp_path_factory):
    return write_report(tmp_path_factory.mktemp("reports") / SHA, result, QUICK, SHA)


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.titles = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [
            value for name, value in attrs if name in ("href", "src", "srcset", "action", "data", "style")
        ]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "h2" and data.strip():
            self.titles.append(data)
            self.tags.append("")


def test_the_page_is_one_small_file_that_asks_for_nothing(files):
    html = files["report.html"].read_text(encoding="utf-8")
    assert len(html.encode()) < 3_000_000
    page = _Page()
    page.feed(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert all(one.startswith(("#", "fill:")) for one in page.addresses)
    assert "http" not in html.replace("http-equiv", "")
    assert page.titles == [
        "Verdict",
        "Predicted against actual",
        "In money",
        "Better than simpler rules?",
        "Reliability by outcome",
        "How sure it is",
        "Parts of the book",
        "Over time",
        "Drift",
        "What it relies on",
        "Could it have seen the future?",
        "What more resolutions would buy",
        "How it was built",
        "What it learned from",
        "Model card",
    ]


def test_a_made_model_says_so_before_anything_else(files):
    html = files["report.html"].read_text(encoding="utf-8")
    assert html.index(MADE_WARNING[:40]) < html.index("Gate")
    card = files["model_card.md"].read_text(encoding="utf-8").splitlines()
    assert card[0].endswith("made notes")
    assert card[2] == f"**{MADE_WARNING}**"


def test_a_heading_of_the_file_is_shown_as_text_where_it_sounds_like_an_end(files):
    html = files["report.html"].read_text(encoding="utf-8")
    assert "&lt;b&gt;REO&lt;/b&gt; Flag" in html
    assert "<b>REO" not in html
    assert "cut: 3." in html
    assert "no, nothing of it: it cannot leak" in html


def test_where_no_heading_sounds_like_an_end_it_is_said_how_many_were_looked_at(result):
    leakage = replace(result.judgement.leakage, columns=(), n_columns=37)
    [block] = leakage_section(replace(result.judgement, leakage=leakage), QUICK).blocks
    [said] = [one for one in block.points if "37" in one]
    assert said.startswith("None of the 37 columns of the file is headed like an outcome")
    assert "of one that is not read, nothing is in the model" in said


def test_rows_left_out_for_a_date_after_the_as_of_date_are_counted_where_a_file_was_read(result):
    def said(excepted):
        leakage = replace(result.judgement.leakage, excepted_as_later=excepted)
        [block, *_] = leakage_section(replace(result.judgement, leakage=leakage), QUICK).blocks
        [point] = [one for one in block.points if ("as-of date" in one and "Event" in one) or "E_FUTURE" in one]
        return point

    assert "by column: valuation date 12, modification date 3. Such a column" in said(
        {"valuation_date": 12, "modification_date": 3}
    )
    assert said({}).endswith("by column: none.")
    assert said(None) == "Event dates after their note's as-of date, taken as missing: none."


def test_a_suspect_feature_is_marked_and_shown_however_many_rank_above_it(result):
    aucs = result.judgement.leakage.aucs
    last = replace(aucs[-1], auc=0.5, at_least=0.9, suspect_above=0.87)
    leakage = replace(result.judgement.leakage, aucs=(*aucs[:-1], last))
    [block, *_] = leakage_section(replace(result.judgement, leakage=leakage), QUICK).blocks
    assert [row[-1] for row in block.rows] == [""] * 10 + ["suspect"]
    assert "suspiciously good" not in " ".join(result.warnings)


def test_the_figures_are_plain_json_without_nan_and_agree_with_the_evaluation(files, result):
    text = files["metrics.json"].read_text(encoding="utf-8")
    figures = json.loads(text, parse_constant=pytest.fail)
    assert figures["evaluation"]["scores"][0]["log_loss"] == result.evaluation.scores[0].log_loss
    assert figures["judgement"]["bids"]["all_notes"]["model"]["n_notes"] == 60
    assert figures["training_data"] == "made"
    assert set(figures["judgement"]) >= {"reliability", "parts", "delinquent_parts", "quarters", "drift", "leakage"}
    curve = result.judgement.learning
    n_resolved = sum(result.data.class_counts.values())
    assert figures["what_500_more_resolutions_would_buy"] == curve.gain(n_resolved)


def test_how_sure_it_is_stands_on_the_page_in_the_figures_and_in_the_card(files, result):
    found = json.loads(files["metrics.json"].read_text(encoding="utf-8"))["how_sure"]
    sure = result.how_sure
    assert [tuple(one.values()) for one in found["intervals"]] == [
        (one.high, one.low, one.outcome, one.probability) for one in sure.intervals
    ]
    assert found["short_history_share"] == sure.short_history_share
    page, card = (files[name].read_text(encoding="utf-8") for name in ("report.html", "model_card.md"))
    for text, between in ((page, "</td><td>"), (card, " | ")):
        for outcome, *cells in sure_table(sure.intervals)[1:]:
            assert outcome in text
            assert between.join(cells) in text
    for words in (WHAT, short_words(sure)):
        assert words in page
        assert words.replace("_", "\\_") in card  # Markdown


def test_where_it_was_not_learned_how_sure_it_is_nothing_is_said_of_it(result, tmp_path):
    without = replace(result, bundle=replace(result.bundle, uncertainty={}))
    files = write_report(tmp_path / SHA, without, QUICK, SHA)
    assert "how_sure" not in json.loads(files["metrics.json"].read_text(encoding="utf-8"))
    for name in ("report.html", "model_card.md"):
        assert "How sure it is" not in files[name].read_text(encoding="utf-8")


def test_what_was_chosen_is_told_for_the_model_that_was_judged_and_for_the_one_that_is_kept():
    judged = {
        "folds": 5,
        "held_out_log_loss": {"smooth": 0.81, "ridge": 0.8, "trees": 0.9, "pool": 0.79},
        "pool_weights": {"smooth": 0.25, "ridge": 0.5, "trees": 0.0},
        "offsets": {"reperform": -0.031, "loss_mitigation": 0.0, "deed_in_lieu": 0.08, "foreclosure": -0.049},
        "floor": 0.002,
        "rounds": {"trees": 1_121},
        "calibration": {
            "method": "temperature",
            "held_out_log_loss": {"none": 0.7, "temperature": 0.69, "vector": 0.71},
        },
    }
    kept = judged | {"pool_weights": {"smooth": 0.75, "trees": 0.125}, "floor": 0.0005}
    split = SimpleNamespace(out_of_time=True)
    [block] = built_section(SimpleNamespace(judged_report=judged, kept_report=kept, split=split)).blocks
    assert "fitted on the earlier notes alone" in block.text
    assert [tuple(row) for row in block.rows] == [
        ("logit on smooth terms", "0.8100", "0.25", "0.8100", "0.75"),
        ("logit that drops no term", "0.8000", "0.50", "–", "–"),  # it takes no part among all the notes
        ("trees, random cuts", "0.9000", "0.00", "0.9000", "0.12"),
        ("all together, weights fitted to these notes", "0.7900", "", "0.7900", ""),
    ]
    assert list(block.points) == [
        "As judged: 5 folds, least probability 0.2%; offsets: reperform −0.03, deed in lieu +0.08, foreclosure −0.05; "
        "rounds of boosting: trees, random cuts 1,121.",
        "As kept: 5 folds, least probability 0.05%; offsets: reperform −0.03, deed in lieu +0.08, foreclosure −0.05; "
        "rounds of boosting: trees, random cuts 1,121.",
        "Calibration, on notes that were not fitted on: one temperature; log loss there of each way: left as it is 0.7000, "
        "one temperature 0.6900, a scale and an offset an outcome 0.7100. "
        "The model that is kept takes as much of it as still applies.",
    ]


def test_it_is_not_said_that_the_judged_model_had_the_earlier_notes_where_loans_were_parted_by_chance():
    report = {"folds": 0, "pool_weights": {"smooth": 1.0, "trees": 0.0}, "floor": 2e-6}
    split = SimpleNamespace(out_of_time=False)
    [block] = built_section(SimpleNamespace(judged_report=None, kept_report=report, split=split)).blocks
    assert "fitted on a part of the loans, drawn by chance, alone" in block.text
    assert list(block.points) == ["As kept: 0 folds, least probability 0.0002%."]


def test_what_was_chosen_is_in_the_figures_and_among_the_runs_parameters(files, result):
    made = json.loads(files["metrics.json"].read_text(encoding="utf-8"))["how_it_was_built"]
    assert made["kept"] == json.loads(json.dumps(result.bundle.classifier.report_))
    assert made["judged"]["pool_weights"] == result.bundle.candidate.classifier.report_["pool_weights"]
    for prefix, which in (("chosen", "kept"), ("chosen_as_judged", "judged")):
        weights = made[which]["pool_weights"]
        assert {name: result.parameters[f"{prefix}.pool_weights.{name}"] for name in weights} == weights


def test_the_same_training_writes_the_same_bytes(files, result, tmp_path):
    again = write_report(tmp_path / "again", result, QUICK, SHA)
    for name, path in files.items():
        assert again[name].read_bytes() == path.read_bytes()
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == sorted(files)


def test_a_report_that_is_there_is_never_written_over(files, result, tmp_path):
    write_report(tmp_path / SHA, result, QUICK, SHA)
    before = {one.name: one.stat().st_mtime_ns for one in (tmp_path / SHA).iterdir()}
    with pytest.raises(FileExistsError, match="never written over"):
        write_report(tmp_path / SHA, result, QUICK, SHA)
    assert {one.name: one.stat().st_mtime_ns for one in (tmp_path / SHA).iterdir()} == before
    assert [one.name for one in tmp_path.iterdir()] == [SHA]


def test_a_report_that_could_not_be_written_to_the_end_leaves_no_folder_that_looks_like_one(result, tmp_path):
    # A lone surrogate, as an argument that is no UTF-8 becomes, cannot be written.
    with pytest.raises(UnicodeEncodeError):
        write_report(tmp_path / SHA, replace(result, warnings=("\udcff",)), QUICK, SHA)
    assert list(tmp_path.iterdir()) == []


def test_the_card_says_what_the_model_is_not_for_and_what_rules_it_minds(files):
    card = files["model_card.md"].read_text(encoding="utf-8")
    for needed in (
        "which borrower is offered help",
        "no name and no ZIP code",
        "SR 26-2 / OCC Bulletin 2026-13",
        "by geography",
        "protected attribute",
    ):
        assert needed in card


@pytest.mark.parametrize(
    ("method", "out_of_time", "said"),
    [
        ("none", True, "trees, its calibration left as it is, which did best on later notes; its mixture"),
        ("temperature", True, "trees, calibrated on later notes by one temperature; its mixture"),
        (
            "vector",
            False,
            "trees, calibrated on notes that were not fitted on by a scale and an offset an outcome; its",
        ),
        (None, True, "trees; its mixture"),
    ],
)
def test_the_card_says_how_the_model_was_calibrated_and_no_more(result, method, out_of_time, said):
    found = {} if method is None else {"calibration": {"method": method, "held_out_log_loss": {}}}
    stand_in = SimpleNamespace(bundle=result.bundle, kept_report=found, split=SimpleNamespace(out_of_time=out_of_time))
    assert said in _identity(stand_in, SHA)[2]


def test_no_name_no_zip_and_no_protected_attribute_is_a_feature_as_the_card_says():
    read = "".join(inspect.getsource(inspect.getmodule(one.function)) for one in FEATURES)
    assert "property_zip" not in read
    words = {word for one in FEATURES for word in one.name.split("_")}
    assert not words & {
        "zip",
        "name",
        "race",
        "sex",
        "gender",
        "marital",
        "citizenship",
        "language",
        "religion",
        "county",
    }


def test_parts_are_judged_by_state_and_among_delinquent_notes_alone(result):
    judgement = result.judgement
    assert {"state", "lien", "occupancy", "months_behind", "reperforming", "seller"} <= {
        one.by for one in judgement.parts
    }
    behind = sum(one.n_notes for one in judgement.delinquent_parts if one.by == "seller")
    assert 0 < behind < result.evaluation.n_test
    assert sum(one.n_notes for one in judgement.quarters) == result.evaluation.n_test


def test_a_tape_of_the_training_world_is_no_drift_and_one_of_vacant_houses_is(result, world):
    check = DriftCheck.from_dict(json.loads(canonical_json(result.bundle.drift)))
    settings = QUICK.judgement
    assert check.least_notes == settings.drift_least_notes
    assert check.settings == DriftSettings(settings.drift_false_alarm, settings.drift_min_psi, settings.drift_min_mix)
    features = feature_frame(world.tape)
    same = check.report(features, result.predict(features))
    assert not same.mix_drifts
    assert {one.name for one in same.features if one.drifts} <= {"note_rate"}  # rates of today are others
    emptied = features.assign(occupancy_owner=0.0, occupancy_vacant=1.0)
    other = check.report(emptied, result.predict(emptied))
    assert "occupancy_vacant" in {one.name for one in other.features if one.drifts}


@pytest.mark.slow
def test_the_model_does_not_depend_on_what_the_judgement_looks_at(result, world):
    less = replace(
        QUICK,
        judgement=replace(QUICK.judgement, learning_percents=(), importance_notes=10, priced_notes=5, drift_notes=50),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "OMP_NUM_THREADS", "1")
        again = train(world.resolutions, less, TrainingContext("made", golden_tape()))
    assert again.judgement.learning is None
    features = feature_frame(world.tape)
    assert np.array_equal(again.predict(features).values, result.predict(features).values)
    assert again.verdict == result.verdict
