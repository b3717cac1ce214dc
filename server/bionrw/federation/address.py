"""Which addresses may be asked: by their spelling, and by the machines that they lead to."""

import ipaddress
import re
from urllib.parse import urlsplit

_SCHEMES = ("http", "https")
# Also blanks beyond ASCII, and what turns the direction of a line (RFC 3987, sections 2.2 and 4.1).
_UNFIT = re.compile(r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u202a-\u202e\ufeff\\<>\"{}|^`]")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_LONGEST_NAME = 253
# What the C library takes for numbers and so for an address (inet_aton): 127.1, 0x7f.1, 2130706433.
_NUMERIC = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)")
_PORT = re.compile(r"[0-9]{1,5}")
_LAST_PORT = 65535
_IPV4 = 4
# Names that mean this machine or this network (RFC 6761, RFC 6762, RFC 8375; .internal by ICANN).
_OWN_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain")
# What `is_global` of some versions of Python lets through: protocol assignments (RFC 6890), which hold the
# metadata of some clouds, as does one public address (Azure), what embeds an IPv4 address (6to4, Teredo), and
# documentation (RFC 9637); all else of IPv6 is not assigned.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16", "2002::/16", "2001::/23", "3fff::/20"),
    )
)
_ASSIGNED = ipaddress.ip_network("2000::/3")


def reason_against(iri: str, *, private: bool = False) -> str:
    """Return why an address may not be asked, in one clause; empty when it may.

    `private` lets it lead to this machine or a private network (RFC 3986, section 3, for the parts).
    """
    if _UNFIT.search(iri):
        return "it has characters that no address has"
    try:
        parts = urlsplit(iri)
        host = parts.hostname or ""
    except ValueError:
        return "its host is not written as one"
    if parts.scheme not in _SCHEMES or not iri.partition(":")[2].startswith("//"):
        return "its scheme is neither http nor https"
    if "@" in parts.netloc:
        return "it holds a user or a password"
    if "#" in iri:
        return "it has a fragment"
    return _against_port(parts.netloc) or _against_host(parts.netloc, host.lower(), private)


def is_public(address: str) -> bool:
    """Tell whether an IP address, as DNS gives it, is that of one machine on the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address or not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if any(found in network for network in _SPECIAL):
        return False
    return found.version == _IPV4 or found in _ASSIGNED


def _against_port(netloc: str) -> str:
    behind = netloc.rpartition("]")[2] if "]" in netloc else netloc
    before, colon, port = behind.partition(":")
    if "]" in netloc and before:
        return "its host is not written as one"
    if colon and not (_PORT.fullmatch(port) and 1 <= int(port) <= _LAST_PORT):
        return "its port is none"
    return ""


def _against_host(netloc: str, host: str, private: bool) -> str:
    if netloc.startswith("["):
        return _against_number(host, netloc[1:].partition("]")[0], private)
    labels = host.split(".")
    if all(map(_NUMERIC.fullmatch, labels)) or _NUMERIC.fullmatch(labels[-1]):
        return _against_number(host, host, private)
    if len(host) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, labels)):
        return "its host is no plain ASCII name"
    own = any(host == name or host.endswith(f".{name}") for name in _OWN_NAMES)
    return "its name is one of this network" if own and not private else ""


def _against_number(host: str, written: str, private: bool) -> str:
    """Return what is wrong with a host that is an IP address; only its one usual spelling will do."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "its host is a number in an odd spelling"
    if str(address) != written.lower() or "%" in host:
        return "its host is a number in an odd spelling"
    if private:
        return "its host is no address of one machine" if address.is_multicast else ""
    return "" if is_public(host) else "its host is not on the public internet"
