"""Many small fits, each on one thread, next to each other in processes.

Linear algebra spread over threads sums in an order that depends on how many there are, so the same data would give another
model on another machine.  What a model is made of is computed on one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from notes import NotebidError

_Result = TypeVar("_Result")
Job = tuple[Callable[..., Any], tuple[Any, ...]]


def run_side_by_side(jobs: Sequence[Job], n_jobs: int | None) -> list[Any]:
    """Run functions of their own arguments and give the results in order.

    One thread a fit in every case: the sums, and so the model, are then the same for any ``n_jobs``.

    Raises
    ------
    NotebidError
        A process was ended from outside.
    """
    if joblib.effective_n_jobs(1 if n_jobs is None else n_jobs) == 1 or len(jobs) == 1:
        return [on_one_thread(function, *arguments) for function, arguments in jobs]
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        try:
            results: list[Any] = joblib.Parallel(n_jobs=n_jobs)(
                joblib.delayed(on_one_thread)(function, *arguments) for function, arguments in jobs
            )
        except TerminatedWorkerError:
            raise NotebidError(
                "a process that fitted a part of the model was ended from outside, most often since memory ran out. Nothing "
                "was changed. Run it again, beside less else"
            ) from None
    return results


def on_one_thread(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Run a function with linear algebra and OpenMP held to one thread."""
    with threadpool_limits(limits=1):
        return function(*arguments)
