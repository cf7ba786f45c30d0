"""Leaves a process the sockets of networks.

Landlock keeps files away, but not who listens on a file: the user's systemd, D-Bus or Docker would run whatever they are
asked to, outside of any box.
"""

import ctypes
import errno
import os
import socket

from confinement import LINUX, PR_SET_NO_NEW_PRIVS, prctl

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
"""Where a filter finds what is called."""

IO_URING_SETUP = 425
"""Opens sockets, too, by calls that no filter sees."""

X32 = 0x40000000
"""Above this, x86-64 has its calls a second time."""

ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Each with its number in filters, and that of the call `socket`."""


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("then", ctypes.c_uint8), ("other", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("start", ctypes.POINTER(Instruction))]


def leave_networks_only() -> None:
    """For good, and for all that this process starts. Does nothing where the system can't."""
    machine = os.uname().machine
    if not LINUX or machine not in ARCHITECTURES:
        return
    architecture, socket_call = ARCHITECTURES[machine]
    families = [socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK]
    instructions = [
        # Two numbers say how many instructions to skip: if it holds, and if it doesn't.
        Instruction(LOAD, 0, 0, ARCHITECTURE),
        Instruction(IF_EQUAL, 0, 7 + len(families), architecture),
        Instruction(LOAD, 0, 0, NUMBER),
        Instruction(IF_AT_LEAST, 5 + len(families), 0, X32),
        Instruction(IF_EQUAL, 4 + len(families), 0, IO_URING_SETUP),
        Instruction(IF_EQUAL, 0, 2 + len(families), socket_call),
        Instruction(LOAD, 0, 0, FIRST_ARGUMENT),
        *(Instruction(IF_EQUAL, len(families) - index, 0, family) for index, family in enumerate(families)),
        Instruction(RETURN, 0, 0, REFUSE | errno.EAFNOSUPPORT),
        Instruction(RETURN, 0, 0, ALLOW),
        Instruction(RETURN, 0, 0, REFUSE | errno.ENOSYS),
    ]
    program = Program(len(instructions), (Instruction * len(instructions))(*instructions))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program))
