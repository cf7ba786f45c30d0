"""The functions and classes of a program, with the names that a request's are bound to if it is handed on as a whole."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from named_texts import last_name, text_of

# Classes of what LiteLLM answers or stores, though they may be made from a mapping.
NOT_SENT = re.compile(r"Respon|Result|Table|Usage|Event|View$|Report|Chunk|Logger|Redis")
# Folders of code that takes no request's names as parameters: management, storage, loggers.
ELSEWHERE = {"proxy", "integrations", "caching", "secret_managers", "repositories", "tracing"}
# Where a field has another name than its own.
ALIASES = {"alias", "validation_alias", "metadata"}

ROUTE_DECORATORS = {"get", "post", "put", "patch", "delete", "api_route", "websocket"}


@dataclass
class Function:
    name: str
    parameters: set[str]
    takes_any: bool
    """Whether it has `**kwargs`."""
    is_route: bool
    types: set[str]
    """The names in its parameters' annotations."""
    is_elsewhere: bool


@dataclass
class Class:
    name: str
    bases: set[str]
    fields: set[str]
    types: set[str]
    """The names in its fields' annotations."""


@dataclass
class Declarations:
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    """The classes whose fields' names are looked at, which is done to sort out a request."""
    listed: set[str] = field(default_factory=set)
    """The classes that lists of names are made from: `owned_wire_names(Options)`, `ROOTS = (Options, State)`."""

    def add(self, path: Path, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.functions.append(function_of(node, is_elsewhere=bool(ELSEWHERE & set(path.parts))))
                case ast.ClassDef():
                    self.classes.append(class_of(node))
                case ast.Attribute(attr="__annotations__" | "model_fields" | "model_validate"):
                    self.looked_at.add(last_name(node.value))
                case ast.Call() if last_name(node.func) in {"get_type_hints", "TypeAdapter"}:
                    self.looked_at.update(map(last_name, node.args))
                case ast.Call() if re.search("names|fields|keys", last_name(node.func)):
                    self.listed.update(map(last_name, node.args))
                case ast.Assign(value=ast.Tuple(elts=members)) | ast.AnnAssign(value=ast.Tuple(elts=members)):
                    self.listed.update(map(last_name, members))

    def of_routes(self) -> set[str]:
        """The parameters of all routes."""
        return union(one.parameters for one in self.functions if one.is_route)

    def bound(self, called_with_requests: set[str]) -> set[str]:
        """All parameters and fields that a request's name may be bound to because it is the same."""
        calls = (one for one in self.functions if not one.is_elsewhere)
        names = union(one.parameters for one in calls if one.takes_any or one.name in called_with_requests)
        declared = union(one.types for one in self.functions if one.is_route)
        wanted = called_with_requests | declared | self.looked_at | self._with_parts(self.listed)
        # A class has the fields of those that it is made of.
        for _ in range(4):
            wanted |= union(one.bases for one in self.classes if one.name in wanted)
        sent = (one for one in self.classes if one.name in wanted and not NOT_SENT.search(one.name))
        return names | self.of_routes() | union(one.fields for one in sent)

    def _with_parts(self, names: set[str]) -> set[str]:
        """Classes by their names, with those that their fields hold."""
        for _ in range(4):
            names = names | union(one.types for one in self.classes if one.name in names)
        return names


def function_of(node: ast.FunctionDef | ast.AsyncFunctionDef, is_elsewhere: bool) -> Function:
    arguments = [*node.args.args, *node.args.kwonlyargs]
    annotations = [one.annotation for one in arguments if one.annotation]
    return Function(
        name=node.name,
        parameters={one.arg for one in arguments} - {"self", "cls"},
        takes_any=node.args.kwarg is not None,
        is_route=any(isinstance(one, ast.Call) and last_name(one.func) in ROUTE_DECORATORS for one in node.decorator_list),
        types=names_in(annotations),
        is_elsewhere=is_elsewhere,
    )


def class_of(node: ast.ClassDef) -> Class:
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
    aliases = [one.value for one in ast.walk(node) if isinstance(one, ast.keyword) and one.arg in ALIASES]
    texts = {text_of(one) for alias in aliases for one in ast.walk(alias)} - {None}
    makers = [function_of(one, False) for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    return Class(
        name=node.name,
        bases=set(map(last_name, node.bases)),
        fields={last_name(one.target) for one in fields} | texts | union(one.parameters for one in makers),
        types=names_in(one.annotation for one in fields),
    )


def names_in(annotations: Iterable[ast.AST]) -> set[str]:
    return {last_name(node) for annotation in annotations for node in ast.walk(annotation)}


def union(sets: Iterable[set[str]] | Iterator[set[str]]) -> set[str]:
    return set().union(*sets)
