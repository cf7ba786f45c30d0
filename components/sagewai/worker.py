"""Runs a Sagewai fleet worker: what `sagewai fleet run` does, and what a service needs besides.

Takes its secrets from the environment and not from its arguments, which everyone on the machine can read; waits for an
admin that is away; keeps its registration over a restart, since the admin never forgets the former one; and stops in time
even when a task takes longer. Prints no secret.

    worker.py TASK_ENVIRONMENT_FILE COMMAND [ARGUMENT...]

The command runs once per task, with the variables of the file, the task as JSON on stdin and its result on stdout.
"""

import asyncio
import hashlib
import json
import logging
import os
import re
import shlex
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from lean import skip_initialization_of

skip_initialization_of("sagewai", "sagewai.fleet")

from sagewai.fleet.runner import RegistrationError, TerminalAuthError, WorkerRunner  # noqa: E402

ADMIN_SECONDS = 120
"""How long a starting worker waits for the admin."""

POLL_SECONDS = 3
"""Length of one request for work. A worker that is told to stop does so when the current one ends."""

GRACE_SECONDS = 8
"""How long tasks may go on once the worker is told to stop. One that is cut off runs again when its lease of 60 s ends."""


@dataclass(frozen=True)
class Identity:
    """What a worker registers with. When any of it changes, it registers anew."""

    admin: str
    enrollment_key: str
    name: str
    pool: str
    models: list[str]
    labels: dict[str, str]
    max_concurrent: int
    project: str | None

    @staticmethod
    def from_environment() -> "Identity":
        labels = os.environ.get("WORKER_LABELS", "")
        return Identity(
            admin=setting("FLEET_GATEWAY_URL").rstrip("/"),
            enrollment_key=setting("ENROLLMENT_KEY"),
            name=setting("REPLICA_NAME"),
            pool=setting("WORKER_POOL"),
            models=setting("WORKER_MODELS").split(","),
            labels=dict(pair.split("=", 1) for pair in labels.split(",") if pair),
            max_concurrent=int(setting("WORKER_MAX_CONCURRENT")),
            project=os.environ.get("WORKER_PROJECT"),
        )

    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


class Registration:
    """A worker's credentials, kept for the next run only by a run that left no task unfinished.

    Heartbeats renew the leases of all tasks of a registration. One that was taken over after a crash would hold on to
    the tasks that died with the crash, which then never run.
    """

    def __init__(self, identity: Identity) -> None:
        folder = Path(setting("SAGEWAI_HOME")) / "fleet"
        self.kept = folder / f"{identity.digest()}.json"
        self.used = folder / f"{identity.digest()}.used.json"

    def take(self) -> str | None:
        """The worker's ID, if the former run kept it."""
        if not self.kept.exists():
            self.used.unlink(missing_ok=True)
            return None
        self.kept.replace(self.used)
        return json.loads(self.used.read_text())["worker_id"]

    def keep(self) -> None:
        self.used.replace(self.kept)


class Worker(WorkerRunner):
    """Says when it is ready, outlives an absence of the admin, and stops in time."""

    connected: bool | None = None

    async def _claim(self) -> dict | None:
        try:
            task = await super()._claim()
        except httpx.HTTPError as error:
            if self.connected is not False:
                say(f"{self.name} lost the admin and keeps trying: {error or type(error).__name__}")
            self.connected = False
            return None
        if not self.connected:
            say(f"{self.name} is ready: approved in pool {self.pool} for {', '.join(self.models)}")
            self.poll_timeout = POLL_SECONDS
        self.connected = True
        return task

    async def run(self) -> None:
        deadline = asyncio.create_task(self.stop_in_time())
        try:
            await super().run()
        finally:
            deadline.cancel()

    async def stop_in_time(self) -> None:
        await self._stop.wait()
        await asyncio.sleep(GRACE_SECONDS)
        say(f"{self.name} stops in the middle of a task, which runs again when its lease ends")
        os._exit(0)


async def wait_for(admin: str) -> None:
    deadline = time.monotonic() + ADMIN_SECONDS
    async with httpx.AsyncClient(timeout=5) as client:
        while True:
            try:
                status = (await client.get(f"{admin}/api/v1/health/summary")).status_code
                if status == 200:
                    return
                reason = f"it answers {status}"
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
            if time.monotonic() > deadline:
                sys.exit(f"sagewai worker: the admin at {admin} was not ready within {ADMIN_SECONDS} s: {reason}. See its log.")
            say(f"waiting for the admin at {admin}: {reason}")
            await asyncio.sleep(3)


async def main(task_environment_file: str, *command: str) -> None:
    identity = Identity.from_environment()
    registration = Registration(identity)

    await wait_for(identity.admin)
    while True:
        worker_id = registration.take()
        worker = Worker(
            base_url=identity.admin,
            enrollment_key=identity.enrollment_key,
            name=identity.name,
            pool=identity.pool,
            models=identity.models,
            labels=identity.labels,
            max_concurrent=identity.max_concurrent,
            project=identity.project,
            worker_id=worker_id,
            creds_file=str(registration.used),
            # Without the shell in between, the task sees when its worker is gone.
            exec_cmd=f"exec {shlex.join(command)}",
            task_env=task_environment(Path(task_environment_file)),
            # The first request is answered at once, and only shows whether the worker is approved.
            poll_timeout=0,
        )
        try:
            await worker.run()
            registration.keep()
            return
        except RegistrationError as error:
            sys.exit(f"sagewai worker: the admin refused to register {identity.name}: {refusal(error)}")
        except TerminalAuthError as error:
            if "401" not in str(error):
                # Registering anew would undo what a person decided.
                registration.keep()
                sys.exit(f"sagewai worker: the admin refuses {identity.name}: {error}. Approve it in Sagewai, or rotate its key.")
            say(f"the admin does not know {identity.name} any more: registering it again")
            await asyncio.sleep(3)


def task_environment(file: Path) -> dict[str, str]:
    """All that a task gets beside PATH and HOME."""
    lines = file.read_text(encoding="utf-8").splitlines()
    passed_on = {name: value for name, value in os.environ.items() if re.match("LITELLM_LOCAL_|WORKER_MODELS$", name)}
    return passed_on | dict(line.split("=", 1) for line in lines if line)


def refusal(error: RegistrationError) -> str:
    if error.status_code == 401:
        return "the enrollment key of its pool is unknown or revoked (401). Run `pulumi up`, which installs it again."
    return f"{error.status_code} {error.detail}"


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"sagewai worker: {name} is not set. A worker needs it to join the fleet.")
    return value


def say(line: str) -> None:
    print(f"sagewai worker: {line}", flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="sagewai worker: %(message)s")
    asyncio.run(main(*sys.argv[1:]))
