"""The model as MLflow serves it: a thin wrapper that runs the bundle's own copy of the predictor.

MLflow copies this file into the model and runs it in processes where notebid is not installed, so nothing of notebid is
imported here.  Feature frame in (all doubles; a column may be absent), four columns ``p_<outcome>`` out.
"""

import hashlib
import json
import runpy
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd


class OutcomePyfunc(mlflow.pyfunc.PythonModel):  # type: ignore[misc,name-defined,unused-ignore]  # untyped
    """The bundled predictor, behind MLflow's interface."""

    def load_context(self, context: Any) -> None:
        """Load the bundle; MLflow passes its context by this parameter's name.

        Raises
        ------
        ValueError
            The predictor, which is run, is not the one that the manifest names.
        """
        bundle = Path(context.artifacts["bundle"])
        told = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["files"]["predictor.py"]
        if hashlib.sha256((bundle / "predictor.py").read_bytes()).hexdigest() != told:
            raise ValueError(f"{bundle / 'predictor.py'} was changed after it was saved (its sha256 differs): not run")
        self.predictor = runpy.run_path(str(bundle / "predictor.py"))["Predictor"](bundle)

    # MLflow passes the context and the params by these names too.
    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:  # noqa: ARG002
        """Give ``p_<outcome>`` a note, float64, shape (n_notes, 4), rows as in ``model_input``."""
        return self.predictor.predict(model_input)


mlflow.models.set_model(OutcomePyfunc())
