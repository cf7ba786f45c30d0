"""The attributes of the module `litellm` that are settings: what `litellm_settings` of the file sets unless it is special."""

import ast
import typing
from pathlib import Path

import litellm

from json_types import Type, loosely, type_of, type_of_value
from named_texts import assignments

MODULE = Path("litellm", "__init__.py")

# What LiteLLM finds out while it runs, or sets in another part of the file.
STATE = {
    "aclient_session",
    "client_session",
    "credential_list",
    "error_logs",
    "guardrail_name_config_map",
    "initialized_langfuse_clients",
    "prompt_name_config_map",
    "request_timeout_explicitly_set",
    "secret_manager_client",
}


class ModuleSettings:
    """Collects what the module assigns or imports, and which of its attributes any code reads."""

    def __init__(self) -> None:
        self.own: dict[str, str | None] = {}
        """With their annotations, as they are written."""
        self.read: set[str] = set()
        self.asked_for: set[str] = set()
        """What code reads by `getattr(litellm, "x")`, which nobody may have declared."""

    def add(self, path: Path, tree: ast.Module) -> None:
        if path == MODULE:
            self.own = {name: None for name in imported(tree)} | {name: None for name, _ in assignments(tree)}
            annotated = (node for node in tree.body if isinstance(node, ast.AnnAssign))
            self.own |= {ast.unparse(node.target): ast.unparse(node.annotation) for node in annotated}
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="litellm"), attr=name, ctx=ast.Load()):
                    self.read.add(name)
                case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="litellm"), ast.Constant(value=str(name)), *_]):
                    self.asked_for.add(name)
                case ast.ImportFrom(module="litellm", names=names):
                    self.read.update(one.name for one in names)

    def types(self) -> dict[str, Type]:
        """The settings: what has a plain value that the file could hold, and that somebody reads."""
        undeclared = {name for name in self.asked_for if not hasattr(litellm, name)}
        known = {name for name in self.own if name in self.read | self.asked_for and is_plain(getattr(litellm, name, Names))}
        names = (known | undeclared) - STATE
        return {name: self.type_of(name) for name in names if name.islower() and name[0] != "_"}

    def type_of(self, name: str) -> Type:
        annotation = self.own.get(name)
        return loosely(type_of_value(getattr(litellm, name, None)) if annotation is None else declared(annotation))


def imported(tree: ast.Module) -> set[str]:
    """Names of single values that the module takes from others, such as `json_logs`. Lists among them are constants."""
    names = {one.asname or one.name for node in tree.body if isinstance(node, ast.ImportFrom) for one in node.names}
    return {name for name in names if isinstance(getattr(litellm, name, None), bool | int | float | str)}


def is_plain(value: object) -> bool:
    """Whether this may be a setting's default. Lists and mappings that hold something are data of LiteLLM's own."""
    return value is None or isinstance(value, bool | int | float | str) or value in ([], {}, ())


def declared(annotation: str) -> Type:
    return type_of(eval(annotation, {}, Names()))


class Names(dict[str, object]):
    """The names in reach of the module. One that it knows only to a checker of types may be anything."""

    def __missing__(self, name: str) -> object:
        for place in (litellm, typing):
            if hasattr(place, name):
                return getattr(place, name)
        builtins = typing.cast(dict[str, object], vars(typing)["__builtins__"])
        return builtins.get(name, typing.Any)
