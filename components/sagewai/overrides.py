"""The pool's `inference_overrides`: every agent of a task calls models through the gateway, with the key of the pool.

Sagewai reads them from a ContextVar, for each call of each agent. A value that is set there holds for what starts in the
same context: an agent in a thread of its own would go past the gateway. A default holds everywhere.
"""

import os
import sys
from contextvars import ContextVar

from sagewai.core import worker
from sagewai.models.inference import InferenceParams
from sagewai.models.worker import WorkerCredentials


def override_inference() -> None:
    """
    For all agents of this process, whatever they were given: where models are, the key, and that names are the gateway's,
    which LiteLLM would take for a provider's own. What they ask for, and how long they wait, stays theirs.
    """
    gateway = InferenceParams(
        api_base=setting("LITELLM_PROXY_API_BASE"),
        api_key=setting("LITELLM_PROXY_API_KEY"),
        custom_llm_provider="litellm_proxy",
        timeout=None,
    )
    credentials = WorkerCredentials(inference_overrides=gateway)
    worker._worker_credentials = ContextVar("_worker_credentials", default=credentials)


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"The task has no {name}, so it can call no model. A pool's worker gives it to each task, from its file of variables.")
    return value
