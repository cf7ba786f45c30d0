"""Lets clients get no further into LiteLLM than to the routes that are theirs.

LiteLLM runs `install` at the start of each of its processes, and doesn't start if that fails. From then on every request
comes by here first, as LiteLLM itself will see it: a load balancer of TCP knows no paths, and some Gateways send on another
path than the one that they matched.

Only a port-forward gets to a pod's own 127.0.0.1, so that the cluster's API decides who comes that way: administrators, who
get to everything. Everybody else is a client. Where administrators have a hostname, its Gateway calls another port, from
which their connections are handed on to 127.0.0.1; network policies let nobody else to that port.
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable

Scope = dict
Send = Callable[[dict], Awaitable[None]]
App = Callable[[Scope, Callable, Send], Awaitable[None]]

ROUTES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "client-routes.json")

OWN_ADDRESSES = ("127.0.0.1", "::1")

CHUNK_BYTES = 64 * 1024

# What nobody refers to may be collected.
servers: list[asyncio.Server] = []


class FrontDoor:
    def __init__(self, app: App, routes: list[dict[str, str]]) -> None:
        self.app = app
        self.methods: dict[str, set[str]] = {}
        self.patterns: list[tuple[re.Pattern[str], str]] = []
        for route in routes:
            method, path = route["method"], route["path"]
            if "{" in path:
                pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(path))
                self.patterns.append((re.compile(pattern), method))
            else:
                # Browsers ask with OPTIONS before they send; LiteLLM answers that itself.
                self.methods.setdefault(path, {"OPTIONS"}).add(method)

    async def __call__(self, scope: Scope, receive: Callable, send: Send) -> None:
        if scope["type"] == "lifespan" or self.lets_in(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refuse(scope, send)

    def lets_in(self, scope: Scope) -> bool:
        # The address that was connected to, which nobody can forge as they can a header.
        server = scope.get("server")
        if server and server[0] in OWN_ADDRESSES:
            return True
        if scope["type"] != "http" or scope.get("root_path"):
            return False
        # Decoded, as LiteLLM's own routes are found by it.
        method, path = scope["method"], scope["path"]
        return method in self.methods.get(path, ()) or any(
            method == own and pattern.fullmatch(path) for pattern, own in self.patterns
        )


async def refuse(scope: Scope, send: Send) -> None:
    """Answers 404 in the form that both OpenAI's and Anthropic's clients read."""
    message = f"{scope['method']} {scope['path']} is not open to clients of this gateway."
    error = {"type": "not_found_error", "message": message, "param": None, "code": "404"}
    body = json.dumps({"type": "error", "error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copies no faster than the target takes it. When the source has said all, so has this; the way back stays open."""
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    target.write_eof()


async def hand_on(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    writers = [to_client]
    try:
        litellm, to_litellm = await asyncio.open_connection(*address("FRONT_DOOR_LITELLM"))
        writers.append(to_litellm)
        await asyncio.gather(copy(client, to_litellm), copy(litellm, to_client))
    except OSError:
        # One of the two is gone, and what the other still says is of no use.
        for writer in writers:
            writer.transport.abort()
    finally:
        for writer in writers:
            writer.close()


def address(variable: str) -> tuple[str, int]:
    host, _, port = os.environ[variable].rpartition(":")
    return host, int(port)


async def install() -> None:
    from litellm.proxy.proxy_server import app

    with open(ROUTES, encoding="utf-8") as file:
        routes = json.load(file)
    if not routes or app.middleware_stack is None:
        raise RuntimeError("LiteLLM can't be closed to clients: there is nothing to close, or nothing to leave open.")
    app.middleware_stack = FrontDoor(app.middleware_stack, routes)
    if "FRONT_DOOR_ADMINISTRATORS" in os.environ:
        # Each process has one.
        servers.append(await asyncio.start_server(hand_on, *address("FRONT_DOOR_ADMINISTRATORS"), reuse_port=True))
