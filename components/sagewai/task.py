"""Runs one fleet task: task.py [HANDLER].

A handler reads the task as JSON from stdin and prints the reply, as Sagewai's own does, which runs where a pool has none of
its own. The agents of either call models as the pool does (overrides.py).
"""

import io
import json
import os
import runpy
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from lean import skip_initialization_of  # noqa: E402


def run_sagewais_own() -> None:
    skip_initialization_of("sagewai")
    from overrides import override_inference
    from sagewai.examples.fleet import agent_task_handler
    from soft_budget import within_soft_budget

    override_inference()
    sys.exit(within_soft_budget(agent_task_handler.main))


def run_pools_own(handler: str) -> None:
    # With all of Sagewai, of which the handler may use whatever it likes.
    from overrides import override_inference
    from soft_budget import within_soft_budget

    override_inference()
    sys.argv = [handler]
    sys.exit(within_soft_budget(lambda: run_program(handler)))


def run_program(path: str) -> int:
    """A program that comes to its end has succeeded; any other code it says itself."""
    runpy.run_path(path, run_name="__main__")
    return 0


def is_of_verify(task: bytes) -> bool:
    """Whether it only tries that the pool's tasks reach a model: who knows what the pool's own handler would do with it?"""
    try:
        return json.loads(task)["payload"]["verify"] is True
    except (ValueError, KeyError, TypeError):
        return False


task = sys.stdin.buffer.read()
sys.stdin = io.TextIOWrapper(io.BytesIO(task), encoding="utf-8")
if len(sys.argv) > 1 and not is_of_verify(task):
    run_pools_own(sys.argv[1])
else:
    run_sagewais_own()
