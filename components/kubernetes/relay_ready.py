"""Succeeds if the PostgreSQL server at POSTGRES_HOST:POSTGRES_PORT takes connections, and says why if not."""

import os
import socket
import sys

address = (os.environ["POSTGRES_HOST"], int(os.environ["POSTGRES_PORT"]))
try:
    socket.create_connection(address, timeout=4).close()
except OSError as error:
    sys.exit(f"PostgreSQL at {address[0]}:{address[1]} can't be reached: {error}")
