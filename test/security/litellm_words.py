"""Prints, as JSON, the words that mean something to the installed LiteLLM where the settings mean a name or a text."""

import ast
import enum
import json
import pathlib
import re
import sys

import litellm
from litellm import constants
from litellm.llms.openai_like.json_loader import JSONProviderRegistry
from litellm.proxy import _types
from litellm.proxy.management_endpoints.team_admin_field_permissions import PROXY_CONTROLLED_TEAM_METADATA_KEYS
from litellm.types.utils import LlmProviders

KEY_METADATA = re.compile(r"(^|\W)(user_api_key_dict|user_api_key_auth|valid_token|key_object|key)\.metadata\b|\bkey_metadata\b")
"""How LiteLLM's code names the metadata of the key that a request came with."""

TEAM_METADATA = re.compile(r"\bteam_metadata\b|\b_?team_(object|obj)\.metadata\b")
"""The same of the team that the key is in."""


def model_words() -> list[str]:
    """Names that open more than a model of that name."""
    found = [getattr(_types, name) for name in dir(_types) if re.match("Special.*Model", name)]
    enums = [one for one in found if isinstance(one, type) and issubclass(one, enum.Enum)]
    return sorted({str(member.value) for one in enums for member in one})


def account_names() -> list[str]:
    """What LiteLLM calls itself among keys and users."""
    names = [name for name in dir(constants) if re.search(r"(ACCOUNT_NAME|KEY_ALIAS|ADMIN_NAME)$", name)]
    return sorted(getattr(constants, name) for name in names)


def metadata_names(whose: re.Pattern[str]) -> list[str]:
    """Names that LiteLLM's code reads from the metadata of a key or a team."""
    found: set[str] = set()
    for file in pathlib.Path(litellm.__file__).parent.joinpath("proxy").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if not whose.search(text):
            continue
        tree = ast.parse(text)
        for function in ast.walk(tree):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found |= names_read_in(function, whose)
    return sorted(found)


def names_read_in(function: ast.AST, whose: re.Pattern[str]) -> set[str]:
    aliases = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and re.fullmatch(r"[\w.]+(\s+or\s+\{\})?", ast.unparse(node.value)) and whose.search(ast.unparse(node.value))
    }

    def is_metadata(node: ast.AST) -> bool:
        text = ast.unparse(node)
        return text in aliases or re.fullmatch(r"\(?[\w.]+( or ({}|MappingProxyType\({}\)))?\)?", text) is not None and whose.search(text) is not None

    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and is_metadata(node.func.value):
            names |= literal(node.args[0]) if node.args else set()
        elif isinstance(node, ast.Subscript) and is_metadata(node.value):
            names |= literal(node.slice)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and is_metadata(node.comparators[0]):
            names |= literal(node.left)
    return names


def literal(node: ast.AST) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


json.dump(
    {
        "modelWords": model_words(),
        "accountNames": account_names(),
        "metadataNames": metadata_names(KEY_METADATA),
        # What a team's administrator may not write there, as it means something to LiteLLM, and whatever that list forgot.
        "teamMetadataNames": sorted({*PROXY_CONTROLLED_TEAM_METADATA_KEYS, *metadata_names(TEAM_METADATA)}),
        "providers": sorted({provider.value for provider in LlmProviders} | set(JSONProviderRegistry.list_providers())),
        "callbacks": sorted(litellm._known_custom_logger_compatible_callbacks),
        "signIns": sorted(constants.PROVIDERS_THAT_AUTHENTICATE_ON_PROVIDER_INFO),
    },
    sys.stdout,
)
