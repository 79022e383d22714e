"""Feature frame to outcome probabilities, written once.

This file imports the standard library, numpy, pandas and lightgbm only, because saving a bundle copies it in: a model
predicts with the code it was saved with, in any process, without notebid.

Arithmetic, for a note and a class k::

    score_k       = intercept_k + sum over terms and products (coefficient_k * term)
                    + sum over boosters (tree_weight * boosted_k)
    probability_k = floor + (1 - n_classes * floor) * softmax(calibrated / temperature)_k

with ``calibrated_k = scale_k * (score_k - mean score of the note) + offset_k`` where calibration chose vector scaling, else
the score itself.

Everything is evaluated element by element, term by term, class by class, never as a matrix product: BLAS sums in an order
that depends on the number of rows, and a note must get the same bits alone as in a batch of a million.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FORMAT = 3
"""3: vector scaling.  2: products of terms, several boosters.  Format 1 has none of them; both load as before."""
BETWEEN_BOOSTERS = "\n--- the next booster ---\n"
"""Parts the texts of the boosters in ``model.txt``."""
TRANSFORMS = ("identity", "log1p", "missing", "at_least")
CHUNK_ROWS = 65_536
"""Rows scored at once: bounds the memory; no effect on the numbers."""
THREADS_VARIABLE = "NOTEBID_THREADS"


@dataclass(frozen=True)
class Term:
    """One term of the anchor: a feature, clipped, transformed, centred, scaled, with a coefficient a class.

    Parameters
    ----------
    transform
        ``identity``, ``log1p`` (natural log of 1 + value), ``missing`` (1 where the feature is missing, else 0) or
        ``at_least`` (1 where the feature reaches ``threshold``, else 0).
    threshold
        For ``at_least``, in the feature's unit; 0 otherwise, and of no effect.
    low, high
        The feature is clipped to this closed range first, so that nothing is extrapolated far beyond what was seen.
    center, scale
        Subtracted from and divided into the transformed value; scale > 0.
    coefficients
        One a class, in log odds per scaled unit.

    Notes
    -----
    A missing feature contributes exactly 0 (the training mean) to every term but ``missing``.
    """

    feature: str
    transform: str
    threshold: float
    low: float
    high: float
    center: float
    scale: float
    coefficients: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.transform not in TRANSFORMS:
            raise ValueError(f"{self.feature}: transform {self.transform!r} is not one of {', '.join(TRANSFORMS)}")
        if not self.scale > 0:
            raise ValueError(f"{self.feature}: scale must be above 0, found {self.scale}")

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Term:
        """Build a term from a dict of its fields."""
        return cls(**{**content, "coefficients": tuple(content["coefficients"])})

    def values(self, column: Floats) -> Floats:
        """Evaluate the term, float64, shape (n_rows,), for a contiguous column with NaN missing."""
        absent = np.isnan(column)
        if self.transform == "missing":
            return (absent.astype(np.float64) - self.center) / self.scale
        clipped = np.clip(column, self.low, self.high)
        if self.transform == "log1p":
            clipped = np.log1p(clipped)
        elif self.transform == "at_least":
            clipped = (clipped >= self.threshold).astype(np.float64)
        scaled: Floats = (clipped - self.center) / self.scale
        scaled[absent] = 0.0
        return scaled


@dataclass(frozen=True)
class Product:
    """Two terms of different features multiplied, centred and scaled: what counts only together.

    The coefficients of ``first`` and ``second`` are of no effect.  Where either feature is missing the two terms' product
    is 0 before centring, as if the note were average in it.
    """

    first: Term
    second: Term
    center: float
    scale: float
    coefficients: tuple[float, ...] = ()

    def values(self, first: Floats, second: Floats) -> Floats:
        """Evaluate the product, float64, shape (n_rows,), for the contiguous columns of its two features."""
        product: Floats = (self.first.values(first) * self.second.values(second) - self.center) / self.scale
        return product

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Product:
        """Build a product from a dict of its fields."""
        first, second = Term.from_json(content["first"]), Term.from_json(content["second"])
        return cls(first, second, content["center"], content["scale"], tuple(content["coefficients"]))


@dataclass(frozen=True)
class Anchor:
    """A multinomial logit on a basis of terms and products of terms: the part of the model that can be written down."""

    intercepts: tuple[float, ...]
    terms: tuple[Term, ...]
    products: tuple[Product, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the anchor as JSON-able dicts and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Anchor:
        """Build the anchor from :meth:`to_json`."""
        terms = tuple(Term.from_json(one) for one in content["terms"])
        products = tuple(Product.from_json(one) for one in content.get("products", ()))
        return cls(tuple(content["intercepts"]), terms, products)


@dataclass(frozen=True)
class OutcomeModel:
    """All that prediction needs, in memory.

    Parameters
    ----------
    feature_names, classes
        In the model's order.
    boosters
        One ``lightgbm.Booster`` or more, each with one raw score a class.
    anchor
        Its coefficients already carry its weight in the pool.
    tree_weights
        Weight of each booster's raw scores in the log-linear pool, >= 0.
    temperature
        > 0; above 1 it draws the probabilities towards each other.
    floor
        The least probability that any class is given, in [0, 1 / n_classes).
    scales, offsets
        Vector scaling: one number a class each, scales > 0, offsets in log odds; empty for none.
    """

    feature_names: tuple[str, ...]
    classes: tuple[Any, ...]
    boosters: tuple[Any, ...]
    anchor: Anchor
    tree_weights: tuple[float, ...]
    temperature: float
    floor: float
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if {len(self.scales), len(self.offsets)} - {0, len(self.classes)} or not all(one > 0 for one in self.scales):
            raise ValueError(
                f"vector scaling needs a scale above 0 and an offset a class, found {self.scales} and {self.offsets}"
            )
        weighed = len(self.tree_weights) == len(self.boosters) and all(one >= 0 for one in self.tree_weights)
        if not (self.temperature > 0 and weighed and 0 <= self.floor * len(self.classes) < 1):
            raise ValueError(
                "temperature above 0, a tree weight at or above 0 a booster and a floor under 1 / n_classes are needed, "
                f"found {self.temperature}, {self.tree_weights} and {self.floor}"
            )

    def scores(self, values: Floats, threads: int = 0) -> Floats:
        """Pool the anchor and the trees: float64, shape (n_rows, n_classes), log odds before the temperature.

        ``values`` has the shape (n_rows, n_features), NaN missing; ``threads`` 0 leaves the number to OpenMP.
        """
        pooled = np.empty((len(values), len(self.classes)), dtype=np.float64)
        for start in range(0, len(values), CHUNK_ROWS):
            part = np.ascontiguousarray(values[start : start + CHUNK_ROWS])
            pooled[start : start + CHUNK_ROWS] = np.column_stack(self._chunk_scores(part, threads))
        return pooled

    def probabilities(self, values: Floats, threads: int = 0) -> Floats:
        """Give probabilities, float64, shape (n_rows, n_classes), each at least ``floor``, rows summing to 1."""
        scores = self.scores(values, threads)
        if self.scales:
            scores = vector_scaled(scores, self.scales, self.offsets)
        return softmax_with_floor(scores, self.temperature, self.floor)

    def _chunk_scores(self, values: Floats, threads: int) -> list[Floats]:
        columns = {name: np.ascontiguousarray(values[:, j]) for j, name in enumerate(self.feature_names)}
        scores = [np.full(len(values), intercept) for intercept in self.anchor.intercepts]
        for term in self.anchor.terms:
            term_values = term.values(columns[term.feature])
            for k, coefficient in enumerate(term.coefficients):
                if coefficient != 0.0:
                    scores[k] += coefficient * term_values
        for product in self.anchor.products:
            together = product.values(columns[product.first.feature], columns[product.second.feature])
            for k, coefficient in enumerate(product.coefficients):
                if coefficient != 0.0:
                    scores[k] += coefficient * together
        frame = pd.DataFrame(values, columns=list(self.feature_names), copy=False)
        for booster, weight in zip(self.boosters, self.tree_weights, strict=True):
            boosted = booster.predict(frame, raw_score=True, validate_features=True, num_threads=threads)
            for k, score in enumerate(scores):
                score += weight * np.ascontiguousarray(boosted[:, k])
        return scores


def softmax_with_floor(scores: Floats, temperature: float, floor: float) -> Floats:
    """Turn scores into probabilities by softmax(scores / temperature), mixed with ``floor`` for every class.

    Mixing instead of clipping keeps the order of notes and the sum of 1, and a calibrated model's expected log loss
    unchanged to first order in ``floor``.
    """
    cooled = [np.ascontiguousarray(scores[:, k]) / temperature for k in range(scores.shape[1])]
    top = cooled[0]
    for one in cooled[1:]:
        top = np.maximum(top, one)
    raised = [np.exp(one - top) for one in cooled]
    total = raised[0]
    for one in raised[1:]:
        total = total + one
    kept = 1.0 - len(raised) * floor
    return np.column_stack([floor + kept * (one / total) for one in raised])


def vector_scaled(scores: Floats, scales: Iterable[float], offsets: Iterable[float]) -> Floats:
    """Stretch each class's scores, centred over the classes of the note, and shift them; shape (n_rows, n_classes)."""
    columns = [np.ascontiguousarray(scores[:, k]) for k in range(scores.shape[1])]
    center = columns[0]
    for one in columns[1:]:
        center = center + one
    center = center / len(columns)
    stretched = zip(columns, scales, offsets, strict=True)
    return np.column_stack([scale * (one - center) + offset for one, scale, offset in stretched])


