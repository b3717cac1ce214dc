"""Long lists are cut into pages; a page that cannot be is refused."""

import pytest

from bionrw.errors import BadRequest, NotFound
from bionrw.web.listing import cut, read_page


@pytest.mark.parametrize(("text", "page"), [("1", 1), ("007", 7), ("999999999", 999999999)])
def test_a_page_is_a_whole_number(text, page):
    assert read_page(text) == page


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", " 1", "1.0", "1e3", "٣", "one", "9" * 10, "9" * 5000])
def test_anything_else_is_refused(text):
    with pytest.raises(BadRequest, match="whole number"):
        read_page(text)


@pytest.mark.parametrize(
    ("count", "page", "found", "pages"),
    [
        (0, 1, [], 1),
        (3, 1, [0, 1, 2], 1),
        (4, 1, [0, 1, 2], 2),
        (4, 2, [3], 2),
        (6, 2, [3, 4, 5], 2),
    ],
)
def test_a_list_is_cut_into_full_pages_and_a_last_one(count, page, found, pages):
    assert cut(list(range(count)), page, 3) == (found, pages)


@pytest.mark.parametrize(("count", "page"), [(0, 2), (3, 2), (4, 3)])
def test_there_is_nothing_beyond_the_last_page(count, page):
    with pytest.raises(NotFound, match="the last one is page"):
        cut(list(range(count)), page, 3)
