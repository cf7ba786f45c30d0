"""Forwards each connection to 127.0.0.1:POSTGRES_PORT on to the PostgreSQL server at POSTGRES_HOST:POSTGRES_PORT.

Only a port-forward gets to a pod's own 127.0.0.1, so that the cluster's API decides who may connect. It knows no password,
and passes TLS on as it comes.
"""

import asyncio
import os
import signal
import sys

HOST = os.environ["POSTGRES_HOST"]
PORT = int(os.environ["POSTGRES_PORT"])
# Only tests, whose server is on the same address, listen on another port.
LISTEN_PORT = int(os.environ.get("RELAY_PORT", PORT))

CONNECT_SECONDS = 10
# More than Pulumi's plugin ever opens at once, and little enough for the server and for the pod's memory.
MAX_CONNECTIONS = 32
CHUNK_BYTES = 64 * 1024

connections: set[asyncio.Task[None]] = set()


def log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copies no faster than the target takes it. When the source has said all, so has this; the way back stays open."""
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    target.write_eof()


async def forward(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    writers = [to_client]
    try:
        server, to_server = await asyncio.wait_for(asyncio.open_connection(HOST, PORT), CONNECT_SECONDS)
        writers.append(to_server)
        await asyncio.gather(copy(client, to_server), copy(server, to_client))
    except (OSError, asyncio.TimeoutError) as error:
        reason = str(error) or f"no answer within {CONNECT_SECONDS} s"
        if len(writers) == 1:
            log(f"PostgreSQL at {HOST}:{PORT} can't be reached: {reason}")
        else:
            log(f"A connection broke: {reason}")
            # What is still to be said to the other side may never be taken.
            for writer in writers:
                writer.transport.abort()
    finally:
        for writer in writers:
            writer.close()


async def accept(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    if len(connections) >= MAX_CONNECTIONS:
        log(f"Refused a connection: {MAX_CONNECTIONS} are open already")
        to_client.close()
        return
    task = asyncio.ensure_future(forward(client, to_client))
    connections.add(task)
    task.add_done_callback(connections.discard)


async def main() -> None:
    server = await asyncio.start_server(accept, "127.0.0.1", LISTEN_PORT)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    log(f"Forwarding 127.0.0.1:{LISTEN_PORT} to {HOST}:{PORT}")
    await stopped.wait()
    server.close()
    # What is under way may come to its end for as long as the cluster lets it.
    await asyncio.gather(*connections)


asyncio.run(main())
