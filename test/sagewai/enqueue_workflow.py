"""Enqueues runs of a workflow, one for each line of JSON on stdin: `name`, `input`, `run_id`, `project`, `pool`."""

import asyncio
import json
import os
import sys

from sagewai.core.stores.postgres import PostgresStore


async def main() -> None:
    store = PostgresStore(database_url=os.environ["DATABASE_URL"])
    await store.initialize()
    for run in map(json.loads, sys.stdin):
        await store.enqueue_workflow(
            run["name"], run["input"], run_id=run["run_id"], project_id=run["project"], worker_pool=run["pool"]
        )
    await store.close()


asyncio.run(main())
