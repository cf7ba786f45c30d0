"""What Linux lets a process do, without privileges, against others that run as the same user.

Other systems offer less, and old kernels too: a worker then runs without, and says so.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable

LINUX = sys.platform == "linux"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 36, 38

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
"""System calls, by the same numbers on every architecture."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEV = (1 << bit for bit in (0, 1, 2, 3, 14, 15))
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""The rights that a file can have; the others are those of folders."""

SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("path", ctypes.c_int32)]


def hide() -> None:
    """Keeps others of the same user out of this process's memory, environment and open files, until it runs another program."""
    prctl(PR_SET_DUMPABLE, 0)


def adopt_orphans() -> None:
    """Makes this process the parent of all that it started whose own parent has ended."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent(parent: int, signal: int) -> None:
    prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal)


def children(not_in_session: int | None = None) -> list[int]:
    """The ids of this process's children, but for those in the given session. Linux only."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")) if LINUX else ():
        try:
            with open(f"/proc/{pid}/stat") as file:
                _, parent, _, session = file.read().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(parent) == os.getpid() and int(session) != not_in_session:
            found.append(int(pid))
    return found


def give_up_privileges() -> None:
    """For good, and for all that this process starts: root becomes a user like others, who owns root's files."""
    for capability in range(64):
        prctl(PR_CAPBSET_DROP, capability)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def landlock_version() -> int:
    """0 where the system can't confine a process to files: https://docs.kernel.org/userspace-api/landlock.html."""
    return max(0, libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)) if LINUX else 0


def confine(readable: Iterable[str], writable: Iterable[str]) -> None:
    """
    Leaves this process and all that it starts no files but these, and none of the processes around it to look into or,
    from Linux 6.12 on, to send signals to. Does nothing where the system can't.
    """
    version = landlock_version()
    if version == 0:
        return
    # What each version added: renaming across folders, truncating, and the controls of devices.
    handled = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    ruleset = Ruleset(handled, 0, SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0)
    rules = checked(libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0))
    for paths, rights in ((readable, READ), (writable, handled)):
        for path in paths:
            allow(rules, path, rights & handled)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    checked(libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0))
    os.close(rules)


def allow(rules: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(opened).st_mode):
        rights &= OF_FILES
    checked(libc.syscall(LANDLOCK_ADD_RULE, rules, 1, ctypes.byref(PathRule(rights, opened)), 0))
    os.close(opened)


def checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(option: int, value: int, address: int = 0) -> None:
    if LINUX:
        libc.prctl(option, *(ctypes.c_ulong(argument) for argument in (value, address, 0, 0)))
