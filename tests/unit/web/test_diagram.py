"""Trees of classes are laid out as boxes that cover nothing, with a line to what each hangs below."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bionrw.web.diagram import INDENT, Node, draw, outline

FOREST = [
    Node("worm", "worm", "#worm", ("animal",)),
    Node("animal", "animal", "#animal", ("anything",)),
    Node("glow-worm", "glow-worm", "#glow-worm", ("worm", "lamp")),
    Node("lamp", "lamp", "#lamp", also=("furniture",)),
]


@st.composite
def forests(draw_from):
    """Return classes of which each may be below any others, circles included."""
    keys = draw_from(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=12))
    above = st.lists(st.sampled_from(keys), max_size=3) if keys else st.just([])
    return [Node(key, key, f"#{key}", tuple(draw_from(above))) for key in keys]


def rows(drawing):
    return [(box.name, box.depth) for box in drawing.boxes]


def test_a_narrower_class_stands_below_its_wider_one_and_further_right():
    drawing = draw(FOREST)
    assert rows(drawing) == [("animal", 0), ("worm", 1), ("glow-worm", 2), ("lamp", 0)]
    animal, worm, glow_worm, _ = drawing.boxes
    assert worm.x - animal.x == glow_worm.x - worm.x == INDENT


def test_a_second_wider_class_is_named_beside_the_box():
    notes = {box.name: box.note for box in draw(FOREST).boxes}
    assert notes == {"animal": "", "worm": "", "glow-worm": "also lamp", "lamp": "also furniture"}


def test_a_line_leads_from_the_wider_box_to_the_narrower_one():
    animal, worm, *_ = draw(FOREST).boxes
    line = re.fullmatch(r"M(\d+) (\d+)V(\d+)H(\d+)", draw(FOREST).lines[0])
    assert line
    across, start, below, side = map(int, line.groups())
    assert start == animal.y + animal.height
    assert animal.x < across < animal.x + animal.width
    assert worm.y < below < worm.y + worm.height
    assert side == worm.x


def test_nothing_makes_an_empty_drawing():
    drawing = draw([])
    assert (drawing.boxes, drawing.lines) == ((), ())


@given(forests())
def test_each_class_is_drawn_once_inside_the_drawing_and_covers_no_other(nodes):
    drawing = draw(nodes)
    assert sorted(box.href for box in drawing.boxes) == sorted(node.href for node in nodes)
    assert len(drawing.lines) == sum(box.depth > 0 for box in drawing.boxes)
    assert all(box.end <= drawing.width and box.y + box.height <= drawing.height for box in drawing.boxes)
    assert all(upper.y + upper.height < lower.y for upper, lower in pairwise(drawing.boxes))


@given(forests())
def test_the_list_opens_and_closes_as_many_lists_and_says_the_same(nodes):
    drawing = draw(nodes)
    points = list(outline(drawing.boxes))
    depth = -1
    for point in points:
        depth += point.opens
        assert depth == point.box.depth
        assert point.leaf == (point is points[-1] or points[points.index(point) + 1].box.depth <= depth)
        depth -= point.closes
    assert depth == -1
    assert [point.box for point in points] == list(drawing.boxes)


@pytest.mark.parametrize("name", ["company", "method", "document", "mmmmm", "programme-supported project"])
def test_a_box_leaves_room_for_wide_letters(name):
    (box,) = draw([Node("x", name, "#x")]).boxes
    assert box.width >= 7 * len(name) + 5 * name.count("m")
