"""No page takes more queries with thirty rows than with few.

The addresses are those of the site map, each opened before and after the consultation has grown by
29 rows of every kind, by a delegate and by one who leads or serves the consultation; the lists of
the secretariat's desk by the secretariat. Pages that are no lists are left to the night.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.answers.acts import acknowledge, align, publish_reviews, reply, review
from comments.bridging.acts import BridgingAnswerContent, answer_bridging
from comments.drafting.acts import clear_comment, draft_comment, write_note
from comments.inputs.content import CommentContent
from comments.letters.acts import begin_letter, send_letter, word_letter
from comments.minutes.acts import add_line, begin_minutes, offer_line
from comments.models import (
    AskedSeat,
    BridgingProposal,
    Export,
    MinuteLine,
    Review,
    Silence,
    SilenceBreak,
    SilenceSeat,
)
from comments.news.acts import watch_paragraph
from comments.submitting.acts import submit_comment
from consultations.admin import desk
from consultations.announcements.acts import announce
from consultations.founding.acts import create_consultation
from consultations.keys.acts import make_token
from consultations.models import Facilitation, Seat, Visibility
from consultations.people.functions import give_function, invite_to_function
from consultations.rooms.acts import begin_room
from consultations.rules.access import Access
from consultations.rules.access_factory import make_access, make_actor
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting, create_round
from consultations.web import activity
from delegations.acts import add_delegation, add_membership, add_user, give_post, set_mandate
from delegations.invitations import invite
from drafts.brackets.acts import put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, edit_paragraph, start_draft, strike_paragraph
from drafts.meetings.acts import add_agenda_item
from drafts.models import Paragraph, ParagraphKind, Wording
from drafts.rooms.acts import assign_parts
from tests.conftest import lazy_loads_allowed
from tests.consultations.bridging import ask_about_bridging, draft_on_bridging
from tests.consultations.silences import open_to
from tests.consultations.web.site_map import ADDRESSES, READERS
from tests.database import count_rows
from tests.kept_room import KEPT
from tests.room import SLUG, Room, loaded, offer_in_file, speak_in_room

READ = [name for name, address in ADDRESSES.items() if address.gets]
ON_DESK = [
    f"desk:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in desk._registry
]
# Where 29 more rows must show, so that equal costs say something.
LISTS = [
    *(name for name in READ if name.endswith("-list")),
    *ON_DESK,
    *"agenda api-comments-notes comment consultation desk desk_steps drafts group_room".split(),
    *"groups home incorporate_words keys latest meetings new notes offered papers people".split(),
    *"paragraph_history reading receipts review_comment review_paragraph rolling".split(),
    *"rounds search submit_all table watching wording_history workspace".split(),
    *"delegation delegations functions seats unanswered".split(),
    *"announcements letter_deliveries letters".split(),
    *"minute_paragraph minutes said text_map".split(),
    *"silences silence open_silence".split(),
    *"bridging_list bridging_proposal ask_on_bridging write_bridging".split(),
]

CASES = [
    name if name in {*LISTS, *ON_DESK} else pytest.param(name, marks=pytest.mark.night)
    for name in [*READ, *ON_DESK]
]

# How many queries a page asks is the same on every server.


@dataclass(frozen=True)
class Cost:
    """Queries that were asked, and the bytes that came back."""

    queries: int
    size: int


type Costs = tuple[list[Cost], list[Cost]]


@pytest.fixture(scope="module")
def costs(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Costs]]:
    """What each address costs each reader: with few rows, and once there are 29 more."""
    names = _names_of(request.session.items)
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patched,
    ):
        # That somebody was here is written once for all of it, however slow the machine is.
        patched.setattr(activity, "SECONDS_BETWEEN_WRITES", 3600)
        room = KEPT.laid_out()
        speak_in_room(room)
        clients = {letter: _client(room, who) for letter, who in READERS.items() if who}
        for client in clients.values():  # who has looked once is told from then on what is new
            client.get(reverse("consultation", args=[SLUG]))
        _grow(room, range(1))
        count_rows()
        few = _ask(room, clients, names)
        _grow(room, range(1, 30))
        count_rows()
        many = _ask(room, clients, names)
        yield {name: (few[name], many[name]) for name in few}
        transaction.set_rollback(True)


def _names_of(items: Iterable[pytest.Item]) -> set[str]:
    """The addresses of which a test of this file will ask."""
    ours = (item for item in items if item.path == Path(__file__))
    return {str(item.callspec.params["name"]) for item in ours if isinstance(item, pytest.Function)}


@pytest.mark.parametrize("name", CASES)
def test_an_address_costs_no_more_queries_with_thirty_rows_than_with_few(
    costs: dict[str, Costs], name: str
) -> None:
    few, many = costs[name]
    # Never more; one less where the first page no longer shows what a further query is for.
    assert all(more.queries <= less.queries for less, more in zip(few, many, strict=True)), (
        few,
        many,
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_grown(costs: dict[str, Costs], name: str) -> None:
    few, many = costs[name]
    assert any(more.size > less.size for less, more in zip(few, many, strict=True))


# --- What an address costs ------------------------------------------------------------------------


def _client(room: Room, who: str) -> Client:
    client = Client()
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def _ask(room: Room, clients: dict[str, Client], names: set[str]) -> dict[str, list[Cost]]:
    asked = {}
    for turn, name in enumerate(name for name in READ if name in names):
        may_open = ADDRESSES[name].gets or ""
        readers = [letter for letter in ("fLA", "AfL")[turn % 2] if letter in may_open]
        readers = readers[:2] or list(may_open[:1])
        url = ADDRESSES[name].url(room, name)
        asked[name] = [_cost(clients[letter], url) for letter in readers]
    with lazy_loads_allowed():
        asked |= {name: [_cost(clients["A"], reverse(name))] for name in ON_DESK if name in names}
    return asked


def _cost(client: Client, url: str) -> Cost:
    """The second time: what a first visit alone costs is left out."""
    _open(client, url)
    with CaptureQueriesContext(connection) as queries:
        size = _open(client, url)
    return Cost(len(queries), size)


def _open(client: Client, url: str) -> int:
    """The size of the page, or of the one to which it leads."""
    answer: Any = client.get(url, follow=True)
    assert answer.status_code == 200, url
    return len(b"".join(answer.streaming_content) if answer.streaming else answer.content)


# --- A consultation that grows --------------------------------------------------------------------


def _grow(room: Room, numbers: range) -> None:
    """One row of every kind for each number, through the actions."""
    _grow_text(room, numbers)
    for number in numbers:
        for more in (
            _more_people,
            _more_of_frame,
            _more_words,
            _more_on_one,
            _more_bridging,
            _more_silences,
            _more_brackets,
            _more_papers,
            _more_letters,
            _more_rooms,
        ):
            more(room, number)


def _grow_text(room: Room, numbers: range) -> None:
    """Paragraphs that are new, reworded and struck, circulated; and as many on the desk only."""
    leader = room.access("co_facilitator", -0.5)

    def add(text: str) -> Paragraph:
        last = Paragraph.objects.filter(draft=room.draft, struck_at=None).order_by("place").last()
        return add_paragraph(
            access=leader, draft=room.draft, kind=ParagraphKind.OPERATIVE, text=text, after=last
        )

    for number in numbers:
        add(f"To add {number}.")
        strike_paragraph(access=leader, paragraph=add(f"To strike {number}."))
    circulate_revision(access=leader, draft=room.draft, stage="Rev", round=None)
    for number in numbers:
        offer_in_file(room, add(f"To think of {number}."), f"Who pays for {number}?")
        text = start_draft(access=leader, slug=f"text-{number}", title=f"Text {number}", place=9)
        add_paragraph(
            access=leader,
            draft=text,
            kind=ParagraphKind.OPERATIVE,
            text=f"To do {number}.",
            after=None,
        )
        circulate_revision(access=leader, draft=text, stage="First draft", round=None)
        add_agenda_item(access=leader, meeting=room.meeting, draft=text)


def _more_people(room: Room, number: int) -> None:
    access = room.access("secretariat")
    standing = make_actor(room.users["secretariat"], room.capacities["secretariat"])
    body = add_delegation(
        actor=standing, kind="member_state", code=f"S{number}", short_en=f"State {number}"
    )
    group = add_delegation(
        actor=standing, kind="group", code=f"G{number}", short_en=f"Group {number}"
    )
    for one in (body, group):
        seat_delegation(access=access, delegation=one)
    add_membership(actor=standing, group=group, member=body)
    set_mandate(actor=standing, group=group, coordinator=room.bodies["CPV"])
    for one in (body, room.bodies["CPV"]):
        invite(actor=access, delegation=one, email=f"guest{number}@example.org", role="deputy")
    invite_to_function(access=access, email=f"guest{number}@example.org", role="staff")
    add_membership(actor=standing, group=room.bodies["AFRICAN-GROUP"], member=body)
    for name, home in (("there", body), ("here", room.bodies["CPV"])):
        user = add_user(actor=standing, email=f"{name}{number}@example.org", name=name)
        give_post(actor=standing, user=user, delegation=home, role="contributor")
    user = add_user(actor=standing, email=f"staff{number}@example.org", name="staff")
    give_function(access=access, user=user, role="staff")


def _more_of_frame(room: Room, number: int) -> None:
    leader = room.access("co_facilitator")
    create_round(
        access=leader,
        name=f"Round {number}",
        asks_again=room.round,
        opens_at=room.at(20 + 10 * number),
        deadline=room.at(25 + 10 * number),
        visibility=Visibility.AT_ONCE,
    )
    held = create_meeting(access=leader, title=f"Meeting {number}", starts_at=room.at(4))
    begin_minutes(access=leader, meeting=held)
    founder = room.users["secretariat"]
    founded = create_consultation(user=founder, slug=f"more-{number}", title=f"More {number}")
    seat_delegation(access=_founder_in(room, founded.slug), delegation=room.bodies["CPV"])


def _more_rooms(room: Room, number: int) -> None:
    """A working room with its chair and a member, a part of the text, and a meeting to come."""
    leader = room.access("co_facilitator")
    chair = Facilitation.objects.get(user__email=f"staff{number}@example.org")
    seat = Seat.objects.get(delegation=room.bodies["CPV"], consultation=leader.consultation)
    made = begin_room(
        access=leader, name=f"Room {number}", chairs=[chair], members=[seat], is_for_all=False
    )
    row = Paragraph.objects.select_related("draft").get(text=f"To add {number}.")
    assign_parts(access=leader, room=made, draft=row.draft, paragraphs=[row])
    create_meeting(
        access=leader, title=f"Group {number}", starts_at=room.at(10 + number), room=made
    )


def _founder_in(room: Room, slug: str) -> Access:
    founder = room.users["secretariat"]
    held = founder.facilitations.get(consultation__slug=slug)
    return make_access(founder, slug, f"facilitation:{held.public_id}")


def _more_words(room: Room, number: int) -> None:
    """A draft that is cleared; an input with a reply, an alignment, a review that is published and
    acknowledged, and another that is not published yet."""
    wording = room.wording(room.revision, 3)
    staff, leader = room.access("staff", -0.2), room.access("co_facilitator", -0.2)
    for code in ("CPV", "FRA"):
        contributor = room.access(f"{code} contributor", -0.2)
        focal_point = room.access(f"{code} focal_point", -0.2)
        kept = draft_comment(
            access=contributor, wording=wording, content=CommentContent(kind="retain")
        )
        if rooms := contributor.group_room_seats:
            draft_comment(
                access=contributor,
                wording=wording,
                content=CommentContent(kind="retain"),
                seat=rooms[-1],
                in_room=True,
            )
        clear_comment(access=room.access(f"{code} deputy", -0.2), comment=kept)
        # Cabo Verde speaks for its group, so that members are listed on every page of inputs.
        group = next(iter(contributor.coordinated_seats), None)
        made = draft_comment(
            access=contributor,
            wording=wording,
            seat=group,
            content=CommentContent(kind="comment", rationale="So."),
        )
        submit_comment(access=focal_point, comment=made)
        comment = loaded().get(pk=made.pk)
        reply(access=staff, comment=comment, text="Noted.")
        align(access=room.access("IOM focal_point", -0.2), comment=comment)
        review(access=staff, comment=comment, disposition="noted", observation="Seen.")
        publish_reviews(access=leader, reviews=Review.objects.filter(comment=comment))
        published = Review.objects.select_related(
            "comment__round", "comment__paragraph__draft"
        ).get(comment=comment)
        acknowledge(access=focal_point, review=published, stance="satisfied")
        review(access=staff, comment=comment, disposition="reflected", observation="Taken.")


def _more_on_one(room: Room, number: int) -> None:
    """What gathers on one input, one draft, one paragraph; and what each reader watches.

    France's words come at this very moment: they are new to whoever looked before.
    """
    staff, focal_point = room.access("staff"), room.access("CPV focal_point")
    comment, wording = room.comment("CPV submitted"), room.wording(room.revision, 2)
    reply(access=staff, comment=comment, text=f"Noted, {number}.")
    minutes = begin_minutes(access=staff, meeting=room.meeting)
    line = add_line(
        access=staff,
        minutes=minutes,
        paragraph=Paragraph.objects.select_related("draft").get(
            pk=room.wording(room.revision, 3).paragraph_id
        ),
        words=f"We agree, {number}.",
        seat=focal_point.seat,
    )
    offer_line(
        access=staff,
        line=MinuteLine.objects.select_related("minutes__meeting").get(pk=line.pk),
    )
    write_note(access=focal_point, comment=room.comment("CPV draft"), text=f"Ask home, {number}.")
    last = Wording.objects.filter(revision__draft=room.draft).order_by(
        "-revision__number", "-place"
    )
    watched = Paragraph.objects.select_related("draft").get(wordings=last[number].pk)
    for who in ("CPV focal_point", "co_facilitator", "secretariat"):
        watch_paragraph(access=room.access(who), paragraph=watched)
    row = Paragraph.objects.select_related("draft").get(
        pk=room.wording(room.revision, 3).paragraph_id
    )
    edit_paragraph(
        access=staff,
        paragraph=row,
        version=row.version,
        text=f"{row.text} {number}",
        kind=row.kind,
        label=row.label,
        opening=row.opening,
    )
    speaker = make_access(room.users["FRA focal_point"], SLUG, room.capacities["FRA focal_point"])
    reworded = CommentContent(kind="replace", proposed=f"{wording.text} {number}")
    elsewhere = room.wording(room.revision, 4)  # no address opens its thread: it stays new
    for place, content in ((wording, reworded), (elsewhere, CommentContent(kind="retain"))):
        made = draft_comment(access=speaker, wording=place, content=content)
        submit_comment(access=speaker, comment=made)


def _more_bridging(room: Room, number: int) -> None:
    """Words of which nobody was asked; others of which Cabo Verde was, and answered twice; and one
    more delegation that is asked about those that an address names."""
    draft_on_bridging(room, f"bridging {number}")
    asked = ask_about_bridging(room, ("CPV",), "all")
    seat = AskedSeat.objects.select_related("proposal").get(proposal=asked)
    for days, stance in ((-4, "yes"), (-3.5, "no")):
        answer_bridging(
            access=room.access("CPV focal_point", days),
            asked_seat=seat,
            content=BridgingAnswerContent(stance=stance, reason=f"So {number}."),
        )
    first = BridgingProposal.objects.filter(asked_at__isnull=False).order_by("pk")[0]
    more = Seat.objects.get(consultation=room.consultation, code=f"S{number}")
    AskedSeat.objects.create(proposal=first, seat=more)


def _more_letters(room: Room, number: int) -> None:
    """A letter that is sent to all, another that is not, and an announcement that stands."""
    access = room.access("secretariat")
    for is_sent in (True, False):
        letter = begin_letter(access=access, kind="other")
        word_letter(
            access=access, letter=letter, language="en", subject=f"To all {number}", words="So."
        )
        if is_sent:
            send_letter(access=access, letter=letter)
    announce(access=access, words=f"At {number}.", from_at=room.at(-1), until_at=room.at(2))


def _more_silences(room: Room, number: int) -> None:
    """One more silence; and one more delegation that broke the one that an address names."""
    open_to(room)
    first = Silence.objects.select_related("consultation").order_by("-silence_from", "-pk")[0]
    more = Seat.objects.get(consultation=room.consultation, code=f"S{number}")
    seat, _made = SilenceSeat.objects.get_or_create(silence=first, seat=more)
    speaker = room.users["CPV focal_point"]
    SilenceBreak.objects.create(asked=seat, words="No.", broken_by=speaker, capacity="x")


def _more_brackets(room: Room, number: int) -> None:
    """One more pair around the words of the paragraph that addresses name, each asked for."""
    key = room.wording(room.revision, 3).paragraph_id
    row = Paragraph.objects.select_related("draft").get(pk=key)
    seat = Seat.objects.get(consultation=room.consultation, code=f"S{number}")
    put_bracket(
        access=room.access("staff"),
        paragraph=row,
        version=row.version,
        start=0,
        end=len(row.text),
        asking_seats=[seat],
    )


def _more_papers(room: Room, number: int) -> None:
    for who in ("CPV focal_point", "co_facilitator", "secretariat"):
        access = room.access(who)
        make_token(actor=access, name=f"Key {number}")
        Export.objects.create(
            consultation=room.consultation,
            owner=access.user,
            capacity=access.capacity.key,
            parameters={
                "revisions": [str(room.revision.public_id)],
                "copy": "circulation",
                "layout": "grid",
                "format": "pdf",
                "language": "en",
                "title": f"Table {number}",
                "filename": f"table-{number}.pdf",
            },
            cut_off=room.now,
        )
