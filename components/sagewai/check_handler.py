"""Fails if a pool's handler is not a program for this Python, before a worker starts whose tasks would all fail: check_handler.py HANDLER."""

import sys

path = sys.argv[1]
with open(path, "rb") as file:
    try:
        compile(file.read(), path, "exec")
    except (SyntaxError, ValueError) as error:
        where = f" in line {error.lineno}" if getattr(error, "lineno", None) else ""
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"sagewai worker: the pool's handler is not a program for Python {version}: {getattr(error, 'msg', error)}{where}. Correct `handler` of the pool in the settings.")
