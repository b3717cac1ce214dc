"""What a reader process takes from itself before it sees a query: memory, network, life after its parent."""

import ctypes
import platform
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

SECCOMP, DESCRIPTORS, NONE = "seccomp", "descriptors", "none"

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

# Classic BPF as seccomp reads it: load a word of the call's description, compare, return a verdict.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL_NUMBER, _CALL_ARCHITECTURE = 0, 4
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1  # the refused call fails with EPERM
_X32_CALLS = 0x40000000

# Machine → its architecture number, then socket, connect and io_uring_setup (which opens sockets too).
_NETWORK_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 425)),
    "aarch64": (0xC00000B7, (198, 203, 425)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("operand", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def end_with_parent() -> None:
    """Ask the kernel to end this process when the thread that started it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_memory(extra: int) -> bool:
    """Bound the address space to what it is now and `extra` bytes; return whether the bound holds.

    No core file is written, and where the system runs out of memory all the same, this process goes first.
    """
    limit = _address_space() + extra
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    return resource.getrlimit(resource.RLIMIT_AS)[0] == limit


def refuse_network() -> bool:
    """Forbid this process to open or connect sockets and return whether that holds.

    Must run before other threads start: a seccomp filter is inherited, not shared.
    """
    if sys.platform == "linux" and platform.machine() in _NETWORK_CALLS:
        _install(_refusals(*_NETWORK_CALLS[platform.machine()]))
    return not _can_open_sockets()


def refuse_descriptors() -> bool:
    """Forbid this process to open any further file or socket and return whether that holds."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    return not _can_open_sockets()


def _address_space() -> int:
    """Return the bytes of address space in use, 0 where the system does not tell."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return 0


def _can_open_sockets() -> bool:
    try:
        socket.socket().close()
    except OSError:
        return False
    return True


def _refusals(architecture: int, calls: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return a program that denies `calls`, and every call made for another architecture."""
    to_denial = len(calls) + 1
    tests = [(_IF_EQUAL, to_denial - index, 0, call) for index, call in enumerate(calls, start=1)]
    return [
        (_LOAD, 0, 0, _CALL_ARCHITECTURE),
        (_IF_EQUAL, 0, len(calls) + 3, architecture),
        (_LOAD, 0, 0, _CALL_NUMBER),
        (_IF_AT_LEAST, to_denial, 0, _X32_CALLS),
        *tests,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]


def _install(program: list[tuple[int, int, int, int]]) -> None:
    instructions = (_Instruction * len(program))(*(_Instruction(*each) for each in program))
    filter_program = _Program(len(program), instructions)
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_program), 0, 0)
