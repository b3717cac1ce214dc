"""A server leaves a mark in the folder of releases, and nobody takes a dead one's mark for a living one."""

import json
import multiprocessing
import os

import pytest

from bionrw.store.servers import Mark, Running, running_servers

FORK = multiprocessing.get_context("fork")


def leave_a_mark(folder, ready, stay):
    mark = Mark(folder, 8001, "one")
    ready.set()
    stay.wait(30)
    mark.tell("two", "no room")
    ready.set()
    stay.wait(30)


@pytest.fixture
def server(tmp_path):
    """A process that has left its mark."""
    ready, stay = FORK.Event(), FORK.Event()
    process = FORK.Process(target=leave_a_mark, args=(tmp_path, ready, stay))
    process.start()
    assert ready.wait(30)
    ready.clear()
    yield process, ready, stay
    process.kill()
    process.join()


def test_a_server_is_found_with_its_release(tmp_path, server):
    process, ready, stay = server
    assert running_servers(tmp_path) == [Running(process.pid, 8001, "one")]
    stay.set()
    assert ready.wait(30)
    assert running_servers(tmp_path)[:1] in ([], [Running(process.pid, 8001, "two", 1, "no room")])


def test_the_mark_of_a_killed_server_is_removed(tmp_path, server):
    process, _, _ = server
    process.kill()
    process.join()
    assert running_servers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_is_no_server_s_is_left_alone(tmp_path, server):
    process, _, _ = server
    [file] = tmp_path.iterdir()
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "pid": os.getppid()}))
    assert running_servers(tmp_path) == []
    file.write_text("nonsense")
    assert running_servers(tmp_path) == []
    assert process.is_alive()


def test_a_server_takes_its_mark_away(tmp_path):
    mark = Mark(tmp_path, 8002, "one")
    assert len(list(tmp_path.iterdir())) == 1
    mark.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_no_server(tmp_path):
    mark = Mark(tmp_path / "missing", 8003, "one")
    mark.tell("two")
    mark.let_go()
    mark.remove()
    assert running_servers(tmp_path / "missing") == []
