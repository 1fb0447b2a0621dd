"""No answer reveals to others an input that a delegation keeps from them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from comments.answers.acts import acknowledge, publish_reviews, reply, review
from comments.drafting.acts import draft_comment
from comments.inputs.content import CommentContent
from comments.models import Comment, Disposition, Review
from comments.submitting.acts import submit_comment, withdraw_comment
from consultations.models import SELECTABLE_CONSENTS, Consent, Round, Visibility
from tests.api_clients import address
from tests.consultations.rules.test_foreign_drafts import (
    Answer,
    _all_answers,
    _differing,
    _get_answer,
)
from tests.consultations.web.site_map import CASES, READERS
from tests.kept_room import KEPT
from tests.nights import IS_NIGHT
from tests.room import SLUG, Room, loaded, speak_in_room

pytestmark = [pytest.mark.usefixtures("own_cache")]

# Others than those who speak below: Côte d'Ivoire, Cabo Verde, and the African Group by it.
# Another delegation, and at night an agency.
ASKING = "xi" if IS_NIGHT else "x"
WORDS = "Alembics of prestidigitation"
SEARCHES = ({"q": "prestidigitation"}, {"q": "prestidigitatoin alembics"}, {"q": "CIV-9001"})
# One delegation, a group by its coordinator, and at night another delegation.
AUTHORS = ("CIV", "AFRICAN-GROUP", *(["CPV"] if IS_NIGHT else []))
# Who keeps an input for the facilitators: one delegation at night, and a group.
KEEPING = ("AFRICAN-GROUP", *(["CIV"] if IS_NIGHT else []))


@pytest.fixture
def built(db: None) -> Room:
    room = KEPT.laid_out()
    speak_in_room(room)
    Round.objects.update(consents=list(SELECTABLE_CONSENTS))
    return room


@pytest.fixture
def ask(built: Room) -> Mapping[str, Callable[[], Answer]]:
    """Every address, the open thread, and searches, each as others ask for it."""
    found: dict[str, Callable[[], Answer]] = {}
    for letter in ASKING:
        client = _client(built, letter)
        for name, case in CASES:
            if case.gets is not None:
                url = case.url(built, name)
                found[f"{name} {letter}"] = partial(_as_shown, client, url, case.visibility)
        for place in (2, 3):
            open = built.wording(built.revision, place).paragraph.public_id
            url = reverse("reading", args=[SLUG, "plan", built.revision.number])
            found[f"thread {place} {letter}"] = partial(
                _as_shown, client, url, Visibility.AT_ONCE, {"open": str(open)}
            )
        for query in SEARCHES:
            for url in (reverse("search", args=[SLUG]), address("search")):
                found[f"{url} {query['q']} {letter}"] = partial(
                    _as_shown, client, url, Visibility.AT_ONCE, query
                )
    return found


def _client(room: Room, letter: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(room.users[READERS[letter]])
    session = client.session
    session["capacity"] = room.capacities[READERS[letter]]
    session.save()
    return client


def _as_shown(
    client: Client, url: str, visibility: str, query: dict[str, str] | None = None
) -> Answer:
    Round.objects.update(visibility=visibility)
    return _get_answer(client, url, query)


def _say(room: Room, who: str, consent: str) -> None:
    """An input on two paragraphs, answered in every way, and one that is withdrawn."""
    code = "CPV" if who == "AFRICAN-GROUP" else who
    speaks = room.access(f"{code} focal_point")
    seat = speaks.coordinated_seats[0] if who == "AFRICAN-GROUP" else None
    for place in (2, 3):
        comment = _submit_input(room, code, place, consent, seat)
        reply(access=room.access("staff"), comment=comment, text=f"Noted, {WORDS}.")
        review(
            access=room.access("staff"),
            comment=comment,
            disposition=Disposition.NOTED,
            observation=f"Seen, {WORDS}.",
        )
        publish_reviews(
            access=room.access("co_facilitator"), reviews=Review.objects.filter(comment=comment)
        )
        published = Review.objects.get(comment=comment)
        published.comment = comment
        acknowledge(access=speaks, review=published, stance="maintains")
    gone = _submit_input(room, code, 2, consent, seat)
    withdraw_comment(access=speaks, comment=gone, reason=WORDS)


def _submit_input(room: Room, code: str, place: int, consent: str, seat: Any) -> Comment:
    content = CommentContent(
        kind="comment", rationale=f"{WORDS} {place}.", consent=consent, language="fr"
    )
    access = room.access(f"{code} focal_point")
    wording = room.wording(room.revision, place)
    draft = draft_comment(access=access, wording=wording, content=content, seat=seat)
    submit_comment(access=access, comment=draft)
    stored: Comment = loaded().get(pk=draft.pk)
    return stored


def _answers(
    ask: Mapping[str, Callable[[], Answer]], room: Room, who: str, consent: str
) -> dict[str, Answer]:
    with transaction.atomic():
        if who:
            _say(room, who, consent)
        found = _all_answers(ask)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def one_moment(built: Room) -> Any:
    """Pages say what time it is."""
    with time_machine.travel(built.now, tick=False):
        yield


def test_no_answer_tells_others_of_an_input_for_the_facilitators_only(
    built: Room, ask: Mapping[str, Callable[[], Answer]], one_moment: None
) -> None:
    without = _answers(ask, built, "", "")
    assert len(without) > 150
    for who in KEEPING:
        assert _differing(without, _answers(ask, built, who, Consent.FACILITATORS)) == [], who


def test_no_answer_tells_others_whose_an_input_without_attribution_is(
    built: Room, ask: Mapping[str, Callable[[], Answer]], one_moment: None
) -> None:
    named = _answers(ask, built, "CIV", Consent.PUBLIC)
    by_one, *by_others = (_answers(ask, built, who, Consent.UNATTRIBUTED) for who in AUTHORS)
    for answers in by_others:
        assert _differing(by_one, answers) == []
    # Its words are read in the thread and behind the table, and nowhere else.
    read = {name for name, answer in by_one.items() if WORDS in answer[1]}
    assert {f"thread {place} {letter}" for place in (2, 3) for letter in ASKING} < read
    assert {name.split(" ")[0].split("_")[0] for name in read} == {"thread", "table"}
    # Under a name the same answers tell of it: so nothing passes above for want of what to see.
    assert WORDS in named["thread 2 x"][1] and "CIV-" in named["thread 2 x"][1]
    assert len(_differing(named, by_one)) > 8 * len(ASKING)
