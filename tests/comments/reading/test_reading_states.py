"""The state of a paragraph on each page of the text, as far as it was circulated."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from django.conf import settings

from comments.map.queries import MapChoice, text_map
from comments.models import CommentKind
from comments.table.compiled import Table, compile_table
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph, Revision
from drafts.papers.files import make_text_file
from drafts.papers.queries import paper_of_revision
from drafts.states.acts import set_state
from tests.comments.brief.test_brief import say
from tests.comments.reading.test_pages import Person, page
from tests.room import Room

pytestmark = pytest.mark.django_db


def _reading_page(room: Room, who: str) -> str:
    return page(Person(room, who).get("latest", "plan"))


def _set_state(room: Room, row: Paragraph, state: str) -> None:
    set_state(access=room.access("staff"), paragraph=row, state=state, version=row.version)


def _row(room: Room, place: int) -> Paragraph:
    key = room.wording(room.revision, place).paragraph_id
    return Paragraph.objects.select_related("draft").get(pk=key)


@pytest.mark.parametrize("who", ["CPV contributor", "FRA focal_point", "staff"])
def test_everybody_reads_the_state_beside_the_circulated_words(room: Room, who: str) -> None:
    _set_state(room, _row(room, 2), "agreed")
    _set_state(room, _row(room, 3), "informals")
    shown = _reading_page(room, who)
    assert shown.count("state--agreed") == 1
    assert shown.count("state--informals") == 1
    assert "Agreed ad referendum" in shown


def test_an_agreement_on_words_of_the_desk_stays_there_until_they_go_out(room: Room) -> None:
    _set_state(room, _reword(room, 2), "agreed")
    for who in ("CPV focal_point", "co_facilitator"):
        assert "state--agreed" not in _reading_page(room, who)
    circulate_revision(access=room.access("co_facilitator"), draft=room.draft, stage="Rev.1")
    assert "state--agreed" in _reading_page(room, "CPV focal_point")


# --- On the map, beside each other, in the table and on the papers of the text --------------------


def _agree_and_park(room: Room) -> None:
    _set_state(room, _row(room, 2), "agreed")
    _set_state(room, _row(room, 3), "parked")


def test_the_map_and_its_file_say_the_states_by_word(room: Room) -> None:
    _agree_and_park(room)
    person = Person(room, "staff")
    drawn = page(person.get("text_map"))
    assert drawn.count('state--agreed"><span class="state__name">Agreed ad referendum<') == 1
    assert drawn.count('state--parked"><span class="state__name">Parked<') == 1
    answer = person.get("map_file")
    columns, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert columns[-1] == "State"
    states = [row[-1] for row in rows]
    assert states.count("Agreed ad referendum") == states.count("Parked") == 1
    assert set(states) == {"", "Agreed ad referendum", "Parked"}


def test_states_cost_the_map_one_query_at_any_number(
    room: Room, django_assert_max_num_queries: Any
) -> None:
    access = room.access("staff")
    _agree_and_park(room)
    with django_assert_max_num_queries(9):
        found = text_map(access, MapChoice())
    assert found is not None
    assert len(found.state_act_by_line_key) == 2


@pytest.mark.parametrize("who", ["CPV contributor", "staff"])
def test_a_comparison_shows_the_states_beside_the_latest_words(room: Room, who: str) -> None:
    person = Person(room, who)
    _reword(room, 4)
    circulate_revision(access=room.access("co_facilitator"), draft=room.draft, stage="Rev.1")
    before = page(person.get("compare", "plan"))
    assert "state--" not in before
    _set_state(room, _row(room, 4), "agreed")
    _set_state(room, _row(room, 3), "parked")
    shown = page(person.get("compare", "plan"))
    assert shown.count("state--agreed") == shown.count("state--parked") == 1
    assert "Agreed ad referendum" in shown


def test_the_table_says_the_state_of_each_paragraph_at_its_cut_off(room: Room) -> None:
    _agree_and_park(room)
    states = [row.state for row in _table(room, room.now).rows]
    assert any(words.startswith("Agreed ad referendum, ") for words in states)
    assert all(not row.state for row in _table(room, room.at(-0.5)).rows)


def test_a_table_for_all_says_no_state_that_is_known_at_the_desk_alone(room: Room) -> None:
    row = _reword(room, 2)
    _set_state(room, row, "agreed")
    for who in ("co_facilitator", "CPV focal_point"):
        assert not any(row.state for row in _table(room, room.now, who).rows)


@pytest.mark.parametrize("format_name", ["md", "txt"])
def test_a_paper_of_the_text_lists_its_states(room: Room, format_name: str) -> None:
    _agree_and_park(room)
    revision = Revision.objects.select_related("draft", "meeting").get(pk=room.revision.pk)
    paper = paper_of_revision(room.access("CPV contributor"), revision)
    words = make_text_file(paper, format_name).content.decode()
    assert "Agreed ad referendum: 1" in words
    assert "Parked: 2" in words
    circulate_revision(access=room.access("co_facilitator"), draft=room.draft, stage="Rev.1")
    old = paper_of_revision(room.access("CPV contributor"), revision)
    assert "Parked" not in make_text_file(old, format_name).content.decode()


def _table(room: Room, cut_off: Any, who: str = "staff") -> Table:
    revisions = Revision.objects.select_related("draft").filter(pk=room.revision.pk)
    return compile_table(access=room.access(who), revisions=list(revisions), cut_off=cut_off)


def _reword(room: Room, place: int) -> Paragraph:
    row = _row(room, place)
    return edit_paragraph(
        access=room.access("staff"),
        paragraph=row,
        version=row.version,
        text="To raise awareness of it.",
        kind=row.kind,
        label=row.label,
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_narrow_margin_has_numbers_and_a_sign_but_no_long_word(
    room: Room, language: str
) -> None:
    """In most languages the word for inputs is longer than the margin is wide."""
    say(room, 1, CommentKind.COMMENT)  # on a heading, which has no label
    person = Person(room, "staff")
    person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    found = page(person.get("latest", "plan"))
    in_the_margin = re.findall(r'<span class="paragraph__count">(.*?)</a>', found, re.DOTALL)
    assert len(in_the_margin) > 2
    for words in in_the_margin:
        shown = re.sub(r'<span\s+class="visually-hidden">.*?</span>', "", words, flags=re.DOTALL)
        assert re.sub(r"<[^>]*>", "", shown).strip().isdigit()
