"""Many small fits, each on one thread, next to each other in processes.

Linear algebra spread over threads sums in an order that depends on how many there are, so the same data would give another
model on another machine.  What a model is made of is computed on one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import joblib
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

_Result = TypeVar("_Result")
Job = tuple[Callable[..., Any], tuple[Any, ...]]


def run_side_by_side(jobs: Sequence[Job], n_jobs: int | None) -> list[Any]:
    """Run functions of their own arguments and give the results in order.

    One thread a fit in every case: the sums, and so the model, are then the same for any ``n_jobs``.
    """
    if joblib.effective_n_jobs(1 if n_jobs is None else n_jobs) == 1 or len(jobs) == 1:
        return [on_one_thread(function, *arguments) for function, arguments in jobs]
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        results: list[Any] = joblib.Parallel(n_jobs=n_jobs)(
            joblib.delayed(on_one_thread)(function, *arguments) for function, arguments in jobs
        )
    return results


def on_one_thread(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Run a function with linear algebra and OpenMP held to one thread."""
    with threadpool_limits(limits=1):
        return function(*arguments)
