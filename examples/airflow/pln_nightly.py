"""The nightly run as a DAG of Airflow 3, in the folder of DAGs; `pln` is where the worker runs.

In Airflow 2, `dag` and `task` are in `airflow.decorators`.
"""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta

from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk import dag, task

PLN = "/opt/pln/bin/pln"
SETTINGS = "/etc/pln/pln.toml"

MISUSED, BAD_INPUT, BUSY = 2, 3, 4
"""Exit codes after which trying again is of no use; after any other one the task does."""


@task(retries=3, retry_delay=timedelta(minutes=15), execution_timeout=timedelta(hours=8))
def nightly() -> None:
    """Ingest, train, gate, publish, export; a later attempt goes on where this one broke off."""
    with subprocess.Popen([PLN, "nightly", "--config", SETTINGS]) as run:  # noqa: S603  (ours)
        try:
            code = run.wait()
        except BaseException:
            run.terminate()  # stopped by Airflow: let it write its report, and leave its lock
            raise
    if code == BUSY:
        raise AirflowSkipException("another run is at work")
    if code in {MISUSED, BAD_INPUT}:
        raise AirflowFailException(f"exit code {code}: settings or data need to be looked at")
    if code:
        raise RuntimeError(f"exit code {code}")


@dag(
    schedule="0 2 * * *",
    start_date=datetime(2025, 1, 1),
    catchup=False,  # a run reads the data of now; there is nothing to make up for
    max_active_runs=1,
)
def pln_nightly() -> None:
    """Everyone's lists, new each morning."""
    nightly()


pln_nightly()
