"""Prints the names that LiteLLM's code reads from a request: in its body, its metadata, its headers and its query.

Run it with the Python of an environment that has LiteLLM. It reads the source and runs none of it. It would rather
list a name too many than miss one: what counts as a request is decided by what a variable is called and what it was
assigned from, never by what it may hold. These are the ways by which a name gets from a request into LiteLLM:

- as a key: `data.get("x")`, `kwargs.pop("x")`, `"x" in body`, `params["x"]`, also by a constant: `data[KEY]`
- as a key that is compared: `for name, value in params.items(): if name == "x"`, or `name.startswith("x")`
- in a list of names: `for name in ("x", "y"): data.pop(name)`, `OPENAI_PARAMS = ["x"]`
- as a parameter of a function, or a field of a class, that gets a whole request: `completion(**data)`
- as a parameter of a route, or a field of the body that a route declares
- as a header's name, which looks like nothing else, wherever it stands

It can't see names that are put together at run time (f"{provider}_api_key"), that come from a file or a database,
that code outside of LiteLLM reads (the SDKs of providers and loggers), or that are read from a variable which neither
its name nor its assignment gives away.
"""

import ast
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

from named_texts import NamedTexts, last_name, text_of
from request_reads import HEADERS, METADATA, REQUEST, Kind, RequestReads

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

HEADER = re.compile(
    r"(x|litellm|langfuse|langsmith|helicone|anthropic|openai|llm_provider|cf|mcp)-[a-z0-9_-]*[a-z0-9]|x-[a-z0-9-]*-",
    re.IGNORECASE,
)
# What a list of parameters' names is called.
LIST_OF_NAMES = re.compile(r"param|field|kwarg|header|control|cred|metadata", re.IGNORECASE)
# Classes of what LiteLLM answers or stores, though they may be made from a mapping.
NOT_SENT = re.compile(r"Respon|Result|Table|Usage|Event|View$|Report|Chunk|Logger|Redis")
# Code that takes no request's names as parameters: management, storage, loggers.
ELSEWHERE = {"proxy", "integrations", "caching", "secret_managers", "repositories", "tracing"}

# Where a field has another name than its own.
ALIASES = {"alias", "validation_alias", "metadata"}

ROUTE_DECORATORS = {"get", "post", "put", "patch", "delete", "api_route", "websocket"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    trees = dict(sources())
    named = NamedTexts(trees.values())
    found: dict[Kind, set[str]] = {kind: set() for kind in ("body", "headers", "metadata", "query")}
    called_with_requests: set[str] = set()
    for tree in trees.values():
        RequestReads(named, found, called_with_requests).visit(tree)
    for name, members in named.lists.items():
        if LIST_OF_NAMES.search(name) and (name.isupper() or REQUEST.search(name)):
            found[kind_of_list(name.lower())] |= members
    found["body"] |= bound(trees, called_with_requests)
    found["query"] |= parameters(function for function in functions(trees) if is_route(function))
    found["headers"] |= header_texts(trees)
    found["headers"] = {name.lower() for name in found["headers"]}
    version = importlib.metadata.version("litellm")
    print(json.dumps({"version": version, **{kind: sorted(names) for kind, names in found.items()}}, indent=2))


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for file in sorted(Path(folder).rglob("*.py")):
                path = file.relative_to(Path(folder).parent)
                if not ADMINISTRATION & set(path.parts):
                    yield path, ast.parse(file.read_text(encoding="utf-8"))


def kind_of_list(name: str) -> Kind:
    if HEADERS.search(name):
        return "headers"
    return "metadata" if METADATA.search(name) else "body"


def functions(trees: dict[Path, ast.Module]) -> list[Function]:
    return [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]


def parameters(of: Iterator[Function]) -> set[str]:
    """What functions can be given by name."""
    given = [one.arg for function in of for one in (*function.args.args, *function.args.kwonlyargs)]
    return set(given) - {"self", "cls"}


def is_route(function: Function) -> bool:
    """Whether a function has a decorator like `@router.post("/chat/completions")`."""
    return any(isinstance(one, ast.Call) and last_name(one.func) in ROUTE_DECORATORS for one in function.decorator_list)


def bound(trees: dict[Path, ast.Module], called_with_requests: set[str]) -> set[str]:
    """The parameters and fields that a request's name may be bound to because it is the same."""
    calls = {path: tree for path, tree in trees.items() if not ELSEWHERE & set(path.parts)}
    names = parameters(
        function for function in functions(calls) if function.args.kwarg or function.name in called_with_requests
    )
    routes = [function for function in functions(trees) if is_route(function)]
    annotations = [one.annotation for route in routes for one in route.args.args if one.annotation]
    declared = {last_name(node) for annotation in annotations for node in ast.walk(annotation)}
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    wanted = called_with_requests | declared | set(looked_at(trees)) | set(parts_of(set(listed(trees)), classes))
    # A class has the fields of those that it is made of.
    for _ in range(4):
        wanted |= {last_name(base) for one in classes if one.name in wanted for base in one.bases}
    fields = (fields_of(one) for one in classes if one.name in wanted and not NOT_SENT.search(one.name))
    return names.union(parameters(iter(routes)), *fields)


def looked_at(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """The classes whose fields' names are looked at, which is done to sort out a request."""
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        match node:
            case ast.Attribute(attr="__annotations__" | "model_fields" | "model_validate"):
                yield last_name(node.value)
            case ast.Call() if last_name(node.func) in {"get_type_hints", "TypeAdapter"}:
                yield from (last_name(one) for one in node.args)


def listed(trees: dict[Path, ast.Module]) -> Iterator[str]:
    """The classes that LiteLLM makes lists of names from: `owned_wire_names(Options)`, `ROOTS = (Options, State)`."""
    for node in (node for tree in trees.values() for node in ast.walk(tree)):
        match node:
            case ast.Call(args=named) if re.search("names|fields|keys", last_name(node.func)):
                yield from map(last_name, named)
            case ast.Assign(value=ast.Tuple(elts=named)) | ast.AnnAssign(value=ast.Tuple(elts=named)):
                yield from map(last_name, named)


def parts_of(names: set[str], classes: list[ast.ClassDef]) -> set[str]:
    """Classes by their names, with those that their fields hold."""
    for _ in range(4):
        fields = [one for node in classes if node.name in names for one in node.body if isinstance(one, ast.AnnAssign)]
        names = names | {last_name(node) for field in fields for node in ast.walk(field.annotation)}
    return names


def fields_of(node: ast.ClassDef) -> set[str]:
    fields = {last_name(one.target) for one in node.body if isinstance(one, ast.AnnAssign)}
    aliases = [one.value for one in ast.walk(node) if isinstance(one, ast.keyword) and one.arg in ALIASES]
    texts = {text_of(one) for alias in aliases for one in ast.walk(alias)} - {None}
    makers = [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"]
    return fields | texts | parameters(iter(makers))


def header_texts(trees: dict[Path, ast.Module]) -> set[str]:
    texts = (node.value for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and HEADER.fullmatch(text)}


main()
