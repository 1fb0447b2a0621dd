"""A text with brackets to test in: who sits there, and whether signs and objects agree."""

from typing import Any

from django.db import connection

from consultations.models import Seat
from consultations.rules.access import Actor
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from delegations.acts import add_delegation
from drafts.brackets.acts import put_bracket
from drafts.brackets.pairs import brackets_in
from drafts.desk.acts import edit_paragraph
from drafts.models import Bracket, Draft, Paragraph
from tests.drafts.desk.leading import Leading
from tests.room import Room


def seats_of(leading: Leading, *codes: str) -> list[Seat]:
    """Delegations that sit in the consultation, by their codes."""
    clerk = leading.clerk
    desk: Actor = make_actor(clerk.user, clerk.capacity.key, moment=clerk.moment)
    seats = []
    for code in codes:
        kind = "group" if code.startswith("GROUP") else "member_state"
        body = add_delegation(actor=desk, kind=kind, code=code, short_en=f"State of {code}")
        seats.append(seat_delegation(access=clerk, delegation=body))
    return seats


def bracket_first_word(room: Room, place: int, *askers: str) -> Paragraph:
    """A paragraph of the room's working text, its first word in brackets that these ask for."""
    row = stored(room.draft.paragraphs.in_force().order_by("place")[place])
    seats = Seat.objects.filter(consultation=room.consultation, code__in=askers)
    put_bracket(
        access=room.access("co_facilitator"),
        paragraph=row,
        version=row.version,
        start=0,
        end=len(row.text.split()[0]),
        asking_seats=list(seats),
    )
    return row


def opens(paragraph: Paragraph) -> list[tuple[int, int]]:
    """Where the open brackets of a paragraph stand."""
    rows = Bracket.objects.filter(paragraph=paragraph, is_open=True).order_by("start")
    return list(rows.values_list("start", "end"))


def held(paragraph: Paragraph) -> list[str]:
    """What its open brackets hold."""
    text = Paragraph.objects.get(pk=paragraph.pk).text
    return [text[start + 1 : end] for start, end in opens(paragraph)]


def bracket_around(paragraph: Paragraph, words: str) -> Bracket:
    """The open bracket that holds exactly these words."""
    text = Paragraph.objects.get(pk=paragraph.pk).text
    rows = Bracket.objects.select_related("paragraph__draft", "meeting")
    for bracket in rows.filter(paragraph=paragraph, is_open=True):
        if text[bracket.start + 1 : bracket.end] == words:
            return bracket
    raise AssertionError(f"No bracket holds {words!r} in {text!r}.")


def require_agreement(draft: Draft) -> None:
    """Signs and objects agree: asked here, and of the database by its own triggers."""
    for row in Paragraph.objects.filter(draft=draft):
        stands = row.struck_at is None and row.discarded_at is None
        pairs = brackets_in(row.text).pairs if stands else ()
        assert opens(row) == list(pairs), row.text
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def stored(paragraph: Paragraph) -> Paragraph:
    return Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)


def reword(leading: Leading, paragraph: Paragraph, text: str, *, days: float = 0) -> None:
    """The words typed anew at the desk, so many days from now."""
    row = stored(paragraph)
    words: dict[str, Any] = {"kind": row.kind, "label": row.label, "opening": row.opening}
    edit_paragraph(
        access=leading.later(days), paragraph=row, version=row.version, text=text, **words
    )
