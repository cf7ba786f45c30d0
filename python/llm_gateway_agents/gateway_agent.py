"""Agents of Sagewai that call models through the gateway, and no other way.

    agent = gateway_agent("researcher", model="claude-sonnet", project="research-team")
    print(await agent.chat("Hello"))
"""

import inspect
import os
from contextlib import nullcontext
from functools import lru_cache

from sagewai import ProjectContext, UniversalAgent
from sagewai.core.base import BaseAgent

from .gateway_budget import GatewayBudget

API_BASE, API_KEY, UNKNOWN = "LITELLM_PROXY_API_BASE", "LITELLM_PROXY_API_KEY", "LLM_GATEWAY_SOFT_UNKNOWN"

KNOWN = set(inspect.signature(BaseAgent.__init__).parameters) - {"self", "kwargs"}
"""Sagewai's agents take any other argument, and ignore it."""

REFUSALS = {
    "config": "Sagewai 1.0.1 ignores it, and the agent would call OpenAI past the gateway; give what is in it, such as "
    "model= and system_prompt=, to gateway_agent itself",
    "inference": "Sagewai 1.0.1 ignores it; write temperature= and max_tokens=",
    "project_id": "Sagewai 1.0.1 ignores it; write project=",
    "custom_llm_provider": "the gateway is the provider of all its models; leave it out",
    "auto_learn": "it asks gpt-4o-mini on a way of its own, past the gateway and its budgets; leave it out",
}
"""Arguments that would lead past the gateway, or are ignored without a word."""


class GatewayAgent(UniversalAgent):
    """An agent whose calls belong to a project of Sagewai's: its memories, workflow runs and statistics."""

    project: str | None = None

    async def chat(self, message):
        with self._in_project():
            return await super().chat(message)

    async def chat_with_history(self, messages):
        with self._in_project():
            return await super().chat_with_history(messages)

    async def chat_stream(self, message):
        stream = super().chat_stream(message)
        try:
            while True:
                # Between its pieces, a stream is its caller's, who may be of another project.
                with self._in_project():
                    piece = await anext(stream)
                yield piece
        except StopAsyncIteration:
            return
        finally:
            await stream.aclose()

    def _in_project(self):
        # One for each use: Sagewai's can't be entered twice.
        return nullcontext() if self.project is None else ProjectContext(project_id=self.project)


def gateway_agent(
    name: str,
    *,
    model: str,
    api_base: str | None = None,
    api_key: str | None = None,
    project: str | None = None,
    unknown: str | None = None,
    **options,
) -> GatewayAgent:
    """An agent that calls models through the gateway with a project's key, and holds the project's soft budget.

    model: One of the models that the key may use, by the gateway's name for it.
    api_base: The gateway's base URL. Default: the variable LITELLM_PROXY_API_BASE.
    api_key: The project's virtual key. Default: the variable LITELLM_PROXY_API_KEY.
    project: The project in Sagewai. Default: that of a ProjectContext around its calls, or else Sagewai's `default`.
    unknown: What it does while the gateway can't be asked what was spent, "stop" or "allow", until the key itself has said
        so once. Default: the variable LLM_GATEWAY_SOFT_UNKNOWN, or else "stop".
    options: Other arguments of Sagewai's agents, such as system_prompt and tools.

    Raises ValueError or TypeError, which say what to write instead.
    """
    _check(options)
    base = api_base or _variable("api_base", API_BASE)
    key = api_key or _variable("api_key", API_KEY)
    budget = _shared_budget(base, key, unknown or os.environ.get(UNKNOWN) or "stop")
    agent = GatewayAgent(
        name=name,
        model=f"litellm_proxy/{model.removeprefix('litellm_proxy/')}",
        api_base=base,
        api_key=key,
        custom_llm_provider="litellm_proxy",
        **options,
    )
    agent.project = project
    return budget.hold(agent)


@lru_cache(maxsize=None)
def _shared_budget(base: str, key: str, unknown: str) -> GatewayBudget:
    """One for each key, so that a hundred agents ask no more often than one."""
    return GatewayBudget(base, key, unknown=unknown)


def _check(options: dict) -> None:
    for name in options:
        if name in REFUSALS:
            raise TypeError(f"gateway_agent can't take `{name}`: {REFUSALS[name]}.")
        if name not in KNOWN:
            raise TypeError(f"gateway_agent can't take `{name}`: Sagewai's agents don't know it, and would ignore it.")
    if options.get("compaction_strategy") in ("llm", "pipeline"):
        raise ValueError(
            f"gateway_agent can't take compaction_strategy={options['compaction_strategy']!r}: it asks gpt-4o-mini on a way "
            "of its own, past the gateway and its budgets; write 'extractive' or 'rule'."
        )


def _variable(argument: str, name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ValueError(f"gateway_agent lacks `{argument}`: give it, or set the variable {name}.")
    return value
