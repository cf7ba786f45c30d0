"""The soft budget of an llm-gateway's project, held by its Sagewai agents.

    GatewayBudget("http://gateway:4000", "sk-…").hold(agent)

The gateway itself is asked what the agents' own key has spent: by its prices, in its window, by all agents and streams of
the project together. The key also says what agents do once its soft budget is spent, so a change of the gateway's settings
reaches agents that run. This file needs nothing but httpx, which Sagewai brings: take it along as it is.
"""

import asyncio
import logging
import re
import threading
import time
from typing import NamedTuple

import httpx

logger = logging.getLogger("gateway_budget")

REFUSALS = {
    401: "The gateway doesn't take this key any more, which was replaced, blocked or deleted: get the one that is valid now",
    403: "The gateway doesn't tell this key what it has spent: let it call /key/info, for example with `pulumi up`",
}


class Spending(NamedTuple):
    """What the gateway says of a key. Amounts are in US dollars."""

    spent: float = 0
    limit: float | None = None
    reset: str | None = None
    metadata: dict = {}


class GatewayBudget:
    """What Sagewai's agents ask before each call. All with the same key share one, in any thread and event loop.

    url: The gateway's base URL.
    key: The agents' own virtual key.
    unknown: What agents do while the gateway can't be asked, "stop" or "allow", until the key itself has said so once.
    refresh: Seconds for which an answer holds. The gateway counts what was spent some seconds late anyway.
    timeout: Seconds without an answer after which the gateway counts as away.
    """

    def __init__(self, url: str, key: str, *, unknown: str = "stop", refresh: float = 3, timeout: float = 5) -> None:
        if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", url):
            raise ValueError(f"{url!r} is not the base URL of a gateway; write one such as http://gateway:4000")
        if not re.fullmatch(r"[!-~]+", key):
            raise ValueError("the gateway's key is empty, or holds spaces or line breaks; write it as `npm run key` prints it")
        if unknown not in ("stop", "allow"):
            raise ValueError(f"unknown={unknown!r} is not known; write 'stop' or 'allow'")
        self._url = f"{url.rstrip('/').removesuffix('/v1')}/key/info"
        # Nobody on the way sees the key: redirects are not followed, and a proxy is for https:// only, by a tunnel. A
        # connection that was kept could end in the moment in which it is used again.
        headers = {"Authorization": f"Bearer {key}", "Connection": "close"}
        self._client = httpx.Client(headers=headers, timeout=timeout, trust_env=url.startswith("https:"))
        self._unknown, self._refresh = unknown, refresh
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._problem: str | None = None
        self._last = Spending()
        self._warned: tuple | None = None

    def hold(self, agent):
        """Makes an agent ask before each of its calls, streamed or not. Returns it."""
        agent._budget_manager = self
        check = agent._check_budget_pre_call

        async def check_first():
            fallback = await check()
            if fallback:
                # A message can name a model (`#model:…`), and Sagewai would prefer that one.
                agent._current_model_override = None
            return fallback

        agent._check_budget_pre_call = check_first
        return agent

    async def check_budget(self, agent_name: str = "") -> dict:
        """Whether a call may be made. Never fails, since Sagewai lets through what it can't check."""
        try:
            # In a thread: those who wait for the same answer must not stop an event loop.
            return await asyncio.to_thread(self._verdict)
        except Exception as error:
            # Without its text, which may hold anything.
            return _denied("stop", f"The soft budget could not be checked: {type(error).__name__}.")

    def get_fallback_model(self, agent_name: str, current_model: str) -> str | None:
        """The first fallback model other than the agent's own, by a name that leads to the gateway from everywhere."""
        own = (current_model, current_model.removeprefix("litellm_proxy/"), current_model.removeprefix("openai/"))
        fallbacks = self._last.metadata.get("soft_fallback") or []
        return next((f"litellm_proxy/{model}" for model in fallbacks if model not in own), None)

    def record_spend(self, *, agent_name: str, cost_usd: float) -> None:
        """Nothing: the gateway records it, at its own prices."""

    def _verdict(self) -> dict:
        with self._lock:
            if time.monotonic() - self._asked_at >= self._refresh:
                self._problem = self._ask()
                self._asked_at = time.monotonic()
            problem, (spent, limit, reset, metadata) = self._problem, self._last
        if problem and metadata.get("soft_unknown", self._unknown) != "allow":
            return _denied("stop", problem)
        if limit is None or spent < limit:
            return {"allowed": True, "action": "allow", "reason": ""}
        again = f", which starts again at {reset}" if reset else ""
        reason = f"{_holder(metadata)} has spent {_amount(spent)} of its soft budget of {_amount(limit)}{again}"
        action = metadata.get("soft_action")
        if action not in ("warn", "throttle"):
            return _denied("stop", reason)
        # Not for each call.
        if self._warned != (action, reset):
            self._warned = (action, reset)
            logger.warning("%s (softAction: %s)", reason, action)
        return _denied(action, reason)

    def _ask(self) -> str | None:
        """Asks what was spent, a second time if need be. Returns why that isn't known; then what was known before stays."""
        why = ""
        for _ in range(2):
            try:
                answer = self._client.get(self._url)
                if answer.status_code in REFUSALS:
                    # Time won't help, so nothing that was said before holds on.
                    self._last = Spending(metadata={"soft_unknown": "stop"})
                    return f"{REFUSALS[answer.status_code]} ({self._url} answered {answer.status_code})."
                info = answer.raise_for_status().json()["info"]
                metadata = dict(info["metadata"] or {})
                limit = metadata.get("soft_budget")
                limit = None if limit is None else float(limit)
                self._last = Spending(float(info["spend"]), limit, info.get("budget_reset_at"), metadata)
                return None
            except httpx.HTTPStatusError as error:
                why = f"answered {error.response.status_code}"
            except Exception as error:
                why = type(error).__name__
        return f"The gateway can't be asked what was spent of the soft budget ({self._url}: {why}), so its agents stop."


def _denied(action: str, reason: str) -> dict:
    return {"allowed": False, "action": action, "reason": reason}


def _holder(metadata: dict) -> str:
    kinds = [kind for kind in ("pool", "project") if metadata.get(kind)]
    return f"{kinds[0].capitalize()} {metadata[kinds[0]]}" if kinds else "This key"


def _amount(dollars: float) -> str:
    """In cents, and finer where that would show nothing."""
    return f"${dollars:.2f}" if dollars >= 0.01 or dollars == 0 else f"${dollars:.9f}".rstrip("0")
