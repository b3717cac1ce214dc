"""The server listens where it is told, says why it cannot, and lets no silent client keep it."""

import pytest

from bionrw.errors import KnowledgeError
from bionrw.serving import listener as serving


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_the_address_is_one_that_this_machine_can_open(host: str, expected: str) -> None:
    assert serving.address(host, 8000) == expected


def test_any_free_port_will_do() -> None:
    with serving.listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_taken_port_is_named() -> None:
    with serving.listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(KnowledgeError, match=f"Port {port} of 127.0.0.1 is taken: choose another one"):
            serving.listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.1", "no host"])
def test_an_address_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(KnowledgeError, match=f"cannot listen on {host} .*--host"):
        serving.listen(host, 8000)
