"""Serves the Sagewai admin: what `sagewai admin serve` does, but that the enrollment keys of our pools are as declared, and
that of the key in a provider of ours the hash is shown (provider_keys.py).

Sagewai binds a key to its pool, and lets whoever has it choose a project by a header of the registration. So one pool's
key would open the tasks of every project that sends some to a pool of that name. Here it holds for the pool's project only,
which its record says (pool_keys.py): a pool comes, goes or changes while the admin serves.

    serve.py --host HOST --port PORT
"""

import os
import sys

# Run with -I, Python takes no modules from where others could put some, nor from beside its program.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

# Sagewai takes one key; the former one beside it was the set-up's (bootstrap.py).
os.environ["SAGEWAI_MASTER_KEY"] = os.environ["SAGEWAI_MASTER_KEY"].split(" ")[0]

from fastapi import HTTPException  # noqa: E402
from sagewai.cli import cli  # noqa: E402
from sagewai.fleet import PostgresFleetRegistry as Registry  # noqa: E402
from sqlalchemy import delete, select  # noqa: E402

import provider_keys  # noqa: E402
from pool_keys import KEYS, OWNER, WORKERS, PoolKey, Revoked, declare, declared, withdraw  # noqa: E402

create, revoke, register = Registry.create_enrollment_key, Registry.revoke_enrollment_key, Registry.register_worker


async def create_as_declared(self, org_id, name, created_by, **limits):
    """A key that is declared is ours, and of a value that only its maker knows: the answer has none."""
    declaration = declared(name)
    if declaration is None:
        return await create(self, org_id, name, created_by, **limits)
    async with self._begin() as connection:
        try:
            key_id = await declare(connection, org_id, *declaration)
        except Revoked as revoked:
            raise HTTPException(409, str(revoked)) from None
        key = (await connection.execute(select(KEYS).where(KEYS.c.id == key_id))).one()
    return self._row_to_key(key), ""


async def revoke_with_workers(self, key_id):
    async with self._begin() as connection:
        of_ours = (KEYS.c.id == key_id) & (KEYS.c.created_by == OWNER)
        key = (await connection.execute(select(KEYS).where(of_ours))).first()
        if key:
            await withdraw(connection, key.org_id, [key])
            return
    await revoke(self, key_id)


async def register_in_its_project(self, *, org_id, enrollment_key=None, project_id=None, **worker):
    key = await self.validate_enrollment_key(org_id, enrollment_key) if enrollment_key else None
    if key is None or key.created_by != OWNER:
        return await register(self, org_id=org_id, enrollment_key=enrollment_key, project_id=project_id, **worker)
    of_pool = PoolKey.of_record(key)
    if of_pool is None:
        raise HTTPException(401, f"The enrollment key {key.name} was made by a former release.")
    if project_id != of_pool.project:
        raise HTTPException(403, f"The enrollment key of pool {of_pool.pool} is not for project {project_id}.")
    registered = await register(self, org_id=org_id, enrollment_key=enrollment_key, project_id=project_id, **worker)
    await expel_if_changed(self, registered, key)
    return registered


async def expel_if_changed(self, worker, key):
    """
    Expels a worker whose key was withdrawn, or given to another project, while it registered. Whoever does that waits for the
    lock on the key, and then forgets this worker too, or comes first and is seen here.
    """
    async with self._begin() as connection:
        current = (await connection.execute(select(KEYS).where(KEYS.c.id == key.id).with_for_update(read=True))).first()
        if current and not current.revoked and current.name == key.name:
            return
        await connection.execute(delete(WORKERS).where(WORKERS.c.worker_id == worker.id))
    raise HTTPException(401, "Invalid enrollment key")


Registry.create_enrollment_key = create_as_declared
Registry.revoke_enrollment_key = revoke_with_workers
Registry.register_worker = register_in_its_project
provider_keys.show_hashes()

if __name__ == "__main__":
    sys.exit(cli(["admin", "serve", *sys.argv[1:]]))
