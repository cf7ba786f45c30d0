"""What a request may hold: the routes of the public APIs, and of each the parameters and headers that they define.

LiteLLM takes whatever a request names for an instruction: which provider to call, where, with whose key, at what price,
how often. Its own protection is a list of forbidden names, which each release outgrows. So this is a list of allowed ones.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stored_data import embedded_data, stored_data

STEERING_METADATA_BEGINNINGS = ("_", "user_api_key", "litellm", "trace_", "metadata.")
"""Beginnings of names in a request's `metadata` that LiteLLM takes for its own."""


class Refused(Exception):
    """A request that must not reach LiteLLM. The message says why, to whoever sent it."""

    def __init__(self, message: str, parameter: str | None = None, status: int = 400):
        super().__init__(message)
        self.message = message
        self.parameter = parameter
        self.status = status


@dataclass(frozen=True)
class Family:
    """A public API: the names that its requests may hold at their top level."""

    name: str
    parameters: frozenset[str]
    query: frozenset[str]
    is_form: bool
    """Whether its requests are forms with a file."""


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    family: Family | None
    """None for a route that takes no body."""


class Rules:
    """The rules of a stack: `request_guard.json`, which the program writes."""

    def __init__(self, data: Mapping):
        self.headers = frozenset(data["headers"])
        self.steering_headers = tuple(data["steering_headers"])
        self.steering_metadata = frozenset(data["steering_metadata"])
        self.project_parameters = frozenset(data["project_parameters"])
        families = {
            name: Family(name, frozenset(api["parameters"]), frozenset(api["query"]), api["form"])
            for name, api in data["families"].items()
        }
        self.routes = [
            Route(
                route["method"],
                path_pattern(route["path"]),
                frozenset(route["query"]),
                families[route["family"]] if route["family"] else None,
            )
            for route in data["routes"]
        ]
        self._exact = {(route["method"], route["path"]): self.routes[i] for i, route in enumerate(data["routes"])}
        self._patterns = [self.routes[i] for i, route in enumerate(data["routes"]) if "{" in route["path"]]
        self._roots = tuple(sorted({route["path"].split("/{model}")[0] + "/" for route in data["routes"]}))

    def route(self, method: str, path: str) -> Route | None:
        exact = self._exact.get((method, path))
        return exact or next((r for r in self._patterns if r.method == method and r.path.fullmatch(path)), None)

    def is_near(self, path: str) -> bool:
        """Whether a path is one of the routes with another method, or lies below one: LiteLLM's list of a key's routes
        counts both as the route itself."""
        return path.startswith(self._roots) or self.is_known(path)

    def is_known(self, path: str) -> bool:
        """Whether a path is one of the routes, whatever its method."""
        return any(route.path.fullmatch(path) for route in self.routes)

    def check_query(self, route: Route, names: Iterable[str]) -> None:
        """LiteLLM takes what the query holds for parameters of the body."""
        allowed = route.query | (route.family.query if route.family else frozenset())
        for name in names:
            if name not in allowed:
                raise Refused(f"The query parameter `{name}` is not part of this API: leave it out.", name)

    def check_headers(self, names: Iterable[str]) -> None:
        for name in names:
            if name.startswith(self.steering_headers) and name not in self.headers:
                raise Refused(f"The header `{name}` is not part of this API: leave it out.", name)

    def check_parameters(self, family: Family, body: Mapping) -> dict:
        """What of the body only some projects may send, and this one perhaps: LiteLLM must not see it yet."""
        extra = {name: value for name, value in body.items() if name not in family.parameters}
        for name in extra:
            if name not in self.project_parameters:
                raise Refused(
                    f"`{name}` is not a parameter of this API. A project's `parameters` in the gateway's settings can "
                    "allow what only shapes a model's answer.",
                    name,
                )
        self.check_metadata(family, body.get("metadata"))
        check_model(family, body)
        check_lists(body)
        check_tools(body.get("tools"))
        check_background(body)
        check_stored_data(family, body)
        return extra

    def check_metadata(self, family: Family, metadata: object) -> None:
        """Anthropic's holds a user's id; OpenAI's are texts by name, some of which LiteLLM would take for its own."""
        if metadata is None:
            return
        metadata = parsed(metadata) if family.is_form else metadata
        if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
            raise Refused("`metadata` must be a mapping of texts, such as `{\"ticket\": \"4711\"}`.", "metadata")
        for name in metadata:
            if name in self.steering_metadata or name.startswith(STEERING_METADATA_BEGINNINGS):
                raise Refused(f"The name `{name}` in `metadata` is one of the gateway's own: choose another.", "metadata")


def check_model(family: Family, body: Mapping) -> None:
    """Without a model, LiteLLM asks a provider's own address, past the list of models; with several, each of them."""
    model = body.get("model")
    if "model" in family.parameters and not (isinstance(model, str) and model):
        raise Refused("`model` must be the name of one model.", "model")


def check_lists(body: Mapping) -> None:
    """What must be lists of objects: LiteLLM fails on other values as if the provider had, tries again and again, and then
    rests the model for everybody."""
    for name in ("messages", "contents", "tools", "functions"):
        value = body.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
            raise Refused(f"`{name}` must be a list of objects.", name)


def check_tools(tools: object) -> None:
    """A tool that has a model of its own: LiteLLM runs Anthropic's advisor itself, with whatever model the request names,
    also one that the key doesn't open, and charges nobody."""
    for tool in tools if isinstance(tools, list) else []:
        if isinstance(tool, dict) and (tool.get("model") is not None or str(tool.get("type")).startswith("advisor")):
            raise Refused("Nothing in `tools` can have a model of its own: leave out its `model`.", "tools")


def check_background(body: Mapping) -> None:
    if body.get("background"):
        raise Refused("`background` can't be used: LiteLLM charges nobody for an answer that comes later.", "background")


def check_stored_data(family: Family, body: Mapping) -> None:
    name = "input" if family.name == "embeddings" and embedded_data(body) else stored_data(body)
    if name is not None:
        raise Refused(
            f"`{name}` refers to data that are stored with a provider or in a cloud, which no key of this gateway opens: "
            "send the data themselves.",
            name,
        )


def path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in path.split("{model}")), re.DOTALL)


def parsed(value: object) -> object:
    """A field of a form, whose values are texts."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
