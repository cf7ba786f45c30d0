"""Runs one task in a box: box.py COMMAND [ARGUMENT...].

The command is code that nobody knows. It finds the system's programs, its own folder, which is the current one, and
nothing else; and when it ends, so does all that it started. This process stays outside, between the worker and the task.
"""

import os
import signal
import sys
import threading
import time

FILES = os.path.dirname(os.path.abspath(__file__))
sys.path.append(FILES)

from confinement import LINUX, adopt_orphans, children, confine, give_up_privileges, hide  # noqa: E402
from sockets import leave_networks_only  # noqa: E402

CONFIGURATION = (
    "alternatives ca-certificates crypto-policies group host.conf hosts ld.so.cache ld.so.conf ld.so.conf.d localtime "
    "mime.types nsswitch.conf os-release passwd pki protocols resolv.conf services ssl timezone"
).split()
"""What programs read under /etc, which holds secrets besides."""

PROGRAMS = ["/bin", "/lib", "/lib32", "/lib64", "/nix/store", "/sbin", "/usr", sys.prefix, sys.base_prefix, FILES]
"""Where programs and their libraries are; Python's own may be anywhere."""

SYSTEM = ["/proc", "/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/random", "/dev/urandom"]
DEVICES = ["/dev/full", "/dev/null", "/dev/zero"]


def run(command: list[str]) -> None:
    """Becomes the command, in the box. Doesn't return."""
    os.setsid()
    give_up_privileges()
    readable = [*PROGRAMS, *SYSTEM, *(f"/etc/{name}" for name in CONFIGURATION)]
    confine(readable, writable=[os.getcwd(), *DEVICES])
    leave_networks_only()
    os.execvp(command[0], command)


def end_all(task: int) -> None:
    """Ends what the task has left running, however far it went away."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        # All that there is on other systems, where a process that takes a session of its own escapes.
        if not LINUX:
            os.killpg(task, signal.SIGKILL)
        while True:
            for pid in children():
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)
    except (ChildProcessError, ProcessLookupError):
        return


def end_with(worker: int) -> None:
    """Ends the task once its worker is gone: another one runs it again."""
    while os.getppid() == worker:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def main(command: list[str]) -> int:
    hide()
    adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    worker = os.getppid()
    task = os.fork()
    if task == 0:
        try:
            run(command)
        except BaseException as error:
            print(f"The task could not be started: {error}", file=sys.stderr, flush=True)
        os._exit(126)
    try:
        threading.Thread(target=end_with, args=[worker], daemon=True).start()
        code = os.waitstatus_to_exitcode(os.waitpid(task, 0)[1])
        return code if code >= 0 else 128 - code
    finally:
        end_all(task)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