class Predictor:
    """A saved model.

    Parameters
    ----------
    folder
        A bundle: ``manifest.json``, ``model.txt``, ``anchor.json`` and ``calibrator.json`` are read.  The sha256 of each
        is checked before LightGBM sees the text, because a damaged text can crash the process.
    threads
        For LightGBM; None takes the environment variable NOTEBID_THREADS, or leaves it to OpenMP.  It changes the time,
        never the numbers.

    Raises
    ------
    ValueError
        A newer format, a file that is not the one saved, or parts that do not belong together.
    """

    def __init__(self, folder: str | Path, threads: int | None = None) -> None:
        folder = Path(folder)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not manifest["format"] <= FORMAT:
            raise ValueError(
                f"manifest.json: format {manifest['format']} is newer than {FORMAT}, which this code reads"
            )
        hashes = manifest["files"]
        text = _read_verified(folder, "model.txt", hashes)
        anchor = Anchor.from_json(json.loads(_read_verified(folder, "anchor.json", hashes)))
        calibrator = json.loads(_read_verified(folder, "calibrator.json", hashes))
        boosters = tuple(lightgbm.Booster(model_str=one) for one in text.split(BETWEEN_BOOSTERS))
        names, n_classes = tuple(manifest["features"]), len(manifest["classes"])
        if any(tuple(one.feature_name()) != names or one.num_model_per_iteration() != n_classes for one in boosters):
            raise ValueError("model.txt: its features or classes are not those of manifest.json")
        self.threads = int(os.environ.get(THREADS_VARIABLE, "0")) if threads is None else threads
        self.model = OutcomeModel(
            names,
            tuple(manifest["classes"]),
            boosters,
            anchor,
            tuple(calibrator["tree_weights"]) if "tree_weights" in calibrator else (calibrator["tree_weight"],),
            calibrator["temperature"],
            calibrator["floor"],
            tuple(calibrator.get("scales", ())),
            tuple(calibrator.get("offsets", ())),
        )

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Predict the outcome probabilities of notes.

        Parameters
        ----------
        frame
            Features by name, numeric, NaN missing.  An absent column is missing for every note; the order of columns
            makes no difference; columns that the model does not know are ignored.

        Returns
        -------
        Columns ``p_<outcome>``, float64, one row a note with the index of ``frame``; each above 0, rows sum to 1.

        Raises
        ------
        ValueError
            A column that occurs twice, is not numeric or holds an infinite value; the message names it.
        """
        values = feature_values(frame, self.model.feature_names)
        columns = [f"p_{name}" for name in self.model.classes]
        probabilities = self.model.probabilities(values, self.threads)
        return pd.DataFrame(probabilities, index=frame.index, columns=columns)


def feature_values(frame: pd.DataFrame, names: Iterable[str]) -> Floats:
    """Give the named features as float64, shape (n_rows, n_names), C order, NaN missing; see :meth:`Predictor.predict`."""
    names = list(names)
    values = np.full((len(frame), len(names)), np.nan)
    for j, name in enumerate(names):
        if name not in frame.columns:
            continue
        column = frame[name]
        if isinstance(column, pd.DataFrame):
            raise ValueError(f"feature {name}: there are {column.shape[1]} columns of this name, one is needed")
        if not pd.api.types.is_numeric_dtype(column.dtype) and not column.isna().all():
            raise ValueError(f"feature {name}: numbers are needed, found the dtype {column.dtype}")
        values[:, j] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isinf(values[:, j]).any():
            row = int(np.isinf(values[:, j]).argmax())
            raise ValueError(f"feature {name}: row {row} is infinite; leave the cell empty where nothing is known")
    return values


def _read_verified(folder: Path, name: str, hashes: Mapping[str, str]) -> str:
    content = (folder / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != hashes[name]:
        raise ValueError(f"{name}: its sha256 is not the one in manifest.json; the file was changed after it was saved")
    return content.decode("utf-8")
