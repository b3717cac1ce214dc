"""Which spellings of an address are taken, and which machines are public."""

import pytest

from bionrw.federation.address import is_public, reason_against

AT = "@"


@pytest.mark.parametrize(
    "iri",
    [
        "https://query.example.org/sparql",
        "http://query.example.org/sparql",
        "HTTPS://Query.Example.Org:8443/a?b=c",
        "https://xn--bcher-kva.example/sparql",
        "http://8.8.8.8/sparql",
        "http://[2606:4700::1111]/sparql",
        "https://a.example:65535/",
    ],
)
def test_usual_addresses_may_be_asked(iri: str) -> None:
    assert reason_against(iri) == ""


@pytest.mark.parametrize(
    "iri",
    [
        "", "https://", "https:///sparql", "//query.example.org/sparql", "query.example.org/sparql",
        "https:query.example.org", "https:/query.example.org", "ftp://query.example.org/",
        "file:///etc/passwd",
        "gopher://query.example.org/_x", "data:text/plain,x", "javascript:alert(1)",
        "dict://query.example.org/",
        "ws://query.example.org/", "https+unix://query.example.org/", "jar:https://query.example.org/!/",
        f"https://user{AT}query.example.org/", f"https://user:pass{AT}query.example.org/",
        f"https://{AT}query.example.org/", f"https://query.example.org%40{AT}other.example/",
        "https://query.example.org/#x", "https://query.example.org\\x/", "https://query.example.org/\\",
        "https://query.example.org\t/", "https://query.example.org/\n", " https://query.example.org/",
        "https://query.example.org\x00/", "https://query .example.org/", "https://query.example.org/<x>",
        "https://query.example.org./", "https://query..example.org/", "https://.example.org/",
        "https://-a.example.org/", "https://a_b.example.org/", f"https://{'a' * 64}.example.org/",
        f"https://{'a.' * 130}example.org/", "https://b\u00fccher.example/", "https://query\u3002example.org/",
        "https://%71uery.example.org/", "https://query.example.org:0/", "https://query.example.org:65536/",
        "https://query.example.org:/", "https://query.example.org:80:80/", "https://query.example.org:8a/",
        "https://query.example.org:\uff18\uff10/", "https://[::1/", "https://[query.example.org]/",
        "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://query.example.org/\x85",
        "https://query.example.org/\u2028x", "https://query.example.org/\u3000x",
        "https://query.example.org/\u202ex",
    ],
)  # fmt: skip
def test_odd_addresses_are_refused_even_as_private_ones(iri: str) -> None:
    assert reason_against(iri) != ""
    assert reason_against(iri, private=True) != ""


@pytest.mark.parametrize(
    "host",
    [
        "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
        "127.0.0.01",
        "0", "1.2.3", "1.2.3.4.5", "256.1.1.1", "a.0x7f", "example.1", "0x", "[::ffff:7f00:1]x",
        "\u2460\u2461\u2466.0.0.1", "\uff11.1.1.1", "[0:0:0:0:0:0:0:1]", "[::FFFF:127.0.0.1%1]", "[::1%lo]",
        "[0000::1]", "224.0.0.1", "[ff02::1]",
    ],
)  # fmt: skip
def test_odd_numbers_are_refused_even_as_private_ones(host: str) -> None:
    assert reason_against(f"http://{host}/") != ""
    assert reason_against(f"http://{host}/", private=True) != ""


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1:8080", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0", "192.0.2.1", "198.18.0.1", "[::1]", "[fd00::1]", "[fe80::1]", "localhost", "LOCALHOST:80",
        "a.localhost", "printer.local", "metadata.google.internal", "nas.home.arpa",
    ],
)  # fmt: skip
def test_addresses_of_this_network_have_to_be_listed_as_private(host: str) -> None:
    assert reason_against(f"http://{host}/") != ""
    assert reason_against(f"http://{host}/", private=True) == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254",
        "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.19.0.1",
        "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "2002:7f00:1::",
        "2001::7f00:1", "2001:db8::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
        "fec0::1", "ff02::1",
        "2606:4700::1111%1", "", "query.example.org", "8.8.8", "1.1.1.1 ", "100::1", "5f00::1", "4000::1",
        "168.63.129.16", "3fff::1",
    ],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "185.15.58.224", "2606:4700::1111", "2a02:ec80::1"]
)
def test_what_is_public(address: str) -> None:
    assert is_public(address)
