"""Prints the names that a running LiteLLM has: those that it keeps for itself, and the parameters of its functions.

It is the check on what was found in LiteLLM's source.
"""

import inspect
import json

import litellm
from litellm.types import router
from litellm.types.utils import CustomPricingLiteLLMParams, all_litellm_params

CALLS = (
    "completion text_completion embedding responses image_generation image_edit transcription speech moderation rerank "
    "anthropic_messages generate_content generate_content_stream"
)

own = set(all_litellm_params)
for model in (router.GenericLiteLLMParams, router.CredentialLiteLLMParams, CustomPricingLiteLLMParams):
    own.update(model.model_fields)
parameters = set()
for call in CALLS.split():
    for function in filter(inspect.isfunction, (getattr(litellm, call, None), getattr(litellm, f"a{call}", None))):
        given = inspect.signature(function).parameters.values()
        parameters.update(one.name for one in given if one.kind is not one.VAR_KEYWORD)
print(json.dumps({"own": sorted(own), "parameters": sorted(parameters)}))
