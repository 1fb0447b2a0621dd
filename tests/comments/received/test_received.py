"""Inputs received by letter: the secretariat enters them, and cannot read them afterwards."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import strip_tags

from comments.inputs.audience import moment_words
from comments.models import Comment
from consultations.models import LatePolicy, Round
from consultations.rules.access import Refused
from delegations.models import Post
from drafts.importing.offers import delete_entered_offer, dismiss_offers
from drafts.models import Draft, FileOffer
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room, marker, offer_in_file

LETTER = marker("CIV by letter")
READERS = ("CIV contributor", "CIV deputy", "CIV focal_point")


def _fields(room: Room, **more: Any) -> dict[str, Any]:
    seat = room.access("CIV focal_point").seat
    assert seat is not None
    return {
        "delegation": seat.pk,
        "received_by": "letter",
        "received_on": room.at(-2).date().isoformat(),
        "kind": "replace",
        "type": "substantive",
        "language": "fr",
        "proposed": f"Rendre compte {LETTER} chaque année.",
        "rationale": f"Parce que {LETTER}.",
        "form_key": str(uuid4()),
        **more,
    }


def _address(room: Room, place: int = 4) -> str:
    wording = room.wording(room.revision, place)
    return f"{reverse('received', args=[SLUG])}?wording={wording.public_id}"


def _post(room: Room, who: str = "secretariat", **more: Any) -> Any:
    person = Person(room, who)
    sent = {"capacity": person.capacity} | _fields(room, **more)
    return person.client.post(_address(room), sent, follow=True)


def _plain(response: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page(response)))


def test_the_secretariat_names_a_paragraph_and_gets_its_words_to_change(room: Room) -> None:
    person = Person(room, "secretariat")
    assert "Received by letter" in _plain(person.get("consultation"))
    first = person.get("received", text="plan", label="3")
    assert first.headers["Location"] == _address(room)
    form = page(person.client.get(_address(room)))
    assert "What was said on paragraph 3, The plan, First draft" in form
    assert form.count("To report yearly.") == 3  # in the field, as it stands, and for the redline
    assert "African Group" not in form
    missing = person.get("received", text="plan", label="99")
    assert missing.status_code == 422 and "There is no paragraph 99" in page(missing)
    whole = person.get("received", text="plan", label="")
    assert "This text has no title." in page(whole)


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "CIV focal_point", "FRA focal_point"])
def test_it_is_the_secretariats_alone(room: Room, who: str) -> None:
    assert Person(room, who).get("received").status_code == 403
    assert _post(room, who).status_code == 403
    assert "Received by letter" not in page(Person(room, who).get("consultation"))


def test_after_saving_the_page_says_for_whom_and_where_and_not_a_word_more(room: Room) -> None:
    answer = _post(room)
    assert answer.status_code == 200 and answer.redirect_chain
    assert "Entered for Côte d’Ivoire on paragraph 3, The plan, First draft." in page(answer)
    assert "you cannot read it again" in page(answer)
    assert LETTER not in page(answer)


def test_the_secretariat_and_everybody_else_find_it_nowhere_again(room: Room) -> None:
    _post(room)
    entered = Comment.objects.select_related("paragraph").latest("pk")
    id, paragraph = entered.public_id, entered.paragraph.public_id
    for who in ("secretariat", "staff", "co_facilitator", "FRA focal_point", "CPV focal_point"):
        person = Person(room, who)
        assert person.get("comment", id).status_code == 404
        api = f"/api/v1/consultations/{SLUG}/comments/"
        pages = [
            person.get("received"),
            person.client.get(_address(room)),
            person.get("reading", "plan", 2, open=paragraph),
            person.get("consultation"),
            person.get("new"),
            person.get("table"),
            person.client.get(api),
            person.client.get(f"{api}{id}/"),
        ]
        assert not any(LETTER in page(shown) for shown in pages), who


@pytest.mark.parametrize(
    ("how", "words"),
    [("letter", "by letter"), ("mail", "by e-mail"), ("orally", "orally, at a meeting")],
)
def test_it_waits_as_a_marked_draft_until_the_focal_point_submits_it(
    room: Room, how: str, words: str
) -> None:
    _post(room, received_by=how)
    entered = Comment.objects.select_related("paragraph").latest("pk")
    day = room.at(-2).date()
    mark = f"Received {words} on {day.day} {day:%B %Y}; entered by the secretariat on"
    for who in READERS:
        person = Person(room, who)
        assert LETTER in page(person.get("workspace")) and mark in page(person.get("workspace"))
        thread = person.get("reading", "plan", 2, open=entered.paragraph.public_id)
        assert LETTER in page(thread) and mark in page(thread)
    focal_point = Person(room, "CIV focal_point")
    shown = focal_point.get("submit_comment", entered.public_id)
    assert LETTER in page(shown)
    focal_point.post("submit_comment", entered.public_id, comment=f"{entered.public_id}:1")
    assert Comment.objects.get(pk=entered.pk).number == 1
    assert LETTER in page(Person(room, "secretariat").get("comment", entered.public_id))


def test_two_presses_enter_it_once(room: Room) -> None:
    key = str(uuid4())
    for _press in range(2):
        assert "Entered for" in page(_post(room, form_key=key))
    assert Comment.objects.exclude(received_by="").count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"delegation": ""}, "This field is required."),
        ({"received_by": "pigeon"}, "Select a valid choice"),
        ({"received_on": "2999-01-01"}, "This day is in the future."),
        ({"received_on": "yesterday"}, "Enter a valid date."),
        ({"proposed": f"{LETTER}\x0b"}, "which cannot be printed"),
        ({"proposed": LETTER * 2_000}, "The limit is 20000"),
        ({"kind": "move", "move_after": "99"}, "There is no paragraph 99 in this text."),
    ],
)
def test_bad_input_says_why_and_loses_nothing_typed(
    room: Room, more: dict[str, str], sentence: str
) -> None:
    answer = _post(room, **more)
    assert answer.status_code == 422
    assert sentence in page(answer)
    assert f"Parce que {LETTER}." in page(answer)
    assert more.get("proposed", "Rendre compte")[:200].strip("\x0b") in page(answer)
    assert not Comment.objects.filter(received_by__gt="").exists()


def test_a_group_is_not_offered_and_a_delegation_of_another_process_neither(room: Room) -> None:
    seats = {seat.code: seat for seat in room.consultation.seats.all()}
    elsewhere = room.elsewhere.seats.first()
    assert elsewhere is not None
    for seat in (seats["AFRICAN-GROUP"], elsewhere):
        assert _post(room, delegation=seat.pk).status_code == 422
    assert not Comment.objects.filter(received_by__gt="").exists()


def test_a_delegation_without_a_focal_point_is_named_before_and_after(room: Room) -> None:
    Post.objects.filter(delegation=room.bodies["CIV"], role="focal_point").update(ended_at=room.now)
    form = page(Person(room, "secretariat").client.get(_address(room)))
    assert "Côte d’Ivoire (no focal point now)" in form
    assert "France (no focal point now)" not in form
    seat = room.consultation.seats.get(code="CIV")
    person = Person(room, "secretariat")
    sent = {
        "capacity": person.capacity,
        "delegation": seat.pk,
        "received_by": "mail",
        "received_on": room.at(-1).date().isoformat(),
        "kind": "retain",
        "type": "substantive",
        "language": "en",
        "form_key": str(uuid4()),
    }
    answer = person.client.post(_address(room), sent, follow=True)
    assert "Côte d’Ivoire has no focal point: nobody can submit it." in page(answer)


def test_a_round_that_takes_nothing_says_so_and_keeps_the_words(room: Room) -> None:
    room.round.__class__.objects.update(
        opens_at=room.at(-20), deadline=room.at(-1), late_policy="refuse"
    )
    answer = _post(room)
    assert answer.status_code == 422
    assert "accepts no late inputs" in page(answer) and LETTER in page(answer)


def test_no_moment_that_is_past_stands_as_the_limit_of_a_round(room: Room) -> None:
    def shown(**changes: Any) -> str:
        Round.objects.filter(pk=room.round.pk).update(**changes)
        return _plain(Person(room, "secretariat").client.get(_address(room)))

    assert "The round accepts inputs until" in shown()
    late = shown(deadline=room.at(-1))
    assert re.search(r"The deadline was [^<]+ This will be marked late.", late)
    assert "accepts inputs until" not in late
    closed_early = shown(closed_at=room.at(-2), deadline=room.at(5))
    closing_time = moment_words(room.access("secretariat"), room.at(-2)).replace("\xa0", " ")
    assert f"The deadline was {closing_time}. This will be marked late." in closed_early
    assert "accepts inputs until" not in closed_early
    refused = shown(late_policy=LatePolicy.REFUSE)
    assert "accepts no late inputs" in refused and "accepts inputs until" not in refused


def test_nothing_is_typed_on_an_adopted_text_before_one_reads_that_it_is_adopted(
    room: Room,
) -> None:
    Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-1))
    shown = _plain(Person(room, "secretariat").client.get(_address(room)))
    assert "The text is adopted. It no longer accepts inputs." in shown
    assert "The round accepts inputs until" not in shown


def test_words_that_changed_meanwhile_are_not_taken_for_others_of_that_number(room: Room) -> None:
    """The form carries the wording that was shown, never its label."""
    person = Person(room, "secretariat")
    assert person.client.get(f"{reverse('received', args=[SLUG])}?wording=3").status_code == 404
    other = room.other_revision.wordings.first()
    assert other is not None
    url = f"{reverse('received', args=[SLUG])}?wording={other.public_id}"
    assert person.client.get(url).status_code == 404


def test_what_a_file_offers_is_entered_once_and_waits_no_more(room: Room) -> None:
    wording = room.wording(room.revision, 4)
    offer_in_file(room, wording.paragraph, "Who reports?")
    offer = wording.paragraph.offers.get()
    address = f"{_address(room)}&offered={offer.public_id}"
    person, other = Person(room, "secretariat"), Person(room, "secretariat")
    assert f'action="{address}"' in page(person.client.get(address))
    before = Comment.objects.count()
    fields = {"capacity": person.capacity} | _fields(room, kind="comment", rationale="Who reports?")
    for _press in range(2):
        assert person.client.post(address, fields).status_code == 302
    assert Comment.objects.count() == before + 1
    assert not wording.paragraph.offers.exists()
    late = other.client.post(address, fields | {"form_key": str(uuid4())})
    assert late.status_code == 422
    assert "Somebody has entered or dismissed this." in page(late)
    assert f'action="{_address(room)}"' in page(late)  # pressed once more it is entered
    assert Comment.objects.count() == before + 1


def test_an_offer_of_another_text_is_not_taken_here(room: Room) -> None:
    offer_in_file(room, room.wording(room.revision, 4).paragraph, "Who reports?")
    offer = FileOffer.objects.latest("pk")
    with pytest.raises(ValidationError):
        delete_entered_offer(
            access=room.access("secretariat"),
            draft=room.unsent_draft,
            offer_public_id=offer.public_id,
        )
    for who in ("co_facilitator", "FRA focal_point"):
        with pytest.raises(Refused):
            delete_entered_offer(
                access=room.access(who), draft=room.draft, offer_public_id=offer.public_id
            )
    with pytest.raises(Refused):
        dismiss_offers(access=room.access("secretariat"), draft=room.draft, offers=[offer])
    assert FileOffer.objects.filter(pk=offer.pk).exists()
