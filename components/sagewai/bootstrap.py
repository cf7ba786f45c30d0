"""Sets up a Sagewai admin before it serves, so that it never serves the open set-up page.

Runs before each start on the same SAGEWAI_HOME and leaves what is right as it is: migrates the database, completes the
set-up, installs the API token, and sees to it that the pools' enrollment keys still hold. It is given a hash of the token, so
that the admin never knows it. Prints no secret.
"""

import asyncio
import datetime
import hashlib
import os
import ssl
import sys
import uuid
from urllib.parse import urlsplit

import asyncpg
from alembic import command
from sqlalchemy import delete, or_, select, update

# Run with -I, Python takes no modules from where others could put some, nor from beside its program.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from lean import skip_initialization_of  # noqa: E402
from master_key import MasterKeyError, MasterKeys, rotate_files  # noqa: E402

skip_initialization_of("sagewai", "sagewai.admin", "sagewai.core", "sagewai.cli")

from sagewai import home  # noqa: E402
from sagewai.admin.state_file import AdminStateFile, _verify_password  # noqa: E402
from sagewai.cli.db import build_alembic_config  # noqa: E402
from sagewai.db import factory  # noqa: E402

from pool_keys import KEYS, OWNER, TASKS, WORKERS, PoolKey, now, registered, usable_keys, withdraw  # noqa: E402

LOCK = 0x5A6E3A1
"""PostgreSQL advisory lock of the whole set-up: Sagewai takes none for its migrations nor for its first state file."""

DATABASE_SECONDS = 60
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


async def keep_enrollment_keys(organization: str) -> None:
    """Pulumi declares the pools' keys while the admin serves (pool_keys.py). Here they follow what changes at a start only."""
    async with factory.get_engine().begin() as connection:
        await take_along(connection, organization)
        # Those that the set-up of former releases installed say no project that they are for.
        former = [key for key in await usable_keys(connection) if PoolKey.of_record(key) is None]
        forgotten = await withdraw(connection, organization, former)
    if former:
        say(f"revoked {len(former)} enrollment key(s) of a former release")
        say(f"forgot {forgotten} worker(s) of their pools")


async def take_along(connection, organization: str) -> None:
    """
    The organization changes when SAGEWAI_HOME is lost, or moved with a stack that was renamed. The pools' keys go with it, and
    so do who registered with them and their tasks: a worker of another organization is seen by nobody and gets no task, but
    is told by nothing to register again.
    """
    moved = (KEYS.c.created_by == OWNER) & (KEYS.c.org_id != organization)
    keys = (await connection.execute(select(KEYS).where(moved))).all()
    for key in keys:
        for table in (WORKERS, TASKS):
            own = (table.c.org_id == key.org_id) & table.c.pool.in_(key.allowed_pools)
            await connection.execute(update(table).where(own).values(org_id=organization))
    await connection.execute(update(KEYS).where(moved).values(org_id=organization))


async def forget_dead_workers(organization: str) -> None:
    """Each new pod registers anew, and the admin lists no more than 100 workers: without this, dead ones hide the living."""
    silent = or_(WORKERS.c.last_heartbeat.is_(None), WORKERS.c.last_heartbeat < now() - FORGET_WORKERS_AFTER)
    dead = registered(organization) & silent
    async with factory.get_engine().begin() as connection:
        forgotten = (await connection.execute(delete(WORKERS).where(dead))).rowcount
    if forgotten:
        say(f"forgot {forgotten} worker(s) not heard of for a day")


def say(line: str) -> None:
    print(f"sagewai set-up: {line}", flush=True)


async def main() -> None:
    url = setting("SAGEWAI_DATABASE_URL")
    token_hash = settings_hash("API_TOKEN_HASH", setting("API_TOKEN_HASH"))
    connection = await connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        use_master_key(setting("SAGEWAI_MASTER_KEY"))
        state = AdminStateFile()
        await migrate()
        complete_setup(state, setting("ORGANIZATION"), setting("ADMIN_EMAIL"), setting("ADMIN_PASSWORD"))
        install_token(state, token_hash)
        organization = fleet_organization(state)
        await keep_enrollment_keys(organization)
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
