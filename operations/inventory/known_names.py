"""Prints the names that LiteLLM knows in each part of litellm-config.yaml, with their JSON types where it says them.

Run it with the Python of an environment that has LiteLLM, and with the variables by which it fetches nothing. What LiteLLM
declares, it is asked for: the fields of its models, the parameters of its functions, its lists and enumerations. What it
only reads is found in its source, as `key_reads.py` says. It would rather list a name too many than refuse one that works.
"""

import ast
import gc
import importlib.metadata
import json
import re
from collections.abc import Iterator, Set
from pathlib import Path

import declared_names
from config_reads import CALLED_WITH, PARAMS, ConfigReads, loaders
from environment_reads import environment_reads
from json_types import MIXED, Type
from key_reads import Kind
from licensed_names import ClassesByName, LicensedNames
from litellm_sources import ADMINISTRATION, sources
from module_settings import ModuleSettings
from named_texts import NamedTexts, last_name

# Modules that choose among loggers by their names, and what their variables are called that hold one.
LOGGERS = {"callback_utils.py", "litellm_logging.py", "utils.py"}
SERVICE_LOGGERS = {"_service_logger.py"}
LOGGER = re.compile(r"^_?(callback|logging_integration)$")

# Code in which `litellm_params` are a guardrail's, an agent's or a search's, or what a logger is given.
OTHER_PARAMS = {"a2a_protocol", "integrations", "litellm_enterprise", "proxy", "sandbox", "search", "vector_stores"}

# What may be written in the file: other names are LiteLLM's own marks. Of what is only read, also other texts look so.
NAME = re.compile(r"[a-z][A-Za-z0-9_.-]*")
READ_NAME = re.compile(r"[a-z][A-Za-z0-9_]*")

# Sections that are read to warn that they have no effect.
WITHOUT_EFFECT = {"enable_jwt_auth", "litellm_jwtauth"}
# What is read before the file is loaded, by a function of another module.
READ_BEFORE = {"include"}


def main() -> None:
    named, settings, classes = NamedTexts(), ModuleSettings(), ClassesByName()
    for path, tree in sources():
        named.add(tree)
        settings.add(path, tree)
        classes.visit(tree)
    named.resolve()

    set_plainly = settings.types()
    read: dict[Kind, set[str]] = {}
    licensed: dict[Kind, set[str]] = {}
    callbacks, service_callbacks = declared_names.callbacks(), set[str]()
    environment: dict[bool, set[str]] = {True: set(), False: set()}
    for path, tree in sources():
        ConfigReads(named, read, params=holders_of_params(path)).visit(tree)
        for loader in loaders(tree):
            ConfigReads(named, read, has_file=True).visit(loader)
        for_callbacks, variables = environment_reads(path, tree)
        environment[for_callbacks].update(variables)
        callbacks.update(compared(tree) if path.name in LOGGERS else ())
        service_callbacks.update(compared(tree) if path.name in SERVICE_LOGGERS else ())
        if not ADMINISTRATION & set(path.parts):
            LicensedNames(named, set(set_plainly), classes, licensed).visit(tree)

    sections = (read["sections"] | READ_BEFORE) - WITHOUT_EFFECT
    document = {
        "version": importlib.metadata.version("litellm"),
        "sections": sorted(sections),
        "params": with_reads(declared_names.params(), read["params"] - sections),
        "info": with_reads(declared_names.info(), read["info"] - sections),
        "settings": with_reads(loaded(set_plainly, read["settings"]), read["settings"]),
        "general": with_reads(declared_names.general(), read["general"] - sections),
        "router": with_reads(declared_names.router(), set()),
        "callbacks": sorted(callbacks),
        "serviceCallbacks": sorted(service_callbacks),
        "alertTypes": sorted(declared_names.alert_types()),
        "guardrails": sorted(declared_names.guardrails()),
        "providers": declared_names.providers(),
        "environment": {
            "callbacks": sorted(environment[True] - environment[False]),
            "process": sorted(environment[False]),
        },
        "licensed": {part: sorted(names) for part, names in sorted(licensed.items())},
    }
    print(json.dumps(document, indent=2))


def holders_of_params(path: Path) -> re.Pattern[str] | None:
    """What variables are called that hold a deployment's parameters in a module."""
    if str(path) in declared_names.called_modules():
        return CALLED_WITH
    return None if OTHER_PARAMS & set(path.parts) else PARAMS


def with_reads(declared: dict[str, Type], read: Set[str]) -> dict[str, str]:
    """All names, sorted, with the types of those that are declared."""
    names = {*filter(NAME.fullmatch, declared), *filter(READ_NAME.fullmatch, read)}
    return {name: declared.get(name) or MIXED for name in sorted(names)}


def loaded(declared: dict[str, Type], read: Set[str]) -> dict[str, Type]:
    """What is read from the file before it is set may be written there otherwise: `post_call_rules` names one module."""
    return {name: MIXED if name in read and one in ("array", "object") else one for name, one in declared.items()}


def compared(tree: ast.Module) -> Iterator[str]:
    """The names of loggers that a module compares with: `callback == "x"`."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=str(name))]):
                if LOGGER.search(last_name(left)):
                    yield name


if __name__ == "__main__":
    # Trees hold no cycles: looking for some takes longer than reading them.
    gc.disable()
    main()
