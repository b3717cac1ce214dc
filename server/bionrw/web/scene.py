"""What every view may use."""

from dataclasses import dataclass

from bionrw.web.context import Context
from bionrw.web.links import Links
from bionrw.web.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Scene:
    """The context of the app, what asks the store, and where IRIs lead."""

    context: Context
    lookup: Lookup
    links: Links
