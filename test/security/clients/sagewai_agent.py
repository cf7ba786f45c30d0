"""Runs Sagewai's agent and its client of the gateway as the guide has them, and prints what they got as JSON.

Waits for a line of JSON on stdin: the gateway's `url`, a project's `key`, and the `masterKey`.
"""

import asyncio
import json
import sys

from sagewai import UniversalAgent, tool
from sagewai.integrations.litellm_proxy import LiteLLMProxyClient

MODELS = ["gpt-4o", "claude-sonnet", "gemini-flash"]


@tool
async def look_up(city: str) -> str:
    """Tells about a city."""
    return f"{city} is a city."


def agent(gateway: dict, model: str, **more: object) -> UniversalAgent:
    return UniversalAgent(
        name="research-agent", model=f"litellm_proxy/{model}", api_base=gateway["url"], api_key=gateway["key"], **more
    )


async def streamed(agent: UniversalAgent) -> str:
    return "".join([piece async for piece in agent.chat_stream("Hello")])


async def seen_by(url: str, key: str) -> dict:
    client = LiteLLMProxyClient(proxy_url=url, api_key=key)
    models = [model.model_name for model in await client.list_models()]
    return {"models": models, "health": await client.health_check(), "spend": await client.get_spend()}


async def main(gateway: dict) -> dict:
    return {
        "chat": [await agent(gateway, model).chat("Hello") for model in MODELS],
        "stream": [await streamed(agent(gateway, model)) for model in MODELS],
        "tools": [await agent(gateway, model, tools=[look_up]).chat("Hello") for model in MODELS],
        "project": await seen_by(gateway["url"], gateway["key"]),
        "administrator": await seen_by(gateway["url"], gateway["masterKey"]),
    }


print(json.dumps(asyncio.run(main(json.loads(sys.stdin.readline()))), default=str))
