"""Gives a key that somebody makes by hand the routes of a project's key, unless other ones are asked for.

LiteLLM calls this for each key that is made (`custom_key_generate`). Without a list of its own, a key would open every
route of LiteLLM's that is no administrator's.
"""

import litellm

MODELS_OF_ALL_KINDS = "llm_api"
"""A type of key that stands for all routes which reach a provider, past models and budgets as well."""


async def with_routes(key) -> dict:
    kind = getattr(key.key_type, "value", key.key_type)
    if kind == MODELS_OF_ALL_KINDS or "allowed_routes" not in key.model_fields_set:
        key.allowed_routes = litellm.default_key_generate_params["allowed_routes"]
        key.key_type = None if kind == MODELS_OF_ALL_KINDS else key.key_type
    return {"decision": True}
