"""No page, count or query reveals whether another delegation has a draft."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.drafting.acts import (
    clear_comment,
    discard_comment,
    draft_comment,
    return_comment,
    save_autosave,
    write_note,
)
from comments.drafting.versions import draft_version
from comments.groups.acts import object_to, set_silence
from comments.inputs.content import CommentContent
from comments.models import Comment
from comments.screen import views
from consultations.admin import desk
from consultations.models import Round
from tests.api_clients import address
from tests.consultations.web.site_map import CASES, READERS
from tests.kept_cache import empty_cache
from tests.kept_room import KEPT
from tests.nights import IS_NIGHT
from tests.opened import plain
from tests.room import SLUG, Room, loaded, speak_in_room

pytestmark = [pytest.mark.usefixtures("own_cache")]

# Nobody of these sits with those who draft below: Côte d'Ivoire, alone and in the African Group.
# Another delegation, a facilitator, the secretariat, and who sits in another consultation. Of the
# last two each change asks on the secretariat's desk and in the search alone.
ASKING = "xLAo"
ASKING_EVERYWHERE = ASKING if IS_NIGHT else "xL"
# A key, an address and its visibility; what it answered: words, status, and number of queries.
Answer = tuple[int, str, int]
HIDDEN = "Alembics of prestidigitation"
SEARCHES = ({"q": "alembisc"}, {"q": "prestidigitatoin alembics"}, {"q": "awareness"})


@pytest.fixture
def built(db: None) -> Room:
    """The room with an African Group that speaks, as it stands before anybody drafts more."""
    room = KEPT.laid_out()
    speak_in_room(room)
    return room


@pytest.fixture
def clients(built: Room) -> dict[str, Client]:
    """A browser for each of those who ask."""
    found = {}
    for letter in ASKING:
        found[letter] = client = Client(raise_request_exception=False)
        client.force_login(built.users[READERS[letter]])
        session = client.session
        session["capacity"] = built.capacities[READERS[letter]]
        session.save()
    return found


def _draft_much(room: Room) -> None:
    """A delegation drafts, clears, returns, discards, notes and types, alone and in its group."""
    access, deputy = room.access("CIV contributor"), room.access("CIV deputy")
    for place in (2, 3):
        _first, cleared, returned = _drafts(room, place)
        clear_comment(access=deputy, comment=cleared)
        return_comment(access=deputy, comment=returned, reason=HIDDEN)
    silent, *_more = _drafts(room, 4, seat=access.group_room_seats[0], in_room=True)
    set_silence(access=room.access("CPV deputy"), comment=silent, until=room.at(1))
    object_to(access=room.access("CIV focal_point"), comment=silent, reason=HIDDEN)
    content = CommentContent(kind="comment", rationale=HIDDEN)
    coordinator = room.access("CPV contributor")
    draft_version(access=coordinator, comment=room.comment("ROOM input"), content=content)


def _drafts(room: Room, place: int, **more: Any) -> list[Comment]:
    """Drafts on a paragraph, one with a note; another that is discarded; words half typed."""
    access, wording = room.access("CIV contributor"), room.wording(room.revision, place)
    content = CommentContent(kind="comment", rationale=f"{HIDDEN} {place}.")
    rows = [
        draft_comment(access=access, wording=wording, content=content, **more) for _row in range(4)
    ]
    write_note(access=access, comment=rows[0], text=HIDDEN)
    discard_comment(access=access, comment=rows.pop())
    save_autosave(access=access, wording=wording, text_by_field={"rationale": HIDDEN})
    return [loaded().get(pk=row.pk) for row in rows]


def _get_answer(client: Client, url: str, query: dict[str, str] | None = None) -> Answer:
    reset_queries()  # the log of queries has an end, and then they are counted no more
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.get(url, query)
        answer = response.status_code, plain(response), len(queries)
        transaction.set_rollback(True)
    return answer


def _all_differing(room: Room, ask: Mapping[str, Callable[[], Answer]]) -> list[str]:
    """Which answers differ where others draft: asked without their drafts, and with them.

    Nothing is kept from one to the other: a kept answer would hide what it tells now.
    """
    before = _all_answers(ask)
    with transaction.atomic():
        _draft_much(room)
        after = _all_answers(ask)
        transaction.set_rollback(True)
    return _differing(before, after)


def _all_answers(ask: Mapping[str, Callable[[], Answer]]) -> dict[str, Answer]:
    empty_cache()
    return {name: asked() for name, asked in ask.items()}


def _differing(one: Mapping[str, Answer], other: Mapping[str, Answer]) -> list[str]:
    return [
        f"{name}: {_difference(one[name], other[name])}" for name in one if one[name] != other[name]
    ]


def _difference(one: Answer, other: Answer) -> str:
    """The first lines that differ, or the numbers of queries."""
    lines = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    unlike = next(((a.strip(), b.strip()) for a, b in lines if a != b), "")
    return f"{one[0]} {other[0]}, {one[2]} {other[2]} queries, {unlike}"


@pytest.fixture
def one_moment(built: Room) -> Iterator[None]:
    """Pages say what time it is."""
    with time_machine.travel(built.now, tick=False):
        yield


def test_no_page_and_no_answer_of_the_api_tells_that_others_draft(
    built: Room, clients: dict[str, Client], one_moment: None
) -> None:
    ask: dict[str, Callable[[], Answer]] = {}
    for name, case in CASES:
        if case.gets is None:
            continue
        url = case.url(built, name)
        for letter in ASKING_EVERYWHERE:

            def asked(letter: str = letter, url: str = url, shown: str = case.visibility) -> Answer:
                Round.objects.update(visibility=shown)
                return _get_answer(clients[letter], url)

            ask[f"{name} {letter}"] = asked
    assert len(ask) > 300
    assert _all_differing(built, ask) == []


def test_a_leak_in_what_the_screen_keeps_would_be_seen(
    built: Room, clients: dict[str, Client], one_moment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made once for all who follow is made anew where it is asked about."""
    rendered = views._rendered_screen
    url = dict(CASES)["screen_now"].url(built, "screen_now")
    ask = {"screen_now": partial(_get_answer, clients["x"], url)}
    assert _all_differing(built, ask) == []
    monkeypatch.setattr(
        views,
        "_rendered_screen",
        lambda *given: f"{rendered(*given)}{Comment.objects.count()}",
    )
    assert len(_all_differing(built, ask)) == 1


def test_no_search_tells_that_others_draft(
    built: Room, clients: dict[str, Client], one_moment: None
) -> None:
    ask = {
        f"{url} {query['q']} {letter}": partial(_get_answer, clients[letter], url, query)
        for url in (reverse("search", args=[SLUG]), address("search"))
        for query in SEARCHES
        for letter in ASKING
    }
    assert _all_differing(built, ask) == []


def test_the_desk_of_the_secretariat_tells_not_that_others_draft(
    built: Room,
    clients: dict[str, Client],
    one_moment: None,
    foreign_pages: Callable[[], AbstractContextManager[None]],
) -> None:
    ask: dict[str, Callable[[], Answer]] = {}
    for model in desk._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        row = apps.get_model(model._meta.label)._default_manager.order_by("pk").first()
        for page in ("changelist", "change", "history"):
            of_a_row = [row.pk] if row and page != "changelist" else []
            if page == "changelist" or of_a_row:
                url = reverse(f"desk:{label}_{page}", args=of_a_row)
                ask[url] = partial(_get_answer, clients["A"], url)
    with foreign_pages():
        _all_answers(ask)  # Django asks once in a process of what type a row is
        assert _all_differing(built, ask) == []
