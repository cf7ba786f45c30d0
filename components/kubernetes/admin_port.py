"""Takes administrators' requests on a port of its own, where they have a hostname.

The request guard lets nobody but those who come to a pod's own 127.0.0.1 get to everything that LiteLLM has. The Gateway of
administrators calls this port, from which their connections are handed on to 127.0.0.1; network policies let nobody else
to it.
"""

import asyncio
import os

CHUNK_BYTES = 64 * 1024

# What nobody refers to may be collected.
servers: list[asyncio.Server] = []


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copies no faster than the target takes it. When the source has said all, so has this; the way back stays open."""
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    target.write_eof()


async def hand_on(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    writers = [to_client]
    try:
        litellm, to_litellm = await asyncio.open_connection(*address("ADMIN_PORT_LITELLM"))
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
    """LiteLLM calls this at the start of each of its processes, which all listen."""
    servers.append(await asyncio.start_server(hand_on, *address("ADMIN_PORT_ADDRESS"), reuse_port=True))
