"""Frames arrive as they were sent, or not at all."""

import socket
import threading

import pytest

from bionrw.store import wire


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


@pytest.mark.parametrize("size", [0, 1, wire.FRAME_BYTES, 5 * wire.FRAME_BYTES])
def test_a_frame_arrives_whole(ends, size):
    here, there = ends
    payload = bytes(index % 251 for index in range(size))
    sender = threading.Thread(target=wire.send, args=(here, wire.MORE, payload))
    sender.start()
    assert wire.receive(there) == (wire.MORE, payload)
    sender.join()


def test_a_frame_that_is_sent_in_pieces_arrives_whole(ends):
    here, there = ends
    # With a time limit the system takes what has room, and no more.
    here.settimeout(10)
    payload = bytes(index % 251 for index in range(64 * wire.FRAME_BYTES))
    sender = threading.Thread(target=wire.send, args=(here, wire.MORE, payload))
    sender.start()
    assert wire.receive(there) == (wire.MORE, payload)
    sender.join()


def test_frames_keep_their_order(ends):
    here, there = ends
    for kind in (wire.ASK, wire.MORE, wire.LAST):
        wire.send(here, kind, kind * 3)
    received = [wire.receive(there) for _ in range(3)]
    assert received == [(kind, kind * 3) for kind in (wire.ASK, wire.MORE, wire.LAST)]


@pytest.mark.parametrize("sent", [b"", b"M", b"M\x00\x00\x00\x09half"])
def test_an_end_that_hangs_up_ends_the_frames(ends, sent):
    here, there = ends
    here.sendall(sent)
    here.close()
    with pytest.raises(EOFError):
        wire.receive(there)


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_frames_are_split_however_they_come_in(step):
    stream = b"".join(
        wire.pack(kind, kind * size) for kind, size in ((wire.MORE, 0), (wire.MORE, 700), (wire.LAST, 9))
    )
    splitter = wire.Splitter()
    frames = [frame for at in range(0, len(stream), step) for frame in splitter.feed(stream[at : at + step])]
    assert frames == [(wire.MORE, b""), (wire.MORE, wire.MORE * 700), (wire.LAST, wire.LAST * 9)]
