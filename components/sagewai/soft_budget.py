"""Holds the soft budget of a pool's key in a task, whatever agents the task makes and whatever else asks a model in it."""

import os
from collections.abc import Callable

import litellm
from gateway_budget import GatewayBudget
from litellm.integrations.custom_logger import CustomLogger
from sagewai.engines.universal import UniversalAgent
from sagewai.errors import SagewaiBudgetExceededError


class EveryCall(CustomLogger):
    """Stops what Sagewai asks of models past its agents: to sum up a conversation, to judge an answer, to learn facts."""

    def __init__(self, budget: GatewayBudget) -> None:
        super().__init__()
        self.budget = budget

    async def async_pre_call_deployment_hook(self, kwargs: dict, call_type: object) -> None:
        verdict = await self.budget.check_budget()
        if verdict["action"] == "stop":
            raise SagewaiBudgetExceededError(verdict["reason"], reason=verdict["reason"])


def within_soft_budget(main: Callable[[], int]) -> int | str:
    """Runs a task's program. Returns its exit code, or why its agents were stopped. Warnings go to stderr."""
    url, key = os.environ["LITELLM_PROXY_API_BASE"], os.environ["LITELLM_PROXY_API_KEY"]
    budget = GatewayBudget(url, key, unknown=os.environ.get("LLM_GATEWAY_SOFT_UNKNOWN", "stop"))
    former = UniversalAgent.__init__

    def with_budget(self, *args: object, **kwargs: object) -> None:
        former(self, *args, **kwargs)
        budget.hold(self)

    UniversalAgent.__init__ = with_budget
    litellm.callbacks.append(EveryCall(budget))
    try:
        return main()
    except SagewaiBudgetExceededError as error:
        return error.reason
