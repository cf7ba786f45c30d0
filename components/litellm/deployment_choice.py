"""Keeps requests away from a deployment that fails, where another one of its name stands by.

LiteLLM loads this as a callback. Whatever the routing strategy, a request is tried again with a deployment that it has
tried least: the cheapest one, or the one with the fewest requests, would be the broken one each time.

A deployment that fails several times within a while rests, for all requests, but never so that none is left. Only what is
its own fault counts: else whoever holds a key could have a deployment rest by sending what its provider refuses. LiteLLM's
own cooldowns, which this replaces, count a 404, and go by the class of an error, which follows from the provider's words:
those may be the request's.
"""

import time
from collections import Counter

import aiohttp
import httpx
import openai
from litellm.integrations.custom_logger import CustomLogger

REFUSED_KEY = 401
"""What is not over by itself: the deployment rests at once."""

OWN_FAULTS = (REFUSED_KEY, 408, 429)
"""Statuses below 500 with which a provider says that it serves nobody. 402 and 403 may be about what was asked for."""


class DeploymentChoice(CustomLogger):
    def __init__(self, router=None, now=time.monotonic):
        """`router` returns LiteLLM's router, whose settings say how often a deployment may fail within how long."""
        super().__init__()
        self.router = router or running_router
        self.now = now
        self.failures: dict[str, list[float]] = {}
        self.rests_until: dict[str, float] = {}

    async def async_filter_deployments(
        self, model, healthy_deployments, messages, request_kwargs=None, parent_otel_span=None
    ):
        """LiteLLM calls this before it chooses. Left are those that the request has tried least, of them those that don't
        rest."""
        tried, now = Counter(attempts(request_kwargs or {})), self.now()
        names = [id_of(deployment) for deployment in healthy_deployments]
        ranks = [(tried[name], self.rests_until.get(name, 0) > now) for name in names]
        best = min(ranks, default=None)
        return [deployment for deployment, rank in zip(healthy_deployments, ranks) if rank == best]

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        """LiteLLM calls this for the first failure of a request, so each request counts once."""
        deployment = id_of(kwargs.get("litellm_params") or {})
        status = fault_of_deployment(kwargs.get("exception"))
        if deployment is None or status is None:
            return
        router = self.router()
        seconds, now = router.cooldown_time, self.now()
        recent = [*(at for at in self.failures.get(deployment, []) if at > now - seconds), now]
        self.failures[deployment] = recent
        if status != REFUSED_KEY and len(recent) <= router.allowed_fails:
            return
        self.failures.pop(deployment)
        self.rests_until[deployment] = now + seconds
        await tell_metrics(router, deployment, status, seconds)


def id_of(deployment) -> str | None:
    return (deployment.get("model_info") or {}).get("id")


def attempts(request) -> list:
    """The ids of deployments that a request has tried, the last ones of many."""
    metadata = request.get("litellm_metadata" if "litellm_metadata" in request else "metadata")
    made = metadata.get("previous_models") if isinstance(metadata, dict) else None
    return [attempt.get("deployment_id") for attempt in made or () if isinstance(attempt, dict)]


def fault_of_deployment(error) -> int | None:
    """The status of a failure that is the deployment's own, as the provider answered it: LiteLLM's error has one that
    follows from the provider's words."""
    for cause in causes(error):
        match cause:
            case httpx.HTTPStatusError() | openai.APIStatusError():
                status = cause.response.status_code
                return status if status in OWN_FAULTS or status >= 500 else None
            case httpx.TimeoutException() | openai.APITimeoutError() | TimeoutError():
                return 408
            case httpx.TransportError() | openai.APIConnectionError() | aiohttp.ClientError() | ConnectionError():
                return 503
    return None


def causes(error) -> list:
    """What led to an error, the nearest first: further on may be what an earlier attempt failed with. LiteLLM's own errors are
    what it makes of a provider's."""
    found = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return [cause for cause in found if not type(cause).__module__.startswith("litellm.")]


async def tell_metrics(router, deployment: str, status: int, seconds: float) -> None:
    """Shows in Prometheus what LiteLLM's own cooldowns would."""
    from litellm.router_utils.cooldown_callbacks import router_cooldown_event_callback

    await router_cooldown_event_callback(
        litellm_router_instance=router, deployment_id=deployment, exception_status=status, cooldown_time=seconds
    )


def running_router():
    from litellm.proxy.proxy_server import llm_router

    return llm_router


hook = DeploymentChoice()
