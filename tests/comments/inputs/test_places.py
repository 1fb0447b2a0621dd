"""How the paragraphs of a table are cited."""

import pytest

from comments.table.queries import read_wording_places
from drafts.desk.acts import add_paragraph
from tests.comments.table.table_room import HOUR, KEPT, START

pytestmark = pytest.mark.django_db


def test_a_subparagraph_is_cited_with_the_paragraph_above_it() -> None:
    room = KEPT.laid_out()
    _title, heading, operative, *_others = room.paragraphs
    for parent, label, words in (
        (operative, "(a)", "By ratifying;"),
        (heading, "(b)", "Under a heading without a number;"),
    ):
        add_paragraph(
            access=room.access("facilitator", START),
            draft=room.draft,
            kind="operative",
            text=words,
            after=parent,
            parent=parent,
            label=label,
        )
    first = room.circulate("First draft", START)
    places, _labels = read_wording_places([first], START + HOUR, sorts_by_revision=False)
    cited = {place.text: place.label_then for place in places.values()}
    assert cited["By ratifying;"] == "OP1(a)"
    assert cited["Under a heading without a number;"] == "“Prevention” (b)"
