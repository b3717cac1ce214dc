"""A reader on loan: who runs what on it, since when and until when, and how that may end."""

import asyncio
from dataclasses import dataclass

from bionrw.store.lanes import Ticket
from bionrw.store.link import Reader


@dataclass(eq=False, slots=True)
class Lease:
    """A reader that runs one query; `long`: it has a place in the lane for what runs beyond a quantum."""

    reader: Reader
    ticket: Ticket
    shape: str
    until: float
    began: float
    long: bool
    over: bool = False
    preempted: bool = False
    expired: bool = False
    claim: asyncio.Future[None] | None = None
