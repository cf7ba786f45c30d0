"""A worker of Sagewai's workflows: takes runs from a database and calls models through the gateway, with one key.

    worker.py            works until it is told to stop
    worker.py --healthy  fails unless the database of the worker that runs here has answered within a minute

What it needs, it finds in variables:

    DATABASE_URL            the workflows' own database: postgresql://user:password@host/name (`sagewai db upgrade` makes its tables)
    LITELLM_PROXY_API_BASE  the gateway: http://litellm:4000
    LITELLM_PROXY_API_KEY   the virtual key that pays
    WORKER_POOL             takes runs for this pool, and those for none. Default: "default"
    WORKER_PROJECT          takes runs of this project only. Default: of every one
    WORKER_LABELS           what runs may ask for: env=prod,zone=a. Default: nothing
    WORKER_MAX_CONCURRENT   runs that it has in hand at once. Default: 1
"""

import asyncio
import logging
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

# Steps run in this process, and the container is what confines them. Without this, Sagewai refuses to start.
os.environ.setdefault("SAGEWAI_ALLOW_HOST_EXEC", "1")
# For what calls LiteLLM past Sagewai's agents, and for agents in threads, which the credentials below don't reach.
os.environ.setdefault("USE_LITELLM_PROXY", "True")

PULSE = Path(tempfile.gettempdir()) / "sagewai-worker-pulse"
"""Its time is when the database answered last."""

PULSE_SECONDS, HEALTHY_SECONDS = 10, 60


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"worker: {name} is not set. `worker.py` says at its beginning what it needs.")
    return value


def check_pulse() -> None:
    age = time.time() - PULSE.stat().st_mtime if PULSE.exists() else None
    if age is None or age > HEALTHY_SECONDS:
        sys.exit(f"worker: the database has not answered {'yet' if age is None else f'for {age:.0f} s'}.")


async def beat(store) -> None:
    while True:
        try:
            await store._pool.fetchval("SELECT 1", timeout=PULSE_SECONDS)
            PULSE.touch()
        except Exception as error:
            logging.warning("the database does not answer: %s", error or type(error).__name__)
        await asyncio.sleep(PULSE_SECONDS)


async def work() -> None:
    database_url = setting("DATABASE_URL")
    gateway, key = setting("LITELLM_PROXY_API_BASE"), setting("LITELLM_PROXY_API_KEY")
    labels = dict(pair.split("=", 1) for pair in os.environ.get("WORKER_LABELS", "").split(",") if pair)

    from sagewai.core.state import configure_default_workflow_store
    from sagewai.core.stores.postgres import PostgresStore
    from sagewai.core.worker import WorkflowWorker
    from sagewai.models.inference import InferenceParams
    from sagewai.models.worker import WorkerCredentials

    store = PostgresStore(database_url=database_url)
    await store.initialize()
    # Before the workflows are made: each takes it as the place of its checkpoints, which are lost otherwise.
    configure_default_workflow_store(store)
    from workflows import WORKFLOWS

    worker = WorkflowWorker(
        store,
        {workflow.name: workflow for workflow in WORKFLOWS},
        project_id=os.environ.get("WORKER_PROJECT") or None,
        pool=os.environ.get("WORKER_POOL") or "default",
        labels=labels,
        max_concurrent=int(os.environ.get("WORKER_MAX_CONCURRENT") or 1),
        credentials=WorkerCredentials(
            inference_overrides=InferenceParams(
                api_base=gateway,
                api_key=key,
                # Without it, LiteLLM takes the gateway's names for a provider's own, and knows only some of them.
                custom_llm_provider="litellm_proxy",
                # An agent's own, in place of the 120 s of these parameters.
                timeout=None,
            )
        ),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: loop.create_task(worker.stop()))
    pulse = asyncio.create_task(beat(store))
    try:
        await worker.start()
    finally:
        pulse.cancel()
        PULSE.unlink(missing_ok=True)
        await store.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="worker: %(message)s")
    if sys.argv[1:] == ["--healthy"]:
        check_pulse()
    else:
        asyncio.run(work())
