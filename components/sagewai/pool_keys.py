"""The enrollment keys of this program's pools, as they are in Sagewai's database.

Sagewai binds a key to a pool and to no project, and makes up its value. Pulumi needs to say both: so that a key can be made
again after a call whose answer was lost, and is known before it is made. So it declares a key to Sagewai's own API by a
name that says all of it, which nobody gives a key by accident:

    pool gpu, project research, sha256 <of the key, in lower-case hexadecimal>

Its record has the name without the hash, and a maker that the API writes for no other key.
"""

import datetime
import re
import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sagewai.db.models import EnrollmentKeyModel, FleetTaskModel, WorkerModel

OWNER = "llm-gateway"
"""Made the tokens and keys that are ours: those that people made are left alone."""

LOCK = 0x5A6E3A2
"""PostgreSQL advisory lock of declarations: one whose answer is late is made again, and its key must not be there twice."""

KEYS = EnrollmentKeyModel.__table__
WORKERS = WorkerModel.__table__
TASKS = FleetTaskModel.__table__

NAME = re.compile(r"pool ([a-z0-9-]+), (?:project ([a-z0-9-]+)|no project)")
DECLARATION = re.compile(rf"({NAME.pattern}), sha256 ([0-9a-f]{{64}})")


class Revoked(Exception):
    """The declared key was revoked. It stays so: who revoked it may know that it leaked."""


@dataclass(frozen=True)
class PoolKey:
    """What a key of ours is for."""

    name: str
    pool: str
    project: str | None

    @staticmethod
    def of_record(key) -> "PoolKey | None":
        """Of a key as the database has it; None for one that people made, or a former release of ours."""
        name = NAME.fullmatch(key.name or "") if key.created_by == OWNER else None
        return PoolKey(name[0], name[1], name[2]) if name else None


def declared(name) -> tuple[PoolKey, str] | None:
    """A key of ours, and its hash, if this is the name of a declaration. Sagewai takes anything for a name."""
    found = DECLARATION.fullmatch(name) if isinstance(name, str) else None
    return (PoolKey(found[1], found[2], found[3]), found[4]) if found else None


async def declare(connection: AsyncConnection, organization: str, key: PoolKey, key_hash: str) -> str:
    """
    Makes a key, or leaves it as it is, and withdraws all others of its pool.

    @returns Its id.
    @raises Revoked
    """
    await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    same = (KEYS.c.key_hash == key_hash) & (KEYS.c.created_by == OWNER)
    known = (await connection.execute(select(KEYS).where(same))).first()
    if known and known.revoked:
        raise Revoked(f"The enrollment key of pool {key.pool} was revoked.")
    key_id = str(known.id) if known else str(uuid.uuid4())
    of_pool = {"org_id": organization, "name": key.name, "allowed_pools": [key.pool]}
    if known:
        await connection.execute(update(KEYS).where(KEYS.c.id == key_id).values(**of_pool))
    else:
        # Each restart of a worker may use its key again: without a limit.
        limits = {"max_uses": None, "current_uses": 0, "expires_at": None, "allowed_models": [], "revoked": False}
        made = {"id": key_id, "key_hash": key_hash, "created_at": now(), "created_by": OWNER}
        await connection.execute(insert(KEYS).values(**of_pool, **limits, **made))
    others = [other for other in await usable_keys(connection) if str(other.id) != key_id and key.pool in other.allowed_pools]
    await withdraw(connection, organization, others)
    return key_id


async def usable_keys(connection: AsyncConnection) -> list:
    """Our keys that aren't revoked, former releases' too."""
    of_ours = (KEYS.c.created_by == OWNER) & KEYS.c.revoked.is_(False)
    return list(await connection.execute(select(KEYS).where(of_ours)))


async def withdraw(connection: AsyncConnection, organization: str, keys: list) -> int:
    """
    Revokes keys, and forgets the workers of their pools: else a key that leaked would go on working for those who have
    registered with it.

    @returns How many workers.
    """
    if not keys:
        return 0
    await connection.execute(update(KEYS).where(KEYS.c.id.in_([key.id for key in keys])).values(revoked=True))
    pools = {pool for key in keys for pool in key.allowed_pools}
    return (await connection.execute(delete(WORKERS).where(registered(organization) & WORKERS.c.pool.in_(pools)))).rowcount


def registered(organization: str):
    """The fleet's workers, but for revoked ones: forgotten, they could register again."""
    of_fleet = (WORKERS.c.org_id == organization) & (WORKERS.c.status == "fleet")
    return of_fleet & WORKERS.c.approval_status.in_(["approved", "pending"])


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
