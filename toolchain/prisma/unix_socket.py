"""Reaches the query engine through a Unix socket, where Prisma's client for Python dials a port of this machine.

Everybody on the machine can dial a port: other users, and web pages by way of a browser. Whoever listens on it first gets the
client's queries. The folder of the socket is open to the client's own user only, and no web page can name a socket.

Copied to `prisma/engine/query.py` of LiteLLM's environment. `prisma.engine` takes all names from there, and so this class
in place of its own.
"""

import os
import tempfile
from pathlib import Path

import httpx

from .._async_http import AsyncHTTP
from ..utils import temp_env_update
from . import _query

LONGEST_PATH = 103
"""Bytes that the path of a socket may have on macOS; Linux takes four more."""


class AsyncQueryEngine(_query.AsyncQueryEngine):
    def _spawn_process(self, **kwargs):
        socket = new_socket()
        config = self.session.session_kwargs
        # With a transport of its own, httpx leaves HTTP_PROXY alone; it leaves `limits` alone as well.
        transport = httpx.AsyncHTTPTransport(uds=socket, limits=config["limits"])
        self.session = AsyncHTTP(**{**config, "transport": transport})
        with temp_env_update({"QUERY_ENGINE_SOCKET": socket}):
            _, process = super()._spawn_process(**kwargs)
        self.url = "http://query-engine"
        return self.url, process


QueryEngine = AsyncQueryEngine


def new_socket() -> str:
    """A path for a socket, in a new folder that only this user may enter. The engine deletes both when it ends."""
    folder = tempfile.mkdtemp(prefix="query-engine-")
    if len(os.fsencode(folder)) + len("/socket") > LONGEST_PATH:
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix="query-engine-", dir="/tmp")
    return os.path.join(folder, "socket")
