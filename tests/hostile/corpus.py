"""The corpus: all groups of hostile requests, in the order in which they are run."""

from collections.abc import Mapping, Sequence

from tests.hostile import (
    addresses,
    bodies,
    crowds,
    endless,
    framing,
    headers,
    hoarding,
    methods,
    nesting,
    outreach,
    pages,
    slowness,
    traversal,
    writes,
)
from tests.hostile.case import Case

GROUPS: Mapping[str, Sequence[Case]] = {
    "addresses": addresses.CASES,
    "traversal": traversal.CASES,
    "methods": methods.CASES,
    "headers": headers.CASES,
    "framing": framing.CASES,
    "bodies": bodies.CASES,
    "nesting": nesting.CASES,
    "outreach": outreach.CASES,
    "writes": writes.CASES,
    "pages": pages.CASES,
    "endless": endless.CASES,
    "streams": endless.STREAMS,
    "hoarding": hoarding.CASES,
    "crowds": crowds.CASES,
    "slowness": slowness.CASES,
}
