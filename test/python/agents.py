"""Two agents of each of some projects, which live as long as the test and call when it says so.

Reads lines of JSON from stdin: first the gateway's `url` and the projects' `keys` by name, then a `project`, an `agent` (0 or
1) and a `way`, "chat" or "stream". Answers each with a line of JSON: `answer`, or why the agent `stopped` or `failed`, and its budget's
`events`.
"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "python"))

from sagewai.errors import SagewaiBudgetExceededError, SagewaiLLMError  # noqa: E402

from llm_gateway_agents import gateway_agent  # noqa: E402


async def called(agent, way: str) -> dict:
    try:
        if way == "chat":
            return {"answer": await agent.chat("Hello")}
        return {"answer": "".join([piece async for piece in agent.chat_stream("Hello")])}
    except SagewaiBudgetExceededError as error:
        return {"stopped": error.reason}
    except SagewaiLLMError as error:
        return {"failed": str(error)}


async def main() -> None:
    gateway = json.loads(sys.stdin.readline())
    options = {"model": "gpt-4o", "api_base": gateway["url"], "max_tokens": 8}
    agents = {
        name: [gateway_agent(f"agent-{number}", project=name, api_key=key, **options) for number in range(2)]
        for name, key in gateway["keys"].items()
    }
    events: list[str] = []
    for agent in sum(agents.values(), []):
        agent.on_event(lambda event, data: events.append(event.value) if event.value.startswith("budget_") else None)
    print(json.dumps({"answer": "ready"}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        call = json.loads(line)
        result = await called(agents[call["project"]][call["agent"]], call["way"])
        print(json.dumps({**result, "events": events}), flush=True)
        events.clear()


asyncio.run(main())
