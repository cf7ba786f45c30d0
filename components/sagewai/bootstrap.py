"""Sets up a Sagewai admin before it serves, so that it never serves the open set-up page.

Runs before each start on the same SAGEWAI_HOME and leaves what is right as it is: migrates the database, completes the
set-up, installs the API token and one enrollment key per worker pool, and revokes those that are no longer declared.
It is given hashes of the tokens and keys, so that the admin never knows them. Prints no secret.
"""

import asyncio
import datetime
import hashlib
import json
import os
import ssl
import sys
import uuid
from urllib.parse import urlsplit

import asyncpg
from alembic import command
from sqlalchemy import delete, insert, or_, select, update

# Run with -I, Python takes no modules from where others could put some, nor from beside its program.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from lean import skip_initialization_of  # noqa: E402
from master_key import MasterKeyError, MasterKeys, rotate_files  # noqa: E402

skip_initialization_of("sagewai", "sagewai.admin", "sagewai.core", "sagewai.cli")

from sagewai import home  # noqa: E402
from sagewai.admin.state_file import AdminStateFile, _verify_password  # noqa: E402
from sagewai.cli.db import build_alembic_config  # noqa: E402
from sagewai.db import factory  # noqa: E402
from sagewai.db.models import EnrollmentKeyModel, WorkerModel  # noqa: E402

OWNER = "llm-gateway"
"""Marks the tokens and keys that are ours: those that people made are left alone."""

LOCK = 0x5A6E3A1
"""PostgreSQL advisory lock of the whole set-up: Sagewai takes none for its migrations nor for its first state file."""

DATABASE_SECONDS = 60
WORKERS = WorkerModel.__table__
FORGET_WORKERS_AFTER = datetime.timedelta(days=1)


class SetupError(Exception):
    """A mistake in what the admin was given. The message says what to do."""


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SetupError(f"{name} is not set. The admin needs it to set itself up.")
    return value


def settings_hash(name: str, value: str) -> str:
    if len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise SetupError(f"{name} must be a SHA-256 in lower-case hexadecimal (64 characters), got {len(value)} characters.")
    return value


async def connect(url: str) -> asyncpg.Connection:
    """Connects to the database, waiting for it while it starts."""
    where = f"{urlsplit(url).hostname}:{urlsplit(url).port or 5432}{urlsplit(url).path}"
    deadline = asyncio.get_running_loop().time() + DATABASE_SECONDS
    while True:
        try:
            return await asyncpg.connect(url, timeout=10)
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError) as error:
            raise SetupError(f"The database at {where} refused the user of SAGEWAI_DATABASE_URL: {error}.") from None
        except ssl.SSLCertVerificationError as error:
            raise SetupError(
                f"The server at {where} has no certificate of an authority that counts for it: {error.verify_message}. "
                "Check the server's certificate and the authority that the settings name (docs/troubleshooting.md)."
            ) from None
        except asyncpg.InvalidCatalogNameError as error:
            raise SetupError(f"The database server has no such database ({where}): {error}. Create it first.") from None
        except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            if "rejected SSL upgrade" in str(error):
                raise SetupError(f"The server at {where} has no TLS, without which nobody knows who it is.") from None
            if asyncio.get_running_loop().time() > deadline:
                raise SetupError(
                    f"The database at {where} could not be reached for {DATABASE_SECONDS} s: {error or type(error).__name__}. "
                    "Check SAGEWAI_DATABASE_URL and that PostgreSQL runs."
                ) from None
            say(f"waiting for the database at {where}")
            await asyncio.sleep(2)


async def migrate() -> None:
    # Alembic's environment starts an event loop of its own, which this thread has already.
    await asyncio.to_thread(command.upgrade, build_alembic_config(""), "head")


def use_master_key(keys: str) -> None:
    try:
        changed = rotate_files([home.config_dir(), home.secrets_dir()], MasterKeys(keys))
    except MasterKeyError as error:
        raise SetupError(str(error)) from None
    if changed:
        say(f"encrypted {', '.join(changed)} with the new master key")


def complete_setup(state: AdminStateFile, organization: str, email: str, password: str) -> None:
    if not state.is_setup_complete():
        state.complete_setup(org_name=organization, admin_email=email, admin_password=password)
        say(f"completed the set-up of {organization} with the administrator {email}")
        return

    def declare(data: dict) -> None:
        data["org_name"] = organization
        data["admin"]["email"] = email

    state.mutate(declare)
    administrator = state._read()["admin"]
    if not _verify_password(password, administrator["password_hash"], administrator["password_salt"]):
        state.reset_admin_password(password)
        say("set the administrator's password to the declared one and ended all sessions")


