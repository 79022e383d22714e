"""The features as a scikit-learn transformer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from features.catalogue import FEATURES
from features.frame import feature_values, refuse_unless_tape
from notes import Tape


class NoteFeatures(TransformerMixin, BaseEstimator):
    """Turn a :class:`notes.Tape` into the frame of features, as the first step of a pipeline.

    It learns nothing: ``fit`` only checks its input, ``transform`` works unfitted, and a note's features do not depend on
    any other note.  The output is a pandas frame with the feature names as columns; ``set_output(transform="default")``
    gives the bare array.  scikit-learn's global ``transform_output`` does not apply.

    Examples
    --------
    >>> import pandas as pd
    >>> from notes import Notes, PaymentHistory, Tape
    >>> notes = Notes(pd.DataFrame({"loan_id": ["1"], "as_of_date": ["2024-06-30"], "next_due_date": ["2024-03-01"]}))
    >>> frame = NoteFeatures().fit_transform(Tape(notes, PaymentHistory.from_pay_strings(["0000012234"])))
    >>> frame[["months_behind", "full_payments_6m", "history_months"]]
       months_behind  full_payments_6m  history_months
    0            4.0               2.0            10.0
    >>> NoteFeatures().transform(notes)
    Traceback (most recent call last):
        ...
    TypeError: features are computed from a notes.Tape (notes with their payment history), found Notes: ...
    """

    def __init__(self) -> None:
        self.set_output(transform="pandas")

    def fit(self, tape: Tape, y: object = None) -> NoteFeatures:  # noqa: ARG002 - scikit-learn's signature
        """Check that ``tape`` is a tape; nothing is learnt.

        Raises
        ------
        TypeError
            ``tape`` is not a :class:`notes.Tape`.
        """
        refuse_unless_tape(tape)
        return self

    def transform(self, tape: Tape) -> Any:  # scikit-learn's wrapper puts the array into the container set
        """Compute the features; see :func:`features.feature_frame`.

        Returns
        -------
        float64, shape (n_notes, n_features): a pandas frame, or an array after ``set_output(transform="default")``.

        Raises
        ------
        TypeError
            ``tape`` is not a :class:`notes.Tape`.
        """
        return feature_values(tape)

    def get_feature_names_out(
        self,
        input_features: object = None,  # noqa: ARG002 - scikit-learn's signature
    ) -> NDArray[np.object_]:
        """Give the names of the output columns, whatever ``input_features`` says: a tape has no columns to name."""
        return np.array([feature.name for feature in FEATURES], dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = True
        return tags
