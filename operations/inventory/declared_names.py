"""The names that LiteLLM declares: fields of its models, parameters of its functions, its lists and enumerations."""

import ast
import contextlib
import functools
import inspect
import json
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import litellm
import litellm.constants
from litellm.proxy._types import AlertType, ConfigGeneralSettings
from litellm.proxy.guardrails.guardrail_registry import guardrail_initializer_registry
from litellm.types.guardrails import SupportedGuardrailIntegrations
from litellm.types.router import LiteLLM_Params, ModelInfo
from litellm.types.utils import LlmProviders, all_litellm_params
from litellm.utils import ProviderConfigManager
from pydantic import BaseModel

from json_types import MIXED, Type, loosely, merged, type_of, type_of_value

Types = dict[str, Type]

# What a deployment may be called with.
CALLS = """
completion text_completion embedding responses anthropic_messages generate_content image_generation image_edit
image_variation transcription speech moderation rerank ocr search video_generation
"""

PACKAGE = Path(inspect.getfile(litellm)).parent

# The entry of the price list that says in words what may stand in others.
EXPLANATION = "sample_spec"

VARIABLE = re.compile(r"[A-Z][A-Z0-9]+(_[A-Z0-9]+)+")


def params() -> Types:
    """What may stand among a deployment's `litellm_params`. What LiteLLM checks counts, otherwise what all say together."""
    said = together([*map(declared_parameters, called()), *provider_parameters()])
    # Where a function's annotation says a text, a provider may take more: `reasoning_effort` with a summary.
    said = {name: MIXED if one == "string" else one for name, one in said.items()}
    return {**dict.fromkeys([*all_litellm_params, *lists_of_parameters()]), **said, **fields(LiteLLM_Params)}


def info() -> Types:
    """What may stand in `model_info`: LiteLLM's own fields, and those of its price list."""
    listed = (entry for model, entry in litellm.model_cost.items() if model != EXPLANATION)
    return {**together(map(types_of_values, listed)), **fields(ModelInfo)}


def general() -> Types:
    return fields(ConfigGeneralSettings)


def router() -> Types:
    elsewhere = litellm.constants.ROUTER_SETTINGS_MANAGED_OUTSIDE_CONFIG
    declared = declared_parameters(litellm.Router.__init__)
    return {name: declared[name] for name in litellm.Router.get_valid_args() if name not in elsewhere}


def callbacks() -> set[str]:
    listed = json.loads((PACKAGE / "integrations/generic_api/generic_api_compatible_callbacks.json").read_text())
    return {*litellm._known_custom_logger_compatible_callbacks, *listed}


def guardrails() -> set[str]:
    return {one.value for one in SupportedGuardrailIntegrations} | guardrail_initializer_registry.keys()


def alert_types() -> set[str]:
    return {one.value for one in AlertType}


def providers() -> dict[str, list[str]]:
    """Each provider, with the variables that LiteLLM reads its credentials from, where it says so."""
    variables: dict[str, set[str]] = {one.value: set() for one in LlmProviders}
    for node in ast.walk(ast.parse(inspect.getsource(litellm.validate_environment))):
        for provider, statements in by_provider(node):
            texts = (one.value for statement in statements for one in ast.walk(statement) if isinstance(one, ast.Constant))
            variables.setdefault(provider, set()).update(text for text in texts if VARIABLE.fullmatch(str(text)))
    listed = json.loads((PACKAGE / "llms/openai_like/providers.json").read_text())
    for provider, entry in listed.items():
        variables.setdefault(provider, set()).update({entry["api_key_env"]} if "api_key_env" in entry else ())
    return {one.value: sorted(variables[one.value]) for one in LlmProviders}


def by_provider(node: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    """`if custom_llm_provider == "x" or custom_llm_provider == "y": …`. Calling this code could sign somebody in."""
    for one in ast.walk(node.test) if isinstance(node, ast.If) else ():
        match one:
            case ast.Compare(left=ast.Name(id="custom_llm_provider"), comparators=[ast.Constant(value=str(provider))]):
                yield provider, node.body


def called() -> Iterator[Callable[..., object]]:
    functions = (getattr(litellm, f"{start}{call}", None) for call in CALLS.split() for start in ("", "a"))
    return (inspect.unwrap(one) for one in functions if inspect.isfunction(one))


@functools.cache
def called_modules() -> set[str]:
    """The files of the functions that a deployment is called by, in which `**kwargs` are its parameters."""
    return {str(Path(inspect.getfile(one)).relative_to(PACKAGE.parent)) for one in called()}


def lists_of_parameters() -> set[str]:
    """What stands in constants such as OPENAI_CHAT_COMPLETION_PARAMS and DEFAULT_EMBEDDING_PARAM_VALUES."""
    lists = (value for name, value in vars(litellm.constants).items() if "_PARAM" in name)
    return {name for one in lists if not isinstance(one, str) for name in one}


def provider_parameters() -> Iterator[Types]:
    """What the providers' classes say that they take: OpenAI's parameters, and their own as fields."""
    for provider in LlmProviders:
        # Some providers have no such class, and some of these want a model that they know.
        with contextlib.suppress(Exception):
            config = ProviderConfigManager.get_provider_chat_config(model="any", provider=provider)
            yield dict.fromkeys(config.get_supported_openai_params(model="any"))
            for cls in type(config).__mro__:
                own = inspect.get_annotations(cls)
                yield {name: loosely(type_of(evaluated(own[name], cls.__init__))) for name in own if name[0] != "_"}


def fields(model: type[BaseModel]) -> Types:
    return {field.alias or name: type_of(field.annotation) for name, field in model.model_fields.items()}


def declared_parameters(function: Callable[..., object]) -> Types:
    """A function's parameters. What stands for several at once, as `**kwargs`, is none."""
    parameters = inspect.signature(function).parameters.values()
    single = (one for one in parameters if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL))
    return {one.name: loosely(type_of(evaluated(one.annotation, function))) for one in single if one.name != "self"}


def evaluated(annotation: object, function: Callable[..., object]) -> object:
    """An annotation that is written as a text. Some name what only a checker of types imports: those may be anything."""
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, function.__globals__)
    except (AttributeError, NameError):
        return typing.Any


def types_of_values(entry: dict[str, object]) -> Types:
    return {name: loosely(type_of_value(value)) for name, value in entry.items()}


def together(several: Iterable[Types]) -> Types:
    said: dict[str, list[Type]] = {}
    for types in several:
        for name, one in types.items():
            said.setdefault(name, []).append(one)
    return {name: merged(all_types) for name, all_types in said.items()}
