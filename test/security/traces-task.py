"""A task that leaves what the next one finds, and says what it found: files, processes, and its own places."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

payload = json.load(sys.stdin)["payload"]
marker = payload["marker"]
places = [os.getcwd(), os.path.expanduser("~"), tempfile.gettempdir()]


def names_in(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError:
        return []


looked_in = {*places, "/tmp", os.path.dirname(os.getcwd())}
seen = [name for place in looked_in for name in names_in(place) if marker in name or name == "usercustomize.py"]


def running() -> list[str]:
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                command = file.read().split("\0")
        except OSError:
            continue
        if marker in command and int(pid) != os.getpid():
            found.append(pid)
    return found


before = running()
for place in places:
    for name in (f"{marker}.txt", "usercustomize.py", "json.py"):
        with open(os.path.join(place, name), "w") as file:
            file.write("raise SystemExit('planted')")
# Whoever removes the folder must not follow it to the worker's home.
os.symlink(os.path.dirname(os.path.dirname(os.getcwd())), "up")
os.makedirs("locked/inside")
os.chmod("locked", 0)

# One that goes away as far as it can: another session, no parent, deaf to what can be ignored.
stay = "import os, signal, sys, time\nos.setsid()\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.fork() and os._exit(0)\ntime.sleep(3600)"
subprocess.run([sys.executable, "-I", "-c", stay, marker], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
if payload.get("waits"):
    time.sleep(3600)
if payload.get("kills"):
    os.kill(os.getppid(), signal.SIGKILL)
print(json.dumps({"places": places, "seen": seen, "before": before, "after": len(running())}))
