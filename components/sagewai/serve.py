"""Serves the Sagewai admin: what `sagewai admin serve` does, but a pool's enrollment key holds for the pool's project only.

Sagewai binds a key to its pool, and lets whoever has it choose a project by a header of the registration. So one pool's
key would open the tasks of every project that sends some to a pool of that name.

    serve.py --host HOST --port PORT
"""

import json
import os
import sys

# Sagewai takes one key; the former one beside it was the set-up's (bootstrap.py).
os.environ["SAGEWAI_MASTER_KEY"] = os.environ["SAGEWAI_MASTER_KEY"].split(" ")[0]

from fastapi import HTTPException  # noqa: E402
from sagewai.cli import cli  # noqa: E402
from sagewai.fleet import PostgresFleetRegistry  # noqa: E402

OWNER = "llm-gateway"
"""Marks the keys that are ours, as the set-up does (bootstrap.py)."""

PROJECT_BY_POOL: dict[str, str | None] = json.loads(os.environ["POOL_PROJECTS"])

register = PostgresFleetRegistry.register_worker


async def register_in_its_project(self, *, org_id, enrollment_key=None, project_id=None, **worker):
    key = await self.validate_enrollment_key(org_id, enrollment_key) if enrollment_key else None
    if key and key.created_by == OWNER and project_id != PROJECT_BY_POOL[key.name]:
        raise HTTPException(403, f"The enrollment key of pool {key.name} is not for project {project_id}.")
    return await register(self, org_id=org_id, enrollment_key=enrollment_key, project_id=project_id, **worker)


PostgresFleetRegistry.register_worker = register_in_its_project

if __name__ == "__main__":
    sys.exit(cli(["admin", "serve", *sys.argv[1:]]))
