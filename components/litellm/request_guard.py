"""Guards LiteLLM: of each request, only what the public APIs define gets through.

Stands before everything else in each of LiteLLM's processes, as the outermost ASGI application, so that it sees a request
as it was sent. LiteLLM starts it by LITELLM_WORKER_STARTUP_HOOKS=request_guard:install, and doesn't start without it:
`project_parameters.py`, which LiteLLM loads as a callback, sees to that.

What only some projects may send is kept back here and given to LiteLLM by `project_parameters.py`, once the project is
known. If anything fails, LiteLLM has not seen it.
"""

import hmac
import json
import os
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import parse_qsl

import orjson

import shown_models
from request_rules import Refused, Route, Rules

kept_back: ContextVar[dict] = ContextVar("kept_back", default={})
"""Parameters of the request in hand that only some projects may send."""

KEY_HEADERS = (b"x-litellm-api-key", b"authorization", b"api-key", b"x-api-key", b"x-goog-api-key")
"""Where LiteLLM looks for a key."""

CLOSED = "REQUEST_GUARD_CLOSED"
"""The variable that closes everything but the rules' routes to whoever comes from outside of a pod."""

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class RequestGuard:
    """An ASGI application before another one."""

    def __init__(self, app, rules: Rules, master_key: str, reaches_providers: Callable[[str], bool], closed=False):
        """
        `reaches_providers` says of a path whether LiteLLM lets each key call it that has no list of routes; `closed`, whether
        clients get to the rules' routes and to no others.
        """
        self.app = app
        self.rules = rules
        self.master_key = master_key.encode()
        self.reaches_providers = reaches_providers
        self.closed = closed

    async def __call__(self, scope, receive, send):
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                # No route that is guarded is one.
                await send({"type": "websocket.close", "code": 1008, "reason": "Not open to clients of this gateway."})
            case _:
                await self.app(scope, receive, send)

    async def _http(self, scope, receive, send):
        method, path = scope["method"], request_path(scope)
        hides = path in shown_models.PATHS and not self._is_administrator(scope)
        route = self.rules.route(method, path)
        try:
            if route is not None:
                scope, receive = await self._guarded(route, scope, receive)
            elif not self._is_open(method, path, scope):
                raise Refused(f"{method} {path} is not open to clients of this gateway.", status=404)
        except Refused as refusal:
            await refuse(send, refusal)
        except Disconnected:
            return
        else:
            await self.app(scope, receive, shown_models.for_clients(send) if hides else send)

    async def _guarded(self, route: Route, scope, receive):
        """The request as LiteLLM may see it."""
        if not (route.family is None and self._is_administrator(scope)):
            self.rules.check_query(route, query_names(scope["query_string"]))
        self.rules.check_headers(name.decode("latin-1") for name, _ in scope["headers"])
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") in self.rules.headers]
        if route.family is None:
            # LiteLLM would read parameters from the body of a GET as well.
            bodiless = [(name, value) for name, value in headers if name not in (b"content-type", b"content-length")]
            return {**scope, "headers": bodiless}, replay(b"", receive)

        body = await whole_body(receive)
        content_type = header(scope, b"content-type")
        if route.family.is_form and content_type.lower().startswith(FORMS):
            fields = await form_fields(scope, body)
            if self.rules.check_parameters(route.family, fields):
                raise Refused("Forms can't hold what only some projects may send.")
            return {**scope, "headers": headers}, replay(body, receive)

        text, parameters = json_object(body)
        extra = self.rules.check_parameters(route.family, parameters)
        kept_back.set(extra)
        if extra:
            text = orjson.dumps({name: value for name, value in parameters.items() if name not in extra})
        replaced = {b"content-type": b"application/json", b"content-length": str(len(text)).encode()}
        headers = [(name, value) for name, value in headers if name not in replaced] + list(replaced.items())
        return {**scope, "headers": headers}, replay(text, receive)

    def _is_open(self, method: str, path: str, scope) -> bool:
        """Whether somebody gets to a path that is none of the rules' routes, where LiteLLM itself asks for a key."""
        reaches_providers = self.rules.is_near(path) or self.reaches_providers(path)
        if method == "OPTIONS" and self.rules.is_known(path):
            # Browsers ask before they send.
            return True
        if self.closed and not came_from_inside(scope):
            return False
        return not reaches_providers or self._is_administrator(scope)

    def _is_administrator(self, scope) -> bool:
        keys = [value.removeprefix(b"Bearer ") for name, value in scope["headers"] if name in KEY_HEADERS]
        return any(hmac.compare_digest(key, self.master_key) for key in keys)


def came_from_inside(scope) -> bool:
    """Whether the address that was connected to is the machine's or pod's own. Of a pod, only a port-forward gets there:
    the cluster's API decides who may open one. Unlike a header, it can't be forged."""
    server = scope.get("server")
    return bool(server) and server[0] in ("127.0.0.1", "::1")


class Disconnected(Exception):
    """The client went away before its request was there."""


def request_path(scope) -> str:
    """The path that LiteLLM's router sees."""
    path, root = scope["path"], scope.get("root_path", "").rstrip("/")
    return path[len(root) :] if root and path.startswith(root + "/") else path


def query_names(query: bytes) -> list[str]:
    return [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]


def header(scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def whole_body(receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def replay(body: bytes, receive):
    """A request's body once more, and then whatever else comes."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replayed():
        message = next(messages, None)
        return await receive() if message is None else message

    return replayed


def json_object(body: bytes) -> tuple[bytes, dict]:
    """A body's text and what it holds. The text is one that LiteLLM reads no differently."""
    try:
        text, value = body, orjson.loads(body)
    except orjson.JSONDecodeError:
        text, value = repaired(body)
    if not isinstance(value, dict):
        raise Refused("The body must be a JSON object.")
    return text, value


def repaired(body: bytes) -> tuple[bytes, object]:
    """Some clients cut a text in the middle of an emoji: what is left of it is replaced, as LiteLLM does."""
    try:
        value = json.loads(body)
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        return text, orjson.loads(text)
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.") from None


async def form_fields(scope, body: bytes) -> dict:
    """The fields of a form, read as LiteLLM reads them."""
    from starlette.requests import Request

    async def nothing_more():
        return {"type": "http.disconnect"}

    try:
        async with Request(scope, replay(body, nothing_more)).form() as form:
            return {name: value if isinstance(value, str) else None for name, value in form.multi_items()}
    except Exception as error:
        raise Refused(f"The body is not a form: {error}") from None


async def refuse(send, refusal: Refused) -> None:
    """An error that the SDKs of OpenAI and Anthropic both understand."""
    kind = "not_found_error" if refusal.status == 404 else "invalid_request_error"
    error = {"type": kind, "message": refusal.message, "param": refusal.parameter, "code": "refused_by_gateway"}
    body = orjson.dumps({"type": "error", "error": error})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def install() -> None:
    """Puts the guard before LiteLLM's application, in the process that runs it."""
    from litellm.proxy.auth.route_checks import RouteChecks
    from litellm.proxy.proxy_server import app

    rules = Rules(json.loads(Path(__file__).with_name("request_guard.json").read_text()))
    if app.middleware_stack is None:
        app.middleware_stack = app.build_middleware_stack()
    if not isinstance(app.middleware_stack, RequestGuard):
        master_key, closed = os.environ["LITELLM_MASTER_KEY"], os.environ.get(CLOSED) == "True"
        app.middleware_stack = RequestGuard(app.middleware_stack, rules, master_key, RouteChecks.is_llm_api_route, closed)
