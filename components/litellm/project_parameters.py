"""Lets a project send parameters beyond the public APIs that the gateway's settings allow it, and nobody else.

LiteLLM loads this as a callback. It runs once LiteLLM knows whose key a request has.
"""

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy.proxy_server import app

from request_guard import RequestGuard, kept_back

if not isinstance(app.middleware_stack, RequestGuard):
    raise RuntimeError(
        "The request guard does not run before LiteLLM, so requests could choose providers and keys: this version of "
        "LiteLLM ignores LITELLM_WORKER_STARTUP_HOOKS. Use the version that the gateway's settings have as default."
    )

ALLOWED = "allowed_parameters"
"""Where a key's metadata names the parameters that its requests may hold."""


class ProjectParameters(CustomLogger):
    async def async_pre_call_deployment_hook(self, kwargs, call_type):
        """LiteLLM calls providers other than Google by `generateContent` as if nobody had chosen a deployment, and charges what
        its list of prices says: it is told which one was chosen."""
        chosen = kwargs.get("litellm_metadata") or {}
        if "model_info" not in chosen:
            return kwargs
        own = kwargs.get("metadata") if isinstance(kwargs.get("metadata"), dict) else {}
        told = {"model_info": chosen["model_info"], "model_group": chosen.get("model_group")}
        return {**kwargs, "metadata": {**own, **told}}

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        extra = kept_back.get()
        if not extra:
            return None
        allowed = (user_api_key_dict.metadata or {}).get(ALLOWED)
        for name in extra:
            if not isinstance(allowed, list) or name not in allowed:
                message = f"`{name}` is not a parameter of this API, and the gateway's settings don't allow it to this key."
                raise HTTPException(status_code=400, detail={"error": message})
        data.update(extra)
        return data


hook = ProjectParameters()
