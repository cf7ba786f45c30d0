"""The source of an installed LiteLLM."""

import ast
import importlib.util
from collections.abc import Collection, Iterator
from pathlib import Path

PACKAGES = ("litellm", "litellm_enterprise")

# Code that only administrators' requests get to: it manages keys, teams, models and the user interface.
ADMINISTRATION = {
    "analytics_endpoints",
    "client",
    "config_management_endpoints",
    "credential_endpoints",
    "discovery_endpoints",
    "harness",
    "lens",
    "management_endpoints",
    "management_helpers",
    "ui_crud_endpoints",
}


def sources(skipped: Collection[str] = ()) -> Iterator[tuple[Path, ast.Module]]:
    """Each file's path and syntax tree, one after the other: all trees together would take a gigabyte."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for file in sorted(Path(folder).rglob("*.py")):
                path = file.relative_to(Path(folder).parent)
                if not set(skipped) & set(path.parts):
                    yield path, ast.parse(file.read_text(encoding="utf-8"))
