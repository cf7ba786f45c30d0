"""A Sagewai fleet worker: what `sagewai fleet run` does, and what a service needs besides.

Waits for an admin that is away; keeps its registration over a restart, since the admin never forgets the former one; takes
no tasks but those of its own project, pool and models; runs each in a box (box.py); and stops in time even when a task
takes longer.
"""

import asyncio
import json
import logging
import os
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from boxed import remove, run_boxed
from confinement import landlock_version
from lean import skip_initialization_of
from registration import Registration

skip_initialization_of("sagewai", "sagewai.fleet")

from sagewai.fleet.normalizer import ModelNormalizer  # noqa: E402
from sagewai.fleet.runner import RegistrationError, TerminalAuthError, WorkerRunner  # noqa: E402

ADMIN_SECONDS = 120
"""How long a starting worker waits for the admin."""

POLL_SECONDS = 3
"""Length of one request for work. A worker that is told to stop does so when the current one ends."""

GRACE_SECONDS = 8
"""How long tasks may go on once the worker is told to stop. One that is cut off runs again when its lease of 60 s ends."""

TASK_SECONDS = 300
"""How long a task may take; Sagewai's own default."""

SHOWN = 4000
"""Characters of a task's output or error that are reported."""


@dataclass(frozen=True)
class Identity:
    """What a worker registers with. When any of it changes, it registers again."""

    admin: str
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
            name=setting("REPLICA_NAME"),
            pool=setting("WORKER_POOL"),
            models=setting("WORKER_MODELS").split(","),
            labels=dict(pair.split("=", 1) for pair in labels.split(",") if pair),
            max_concurrent=int(setting("WORKER_MAX_CONCURRENT")),
            project=os.environ.get("WORKER_PROJECT"),
        )


class ForeignTask(Exception):
    """The admin gave a task that isn't this worker's. It goes to another one once its lease ends."""


@dataclass
class Worker(WorkerRunner):
    """Says when it is ready, outlives an absence of the admin, boxes its tasks, and stops in time."""

    command: list[str] = field(default_factory=list)
    """What runs each task."""

    folders: Path = Path()
    """Where each task gets a folder of its own."""

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
        if task:
            self.check(task)
        return task

    def check(self, task: dict) -> None:
        """Sagewai chooses tasks by what it has noted of a worker, which others can change."""
        model = task.get("model")
        of_models = model is None or ModelNormalizer.normalize(model) in ModelNormalizer.canonical_list(self.models)
        if (task.get("project_id"), task.get("pool"), of_models) != (self.project, self.pool, True):
            of = f"project {task.get('project_id')}, pool {task.get('pool')}, model {model}"
            raise ForeignTask(f"the admin gave it the task {task.get('run_id')} of {of}")

    def _save_creds(self) -> None:
        """They stay in memory, where no task finds them."""

    async def _execute(self, task: dict) -> tuple[str, str | None, str | None]:
        ids = {f"SAGEWAI_TASK_{name.upper()}": str(task.get(name, "")) for name in ("run_id", "job_id", "model", "pool")}
        stdin = json.dumps(task).encode()
        try:
            code, output, error = await run_boxed(self.command, stdin, self.task_env | ids, self.folders, TASK_SECONDS)
        except OSError as problem:
            return "failed", None, f"{self.name} could not start it: {problem}"
        if code is None:
            return "failed", None, f"timeout: it took more than {TASK_SECONDS} s"
        if code == 0:
            return "completed", output.decode(errors="replace")[:SHOWN], None
        return "failed", None, error.decode(errors="replace")[:SHOWN]

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


async def work(enrollment_key: str, task_environment_file: str, *command: str) -> None:
    identity = Identity.from_environment()
    home = Path(setting("SAGEWAI_HOME"))
    registration = Registration(home / "fleet", enrollment_key, asdict(identity))
    folders = home / "tasks"
    # A run that was cut off left those of its tasks.
    remove(folders)
    if landlock_version() == 0:
        say(f"{identity.name} can't confine its tasks: this system has no Landlock. They read and write what its user can.")

    await wait_for(identity.admin)
    while True:
        worker_id, worker_secret = registration.take()
        worker = Worker(
            base_url=identity.admin,
            enrollment_key=enrollment_key,
            name=identity.name,
            pool=identity.pool,
            models=identity.models,
            labels=identity.labels,
            max_concurrent=identity.max_concurrent,
            project=identity.project,
            worker_id=worker_id,
            worker_secret=worker_secret,
            command=list(command),
            folders=folders,
            task_env=task_environment(Path(task_environment_file)),
            # The first request is answered at once, and only shows whether the worker is approved.
            poll_timeout=0,
        )
        try:
            await worker.run()
            registration.keep(worker.worker_id, worker.worker_secret)
            return
        except RegistrationError as error:
            sys.exit(f"sagewai worker: the admin refused to register {identity.name}: {refusal(error)}")
        except ForeignTask as error:
            say(f"{identity.name} registers again: {error}")
            await asyncio.sleep(3)
        except TerminalAuthError as error:
            if "401" not in str(error):
                # Registering anew would undo what a person decided.
                registration.keep(worker.worker_id, worker.worker_secret)
                sys.exit(f"sagewai worker: the admin refuses {identity.name}: {error}. Approve it in Sagewai, or rotate its key.")
            say(f"the admin does not know {identity.name} any more: registering it again")
            await asyncio.sleep(3)


def task_environment(file: Path) -> dict[str, str]:
    """All that a task gets besides the system's variables."""
    lines = file.read_text(encoding="utf-8").splitlines()
    passed_on = {name: value for name, value in os.environ.items() if re.match("LITELLM_LOCAL_|WORKER_MODELS$", name)}
    return passed_on | dict(line.split("=", 1) for line in lines if line)


def refusal(error: RegistrationError) -> str:
    if error.status_code == 401:
        return "the enrollment key of its pool is unknown or revoked (401). Run `pulumi refresh`, then `pulumi up`."
    return f"{error.status_code} {error.detail}"


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"sagewai worker: {name} is not set. A worker needs it to join the fleet.")
    return value


def say(line: str) -> None:
    print(f"sagewai worker: {line}", flush=True)


def main(enrollment_key: str, *arguments: str) -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="sagewai worker: %(message)s")
    asyncio.run(work(enrollment_key, *arguments))
