"""A pool's own handler, whose agents ask a model in every way that a program has. Reads the task from stdin.

Prints, as JSON, what each way got: `null` for an answer, else the error. The payload says which `models` to ask for, which of the
`ways`, and which of its variables it does `without`.
"""

import asyncio
import contextvars
import json
import os
import subprocess
import sys
import threading

import litellm
from sagewai import UniversalAgent

# What LiteLLM prints to stdout at an error would be part of the reply.
litellm.suppress_debug_info = True
payload = json.load(sys.stdin)["payload"]
for variable in payload["without"]:
    os.environ.pop(variable, None)


def ask(model: str, **more: object):
    return UniversalAgent(name="asker", model=model, **more).chat("Hello")


async def stream(model: str) -> None:
    agent = UniversalAgent(name="asker", model=model)
    assert [piece async for piece in agent.chat_stream("Hello")]


def with_an_address_and_a_key_of_its_own(model: str) -> None:
    asyncio.run(ask(model, api_base="http://127.0.0.1:9", api_key="sk-of-its-own"))


def in_a_thread(model: str) -> None:
    errors = []

    def run() -> None:
        try:
            asyncio.run(ask(model))
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]


def in_an_executor(model: str) -> None:
    async def run() -> None:
        await asyncio.get_running_loop().run_in_executor(None, lambda: asyncio.run(ask(model)))

    asyncio.run(run())


def in_an_empty_context(model: str) -> None:
    async def run() -> None:
        await asyncio.create_task(ask(model), context=contextvars.Context())

    asyncio.run(run())


def after_a_fork(model: str) -> None:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(ask(model))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0


def in_a_program_of_its_own(model: str) -> None:
    program = "import asyncio, sys; from sagewai import UniversalAgent; asyncio.run(UniversalAgent(name='asker', model=sys.argv[1]).chat('Hello'))"
    done = subprocess.run([sys.executable, "-c", program, model], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def past_agents(model: str) -> None:
    """As the parts of Sagewai do that compact conversations or judge answers."""
    asyncio.run(litellm.acompletion(model=model, messages=[{"role": "user", "content": "Hello"}]))


WAYS = {
    "simply": lambda model: asyncio.run(ask(model)),
    "streamed": lambda model: asyncio.run(stream(model)),
    "with an address and a key of its own": with_an_address_and_a_key_of_its_own,
    "in a thread": in_a_thread,
    "in an executor": in_an_executor,
    "in an empty context": in_an_empty_context,
    "after a fork": after_a_fork,
    "in a program of its own": in_a_program_of_its_own,
    "past agents": past_agents,
}


def outcome(way: str, model: str) -> str | None:
    try:
        WAYS[way](model)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return None


print(json.dumps({f"{way}: {model}": outcome(way, model) for way in payload["ways"] for model in payload["models"]}))
