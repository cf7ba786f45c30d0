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
import gc
import importlib.metadata
import json
import re

from declarations import Declarations
from key_reads import Kind
from litellm_sources import ADMINISTRATION, sources
from named_texts import NamedTexts
from request_reads import HEADERS, METADATA, REQUEST, RequestReads

HEADER = re.compile(
    r"(x|litellm|langfuse|langsmith|helicone|anthropic|openai|llm_provider|cf|mcp)-[a-z0-9_-]*[a-z0-9]|x-[a-z0-9-]*-",
    re.IGNORECASE,
)
# What a list of parameters' names is called.
LIST_OF_NAMES = re.compile(r"param|field|kwarg|header|control|cred|metadata", re.IGNORECASE)


def main() -> None:
    named, declarations = NamedTexts(), Declarations()
    found: dict[Kind, set[str]] = {kind: set() for kind in ("body", "headers", "metadata", "query")}
    for path, tree in sources(skipped=ADMINISTRATION):
        named.add(tree)
        declarations.add(path, tree)
        found["headers"] |= header_texts(tree)
    named.resolve()

    called_with_requests: set[str] = set()
    for _, tree in sources(skipped=ADMINISTRATION):
        RequestReads(named, found, called_with_requests).visit(tree)
    found["body"] |= declarations.bound(called_with_requests)
    found["query"] |= declarations.of_routes()
    for name, members in named.lists.items():
        if LIST_OF_NAMES.search(name) and (name.isupper() or REQUEST.search(name)):
            found[kind_of_list(name.lower())] |= members
    found["headers"] = {name.lower() for name in found["headers"]}
    version = importlib.metadata.version("litellm")
    print(json.dumps({"version": version, **{kind: sorted(names) for kind, names in found.items()}}, indent=2))


def header_texts(tree: ast.Module) -> set[str]:
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and HEADER.fullmatch(text)}


def kind_of_list(name: str) -> Kind:
    if HEADERS.search(name):
        return "headers"
    return "metadata" if METADATA.search(name) else "body"


if __name__ == "__main__":
    # Trees hold no cycles: looking for some takes longer than reading them.
    gc.disable()
    main()
