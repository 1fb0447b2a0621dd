"""A text read in another language: translated, missing and outdated paragraphs, and inputs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.models import Comment
from comments.search.queries import SearchQuery, search
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import edit_paragraph
from drafts.models import Paragraph
from tests.drafts.languages.test_translating import ARABIC, FRENCH, translate
from tests.room import SLUG, Room


def _client(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def _reading_page(room: Room, number: int = 2, **query: str) -> str:
    address = reverse("reading", args=[SLUG, "plan", number])
    response: Any = _client(room, "CPV focal_point").get(address, query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_text_without_translations_offers_no_choice(room: Room) -> None:
    assert "Language of the text" not in _reading_page(room)


def test_the_reader_chooses_the_language(room: Room) -> None:
    translate(room, FRENCH, "fr")
    translate(room, ARABIC, "ar", "unofficial")

    page, french, arabic = (
        _reading_page(room),
        _reading_page(room, text="fr"),
        _reading_page(room, text="ar"),
    )

    assert re.findall(r'<a href="[^"]*" lang="(\w\w)"(?: aria-current="true")?>(\w+)', page) == [
        ("en", "English"),
        ("ar", "العربية"),
        ("fr", "Français"),
    ]
    assert '<div class="wording" lang="fr" dir="auto">Sensibiliser à la traite.</div>' in french
    assert "To raise awareness" not in french
    assert f'<div class="wording" lang="ar" dir="rtl">{ARABIC[1]}</div>' in arabic
    assert arabic.count("An unofficial translation.") == 1
    assert "nofficial" not in french


def test_what_is_not_translated_stands_in_the_authentic_language_and_is_said(room: Room) -> None:
    translate(room, FRENCH[:3], "fr")

    page = _reading_page(room, text="fr")

    assert '<div class="wording" lang="en" dir="auto">To report yearly.</div>' in page
    assert page.count("Not translated yet.") == 1
    assert "1 paragraph is not translated yet" in page


def test_a_later_revision_shows_what_still_stands_and_what_is_outdated(room: Room) -> None:
    translate(room, FRENCH, "fr")
    leader = room.access("co_facilitator", -0.5)
    second = room.wording(room.revision, 2)
    edit_paragraph(
        access=leader,
        paragraph=Paragraph.objects.select_related("draft").get(pk=second.paragraph_id),
        version=second.paragraph.version,
        kind=second.kind,
        label=second.label,
        text="To raise awareness of trafficking everywhere.",
    )
    circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)

    page = _reading_page(room, 3, text="fr")

    assert "Sensibiliser à la traite." in page
    assert page.count("Outdated: the authentic text has changed since.") == 1
    assert page.count("Not translated yet.") == 1  # what was on the desk only until now
    assert "Former les agents." in page


def test_a_comment_made_on_a_translation_hangs_on_the_paragraph_and_says_what_was_read(
    room: Room,
) -> None:
    translate(room, FRENCH, "fr")
    wording = room.wording(room.revision, 2)
    client = _client(room, "CPV contributor")
    opened = _reading_page(room, text="fr", open=str(wording.paragraph.public_id), write="1")
    address = reverse("draft_comment", args=[SLUG, wording.public_id])
    assert f'action="{address}?text=fr#writing"' in opened
    assert "The form shows the authentic text" in opened

    fields = {
        "capacity": room.capacities["CPV contributor"],
        "kind": "comment",
        "type": "substantive",
        "language": "fr",
        "rationale": "Nous nous interrogeons.",
        "form_key": "5d0f3c9e-0000-4000-8000-000000000001",
    }
    kept: Any = client.post(f"{address}?text=fr", fields)

    made = Comment.objects.select_related("wording").get(rationale="Nous nous interrogeons.")
    assert (made.read_in, made.language, made.paragraph_id) == ("fr", "fr", wording.paragraph_id)
    assert "text=fr" in kept["Location"]


@pytest.mark.parametrize("query", [{"text": "de"}, {"text": "xx"}])
def test_a_language_that_is_none_is_no_page(room: Room, query: dict[str, str]) -> None:
    address = reverse("reading", args=[SLUG, "plan", 2])
    assert _client(room, "CPV focal_point").get(address, query).status_code == 404


def test_a_translation_costs_the_same_queries_at_any_length(room: Room) -> None:
    client = _client(room, "CPV focal_point")
    address = reverse("reading", args=[SLUG, "plan", 2])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"text": "fr"})
        return len(queries)

    translate(room, FRENCH[:1], "fr")
    cost()
    few = cost()
    translate(room, FRENCH, "fr")
    assert cost() == few


def test_translations_are_found_in_their_language_and_lead_to_it(room: Room) -> None:
    translate(room, FRENCH, "fr")
    translate(room, ("预防", "提高对人口贩运的认识。"), "zh")

    def hits(words: str) -> list[Any]:
        return list(search(room.access("CPV deputy"), SearchQuery(words)).groups[0].hits)

    [french], [chinese] = hits("sensibilisation agents or sensibiliser"), hits("人口贩运")
    assert french.lines[0].language == "fr"
    assert "&text=fr#p-" in french.url
    assert chinese.lines[0].pieces == ((False, "提高对"), (True, "人口贩运"), (False, "的认识。"))
    assert hits("awareness")[0].lines[0].language == "en"
