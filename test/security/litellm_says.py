"""Prints the names that LiteLLM, once it runs, says are parameters of its own: the check on what its source was read for."""

import inspect
import json

import litellm
from litellm.types import router
from litellm.types.utils import CustomPricingLiteLLMParams, all_litellm_params

CALLS = (
    "completion text_completion embedding responses image_generation image_edit transcription speech moderation rerank "
    "anthropic_messages generate_content generate_content_stream"
)

names = set(all_litellm_params)
for model in (router.GenericLiteLLMParams, router.CredentialLiteLLMParams, router.LiteLLM_Params, CustomPricingLiteLLMParams):
    names.update(model.model_fields)
for call in CALLS.split():
    for function in filter(inspect.isfunction, (getattr(litellm, call, None), getattr(litellm, f"a{call}", None))):
        parameters = inspect.signature(function).parameters.values()
        names.update(one.name for one in parameters if one.kind is not one.VAR_KEYWORD)
print(json.dumps(sorted(names)))
