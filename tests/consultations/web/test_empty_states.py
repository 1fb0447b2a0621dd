"""Where nothing stands yet, a page says what would, who makes it and when, and leads on."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.consultations.web.empty_states import (
    READERS,
    STAGES,
    empty_states_of,
    leads_on,
    let_in,
    pages_reached,
    room_at,
)
from tests.room import SLUG, Room

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", READERS)
def test_an_empty_page_says_what_comes_and_leads_on(client: Client, who: str, stage: str) -> None:
    let_in(client, room_at(stage), who)
    found, wrong = 0, []
    for address, page in pages_reached(client):
        for state in empty_states_of(address, page):
            found += 1
            is_sentence = state.sentence.endswith(".") and len(state.sentence.split()) > 4
            leads_elsewhere = state.url not in ("", address)
            if not (is_sentence and leads_elsewhere and leads_on(client, state, page)):
                wrong.append(state)
    assert found > 3
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "name", "query"),
    [
        ("secretariat", "review_queue", "?language=ru&is_late=on"),
        ("co_facilitator", "review_queue", "?kind=move&language=ar"),
        ("secretariat", "mails", "?state=bounced"),
        ("secretariat", "delegations", "?q=zzzz"),
        ("CPV focal_point", "workspace", "?state=draft&round=none"),
    ],
)
def test_a_filtered_list_without_a_row_shows_all_by_one_press(
    client: Client, room: Room, who: str, name: str, query: str
) -> None:
    address = reverse(name, args=[SLUG])
    answer = let_in(client, room, who).get(address + query)
    [state] = empty_states_of(address, html.fromstring(answer.content.decode()))
    assert (state.title, state.label, state.url) == ("No results", "Show all", address)
