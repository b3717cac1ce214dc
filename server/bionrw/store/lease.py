"""A reader on loan: who runs what on it, until when, how much work that was, and how it may end."""

import asyncio
from dataclasses import dataclass

from bionrw.store.lanes import Ticket
from bionrw.store.link import Reader


@dataclass(eq=False, slots=True)
class Lease:
    """A reader that runs one query."""

    reader: Reader
    ticket: Ticket
    shape: str
    until: float
    started: float
    # What the reader's clock of processor time showed at the beginning.
    clock: float
    # It has run beyond its quantum; it has a place among those that may.
    over: bool = False
    long: bool = False
    # It waits until a part of its answer may leave the house; from then on it cannot begin anew.
    claim: asyncio.Future[None] | None = None
    begun: bool = False
    # Nobody waits for it any more; it has given way to others; its time was over.
    abandoned: bool = False
    preempted: bool = False
    expired: bool = False

    @property
    def may_give_way(self) -> bool:
        """Tell whether others may have its reader, for it has had its share and can begin anew."""
        return (self.over or self.claim is not None) and not (self.long or self.begun)

    @property
    def worked(self) -> float:
        """Return for how many seconds of processor time the query has run."""
        return self.reader.processor_seconds() - self.clock