def install_token(state: AdminStateFile, token_hash: str) -> None:
    def declare(data: dict) -> None:
        tokens = [t for t in data.get("api_tokens", []) if t["name"] != OWNER or t["token_hash"] == token_hash]
        if not any(t["token_hash"] == token_hash for t in tokens):
            tokens.append(
                {
                    "id": f"tok-{uuid.uuid4().hex[:12]}",
                    "name": OWNER,
                    "token_hash": token_hash,
                    "prefix": OWNER,
                    "scopes": ["read", "write", "admin"],
                    "created_at": now().isoformat(),
                    "last_used": None,
                    "revoked": False,
                }
            )
        data["api_tokens"] = tokens

    state.mutate(declare)


def fleet_organization(state: AdminStateFile) -> str:
    """The organization that `admin serve` gives to workers, derived as its serve.py does."""
    administrator = state._read()["admin"]["id"]
    return "default:" + hashlib.sha256(f"{state._path}:{administrator}".encode()).hexdigest()[:16]


def registered(organization: str):
    """The fleet's workers, but for revoked ones: forgotten, they could register again."""
    of_fleet = (WORKERS.c.org_id == organization) & (WORKERS.c.status == "fleet")
    return of_fleet & WORKERS.c.approval_status.in_(["approved", "pending"])


async def install_enrollment_keys(organization: str, hash_by_pool: dict[str, str]) -> None:
    keys = EnrollmentKeyModel.__table__
    async with factory.get_engine().begin() as connection:
        for pool, key_hash in hash_by_pool.items():
            known = (await connection.execute(select(keys.c.id, keys.c.revoked).where(keys.c.key_hash == key_hash))).first()
            # A pool's name is part of its key; the organization changes when SAGEWAI_HOME is lost.
            declared = {"org_id": organization, "name": pool, "allowed_pools": [pool]}
            if known:
                await connection.execute(update(keys).where(keys.c.id == known.id).values(**declared))
                if known.revoked:
                    say(f"the enrollment key of pool {pool} was revoked in Sagewai: its workers need a new one to register")
            else:
                # Each restart of a worker may use its key again: without a limit.
                await connection.execute(
                    insert(keys).values(
                        id=str(uuid.uuid4()),
                        key_hash=key_hash,
                        max_uses=None,
                        current_uses=0,
                        expires_at=None,
                        allowed_models=[],
                        created_at=now(),
                        created_by=OWNER,
                        revoked=False,
                        **declared,
                    )
                )
        former = (keys.c.created_by == OWNER) & keys.c.key_hash.not_in(hash_by_pool.values()) & keys.c.revoked.is_(False)
        revoke = update(keys).where(former).values(revoked=True).returning(keys.c.name)
        revoked = (await connection.execute(revoke)).scalars().all()
        if revoked:
            say(f"revoked {len(revoked)} enrollment key(s) that are no longer declared")
            # Else a key that leaked would go on working for those who have registered with it.
            of_them = registered(organization) & WORKERS.c.pool.in_(revoked)
            forgotten = (await connection.execute(delete(WORKERS).where(of_them))).rowcount
            say(f"forgot {forgotten} worker(s) of their pools")


async def forget_dead_workers(organization: str) -> None:
    """Each new pod registers anew, and the admin lists no more than 100 workers: without this, dead ones hide the living."""
    silent = or_(WORKERS.c.last_heartbeat.is_(None), WORKERS.c.last_heartbeat < now() - FORGET_WORKERS_AFTER)
    dead = registered(organization) & silent
    async with factory.get_engine().begin() as connection:
        forgotten = (await connection.execute(delete(WORKERS).where(dead))).rowcount
    if forgotten:
        say(f"forgot {forgotten} worker(s) not heard of for a day")


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def say(line: str) -> None:
    print(f"sagewai set-up: {line}", flush=True)


async def main() -> None:
    url = setting("SAGEWAI_DATABASE_URL")
    token_hash = settings_hash("API_TOKEN_HASH", setting("API_TOKEN_HASH"))
    hash_by_pool = {
        pool: settings_hash(f"ENROLLMENT_KEY_HASHES of pool {pool}", key_hash)
        for pool, key_hash in json.loads(setting("ENROLLMENT_KEY_HASHES")).items()
    }
    connection = await connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        use_master_key(setting("SAGEWAI_MASTER_KEY"))
        state = AdminStateFile()
        await migrate()
        complete_setup(state, setting("ORGANIZATION"), setting("ADMIN_EMAIL"), setting("ADMIN_PASSWORD"))
        install_token(state, token_hash)
        organization = fleet_organization(state)
        await install_enrollment_keys(organization, hash_by_pool)
        await forget_dead_workers(organization)
        await factory.dispose_engine()
    finally:
        await connection.close()
    say("done")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except SetupError as error:
        sys.exit(f"sagewai set-up: {error}")
