"""Runs tasks in boxes (box.py): each finds an empty folder of its own, and leaves nothing behind."""

import asyncio
import os
import re
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from confinement import children

BOX = str(Path(__file__).with_name("box.py"))

SYSTEM_VARIABLES = re.compile("(PATH|USER|LOGNAME|SHELL|TERM|TZ|LANG.*|LC_.*)$")
"""Where programs are, and the user's language: all that a task gets of the worker's own environment."""


async def run_boxed(command: list[str], stdin: bytes, variables: dict[str, str], folders: Path, seconds: float):
    """
    Runs the command to its end, in a folder of its own under `folders`.

    Returns its exit code, None if it took longer than `seconds`, with what it wrote to stdout and stderr.
    """
    folder = folders / os.urandom(8).hex()
    folder.mkdir(parents=True, mode=0o700)
    system = {name: value for name, value in os.environ.items() if SYSTEM_VARIABLES.match(name)}
    pipe = asyncio.subprocess.PIPE
    try:
        box = await asyncio.create_subprocess_exec(
            *[sys.executable, "-I", "-B", BOX, *command],
            env={**system, **variables, "HOME": str(folder), "TMPDIR": str(folder)},
            cwd=folder,
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )
        try:
            output, error = await asyncio.wait_for(box.communicate(stdin), seconds)
        except asyncio.TimeoutError:
            await end(box)
            return None, b"", b""
        return box.returncode, output, error
    finally:
        await asyncio.to_thread(end_strays)
        await asyncio.to_thread(remove, folder)


async def end(box: asyncio.subprocess.Process) -> None:
    box.terminate()
    try:
        await asyncio.wait_for(box.wait(), 5)
    except asyncio.TimeoutError:
        box.kill()
        await box.wait()


def end_strays() -> None:
    """Ends what is left of a task that ended its box. Boxes are in this process's session, and no task is."""
    for pid in children(not_in_session=os.getsid(0)):
        # Another task's end may have come first.
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def remove(folder: Path) -> None:
    """Removes a folder with all that is in it, also where permissions were taken away."""
    if folder.is_symlink() or not folder.exists():
        folder.unlink(missing_ok=True)
        return
    folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
