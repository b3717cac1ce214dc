"""Read a page: its elements, links, headings and words, and what is wrong with its markup."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Page(HTMLParser):
    """Collects what a page is made of; an end tag that nothing opened, or the other way round, is a fault."""

    def __init__(self, markup):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.links: list[dict[str, str]] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.headings: list[int] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(markup)
        self.faults += self._open

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        if tag == "a":
            self.links.append(values)
        if values.get("id") in self.ids:
            self.faults.append(f"two elements with the id {values['id']}")
        self.ids |= {values["id"]} if "id" in values else set()
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.words += data

    @property
    def text(self):
        """The words, each gap one space."""
        return " ".join(self.words.split())
