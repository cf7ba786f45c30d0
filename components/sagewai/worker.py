"""Starts a Sagewai worker, so that the tasks which it runs as the same user can't get at what it is trusted with.

    worker.py TASK_ENVIRONMENT_FILE COMMAND [ARGUMENT...]

The command runs once per task, with the variables of the file, the task as JSON on stdin and its result on stdout. Prints
no secret.
"""

import json
import os
import signal
import sys

# Run with -I, Python takes no modules from where a task could put some, nor from beside its program.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from confinement import adopt_orphans, end_with_parent, hide  # noqa: E402


def take_enrollment_key() -> str:
    """
    The key of the worker's pool: from a variable, which is hidden with the process that has it; or, where others find a
    service by its variables, from a JSON object on stdin, and the process that they find has nothing to hide.
    """
    key = os.environ.pop("ENROLLMENT_KEY", None)
    if key is not None:
        hide()
        return key
    go_on_behind_this_process()
    try:
        return json.load(sys.stdin)["ENROLLMENT_KEY"]
    except (ValueError, KeyError):
        sys.exit("sagewai worker: ENROLLMENT_KEY is not set. A worker needs it to join the fleet.")


def go_on_behind_this_process() -> None:
    """Returns in a hidden child. What is known by its process id stays, passes on signals, and ends as the child does."""
    front = os.getpid()
    child = os.fork()
    if child == 0:
        end_with_parent(front, signal.SIGKILL)
        hide()
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(child, number))
    os.close(sys.stdin.fileno())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    enrollment_key = take_enrollment_key()
    adopt_orphans()
    # Loads much, which the process in front would have twice.
    from fleet_worker import main

    main(enrollment_key, *sys.argv[1:])
