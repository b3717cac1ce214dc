"""A process that has confined itself stays within its bounds."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

import bionrw
from bionrw.store import confinement

IMPORT_ROOT = str(Path(bionrw.__file__).parents[1])
ALLOWED, DENIED = 0x7FFF0000, 0x00050001
LINUX = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}


def verdict(program, architecture, call):
    """Run a seccomp program by hand, as the kernel would."""
    described = {0: call, 4: architecture}
    loaded, position = 0, 0
    while True:
        code, if_true, if_false, operand = program[position]
        position += 1
        if code == 0x20:
            loaded = described[operand]
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: loaded == operand, 0x35: loaded >= operand}[code]
            position += if_true if holds else if_false


@pytest.mark.parametrize(
    ("machine", "architecture", "call", "expected"),
    [
        ("x86_64", 0xC000003E, 0, ALLOWED),  # read
        ("x86_64", 0xC000003E, 45, ALLOWED),  # recvfrom, for the channel to the parent
        ("x86_64", 0xC000003E, 41, DENIED),  # socket
        ("x86_64", 0xC000003E, 42, DENIED),  # connect
        ("x86_64", 0xC000003E, 425, DENIED),  # io_uring_setup
        ("x86_64", 0xC000003E, 0x40000000 + 41, DENIED),  # socket, by the x32 table
        ("x86_64", 0x40000003, 3, DENIED),  # any call by the 32-bit table
        ("aarch64", 0xC00000B7, 63, ALLOWED),  # read
        ("aarch64", 0xC00000B7, 198, DENIED),  # socket
        ("aarch64", 0xC00000B7, 203, DENIED),  # connect
        ("aarch64", 0xC00000B7, 425, DENIED),  # io_uring_setup
        ("aarch64", 0x40000028, 3, DENIED),  # any call by the 32-bit table
    ],
)
def test_the_filter_denies_network_calls(machine, architecture, call, expected):
    program = confinement._refusals(*confinement._NETWORK_CALLS[machine])
    assert verdict(program, architecture, call) == expected


def run_confined(body):
    """Run Python code in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"from bionrw.store import confinement\n{body}"],
        env={"PYTHONPATH": IMPORT_ROOT},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(not LINUX, reason="seccomp is Linux's, on two architectures")
def test_no_thread_opens_a_socket_once_the_network_is_refused():
    body = """
import socket, threading
here, there = socket.socketpair()
print(confinement.refuse_network())
def dial():
    try:
        socket.socket()
    except PermissionError:
        print("refused")
thread = threading.Thread(target=dial); thread.start(); thread.join()
here.send(b"the open channel goes on"); print(there.recv(8).decode())
open("/dev/null").close(); print("files open")
"""
    assert run_confined(body) == ["True", "refused", "the", "open", "files", "open"]


def test_a_loaded_store_answers_without_any_descriptor():
    body = """
import pyoxigraph as ox
store = ox.Store()
print(confinement.refuse_descriptors(), bool(store.query("ASK {}")))
try:
    list(store.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"))
except Exception as error:
    print(type(error).__name__)
"""
    assert run_confined(body)[:2] == ["True", "True"]


def test_memory_is_bounded():
    body = """
print(confinement.limit_memory(1024**3))
try:
    bytearray(2 * 1024**3)
except MemoryError:
    print("refused")
"""
    assert run_confined(body) in (["True", "refused"], ["False"])
