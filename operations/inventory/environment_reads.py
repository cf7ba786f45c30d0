"""Which variables of its process LiteLLM reads, by who reads them: what reports, alerts and guards, or anything else."""

import ast
import re
from pathlib import Path

READS = {"getenv", "get", "get_secret", "get_secret_str", "get_secret_bool", "get_env"}
NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")

# Code that tells others of requests, or looks at what they say.
CALLBACKS = {"guardrails", "integrations"}
CALLBACK_MODULES = {"litellm_logging.py"}


def environment_reads(path: Path, tree: ast.AST) -> tuple[bool, set[str]]:
    """Whether a module belongs to callbacks and guardrails, and the variables that it reads."""
    names = {name for node in ast.walk(tree) for name in read_by(node) if NAME.fullmatch(name)}
    return bool(CALLBACKS & set(path.parts)) or path.name in CALLBACK_MODULES, names


def read_by(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr) | ast.Name(id=attr), args=[ast.Constant(value=str(name)), *_]) if attr in READS:
            return [name.removeprefix("os.environ/")]
        case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
            return [name]
        case ast.Compare(left=ast.Constant(value=str(name)), comparators=[ast.Attribute(attr="environ")]):
            return [name]
        case _:
            return []
