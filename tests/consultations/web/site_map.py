"""Who may open which address, and who may write through it: one row for each of the site map.

Readers: c contributor, d deputy, f focal point of Cabo Verde; x focal point of France,
i of IOM;
L co-facilitator, S staff, A secretariat; o an outsider (Japan), e who leads another consultation;
n nobody, not signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, get_resolver, reverse
from openpyxl import Workbook

from comments.answers.acts import close_without_answer
from comments.incorporating.acts import ChosenProposal, incorporate_words
from comments.letters.acts import begin_letter, send_letter, word_letter
from comments.minutes.acts import add_line, begin_minutes, offer_line
from comments.models import (
    Alignment,
    AskedSeat,
    BridgingProposal,
    Closure,
    Comment,
    Export,
    Incorporation,
    MinuteLine,
    Objection,
    OfficialLetter,
    OptOut,
    Receipt,
    Reply,
    Review,
    Silence,
    Watch,
)
from comments.review.acts import save_filter
from comments.review.open_inputs import open_inputs
from comments.review.publishing import batch_of, parts_to_publish
from consultations.announcements.acts import announce
from consultations.models import (
    Announcement,
    ApiToken,
    CalendarFeed,
    Facilitation,
    FunctionInvitation,
    Meeting,
    Round,
    Visibility,
    WorkingRoom,
)
from consultations.rooms.acts import begin_room
from delegations.models import Invitation, Post
from drafts.brackets.acts import put_bracket
from drafts.desk.acts import add_paragraph
from drafts.desk.steps import undo_step
from drafts.models import Bracket, Paragraph, RoomPart, Screen, Wording
from drafts.rooms.acts import assign_parts
from drafts.screen.acts import show_on_screen
from tests.consultations.bridging import ask_about_bridging, draft_on_bridging
from tests.consultations.silences import break_for, open_to
from tests.room import SLUG, Room
from tests.url_parameters import short_name

READERS = {
    "c": "CPV contributor",
    "d": "CPV deputy",
    "f": "CPV focal_point",
    "x": "FRA focal_point",
    "i": "IOM focal_point",
    "L": "co_facilitator",
    "S": "staff",
    "A": "secretariat",
    "o": "JPN focal_point",
    "e": "elsewhere co_facilitator",
    "n": "",
}
DELEGATE_ROLES = "cdfxi"
IN_THE_ROOM = "cdfxiLSA"
SIGNED_IN = "cdfxiLSAoe"

# The short list of addresses that anybody may ask for, or that are not ours to test: sign-in and
# its account pages, an invitation, a sign-in link, a calendar's secret address, the link that stops
# mails, whether a receipt or the checksum of a text is genuine, health, the language of the frame,
# the demo's mails and styles (404 but in the demo).
# Secretariat administration has a test of its own, in `tests/test_leaks.py`.
PUBLIC = (
    "health/",
    "account/",
    "invitation/",
    "sign-in/",
    "calendar/",
    "language/",
    "theme/",
    "help/",
    "demo/",
    "style/",
    "desk/",
    "stop-mail/",
    "receipts/verify/",
    "seal/",
)


def is_public(route: str) -> bool:
    return route.startswith(PUBLIC)


@dataclass(frozen=True)
class Address:
    """Who may GET (None: nobody can) and POST (None: nobody can), and with what."""

    gets: str | None = None
    posts: str | None = None
    data: Callable[[Room], dict[str, Any]] = lambda room: {}
    named: dict[str, Callable[[Room], Any]] = field(default_factory=dict)
    query: Callable[[Room], str] = lambda room: ""
    method: str = "post"
    visibility: str = Visibility.FACILITATORS
    # The form comes back with the sentence why not (422), in place of a bare refusal.
    says_why: bool = False

    def url(self, room: Room, name: str) -> str:
        """The address, with the rows that it names taken from the room."""
        wanted = {param for _path, params in _patterns(name) for param in params}
        rows = NAMED | self.named
        values = {param: rows[short_name(param)](room) for param in wanted}
        return reverse(name, kwargs=values) + self.query(room)


def _patterns(name: str) -> list[tuple[str, list[str]]]:
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    found: list[Any] = resolver.reverse_dict.getlist(last)
    if not found:
        raise NoReverseMatch(name)
    return [possibility for possibilities, *_rest in found[:1] for possibility in possibilities]


def _wall_clock(room: Room, days: float) -> str:
    moment = (room.now + timedelta(days=days)).astimezone(ZoneInfo("America/New_York"))
    return moment.replace(hour=12).strftime("%Y-%m-%dT%H:%M")


def _paragraph(room: Room) -> Any:
    return room.wording(room.revision, 3).paragraph


def _spoken_on(room: Room) -> Any:
    """The paragraph on which both delegations spoke."""
    return Paragraph.objects.get(pk=room.wording(room.revision, 2).paragraph_id)


def _incorporation(room: Room) -> Any:
    """Words of the African Group's input, taken onto the desk and not circulated."""
    comment = room.comment("CPV group input")
    found = Incorporation.objects.filter(comment=comment).first()
    if found is None:
        row = Paragraph.objects.select_related("draft").get(pk=comment.paragraph_id)
        access = room.access("staff")
        takes = [ChosenProposal(comment)]
        [found] = incorporate_words(
            access=access, paragraph=row, chosen_proposals=takes, version=row.version
        )
    return found


def _of(name: str) -> dict[str, Callable[[Room], Any]]:
    """The address of this comment, on pages and in the API."""

    def public_id(room: Room) -> Any:
        return room.comment(name).public_id

    return {"comment": public_id, "id": public_id}


def _always(value: str, _room: Room) -> str:
    """The same in every room."""
    return value


def _on(name: str, model: Any, room: Room) -> Any:
    return model.objects.filter(comment=room.comments[name]).order_by("pk")[0].public_id


def _seen_and_adopted(room: Room) -> dict[str, Any]:
    """What adopting asks for: the open round, the unanswered inputs and the last revision, seen."""
    seen = open_inputs(room.access("co_facilitator"), room.draft).mark
    last = room.draft.revisions.latest("number").number
    return {"despite_round": "on", "open_mark": seen, "open_seen": "on", "shown_number": last}


def _watch(room: Room) -> Any:
    """What Cabo Verde's deputy watches."""
    found, _made = Watch.objects.get_or_create(
        user=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        consultation=room.consultation,
        paragraph=_paragraph(room),
    )
    return found.public_id


def _bridging_draft(room: Room) -> Any:
    """Words that the facilitators have asked nobody about."""
    found = BridgingProposal.objects.filter(asked_at=None, discarded_at=None).first()
    return (found or draft_on_bridging(room)).public_id


def _bridged(room: Room) -> Any:
    """The latest circulated words of the paragraph that was spoken on."""
    rows = Wording.objects.filter(paragraph=_spoken_on(room))
    return rows.latest("revision__number").public_id


def _bridging(room: Room) -> BridgingProposal:
    """A question to Cabo Verde, France and the African Group: its deadline passed, it is open."""
    found = BridgingProposal.objects.filter(asked_at__isnull=False).first()
    return found or ask_about_bridging(room)


def _asked_seat(room: Room) -> Any:
    found = AskedSeat.objects.filter(proposal=_bridging(room), seat__code="CPV")
    return found.get().public_id


def _silence(room: Room) -> Silence:
    """A silence on the text to all, which France broke; it runs."""
    found = Silence.objects.filter(revision=room.revision, declared_at=None).first()
    if found is not None:
        return found
    silence = open_to(room)
    break_for(room, silence, "FRA")
    return silence


def _group(room: Room) -> Any:
    return room.access("CPV focal_point").group_room_seats[0].public_id


def _objection(room: Room) -> Any:
    """Côte d'Ivoire's: no reader of this table is of that delegation."""
    return Objection.objects.get(comment=room.comments["ROOM objected"]).public_id


def _opt_out(room: Room) -> Any:
    return OptOut.objects.get(comment=room.comments["ROOM agreed"]).public_id


def _next_round(room: Room) -> Any:
    round, _made = Round.objects.get_or_create(
        consultation=room.consultation,
        name="Next round",
        opens_at=room.at(11),
        deadline=room.at(12),
        visibility=Visibility.AT_CLOSE,
    )
    return round.public_id


def _paper(room: Room) -> Any:
    paper, _made = Export.objects.get_or_create(
        consultation=room.consultation,
        owner=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        defaults={
            "parameters": {
                "revisions": [str(room.revision.public_id)],
                "copy": "circulation",
                "layout": "grid",
                "format": "pdf",
                "language": "en",
                "title": "Table of Inputs on First Draft",
                "filename": "table.pdf",
            },
            "cut_off": room.now,
        },
    )
    return paper.public_id


def _receipt(room: Room) -> Any:
    return Receipt.objects.get(comments=room.comments["CPV submitted"]).public_id


def _post(room: Room, who: str) -> Any:
    held = Post.objects.held().filter(user=room.users[who])
    return held.get(delegation__code=who.split()[0]).public_id


def _invitation(room: Room) -> Any:
    found, _made = Invitation.objects.get_or_create(
        delegation=room.bodies["CPV"],
        email="invited@example.org",
        defaults={"role": "deputy", "invited_by": room.users["CPV focal_point"]},
    )
    return found.public_id


def _function_invitation(room: Room) -> Any:
    found, _made = FunctionInvitation.objects.get_or_create(
        consultation=room.consultation,
        email="invited@example.org",
        defaults={"role": "staff", "invited_by": room.users["secretariat"]},
    )
    return found.public_id


def _key(room: Room) -> Any:
    token, _made = ApiToken.objects.get_or_create(
        user=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        name="Sheet",
        key_hash="0" * 64,
    )
    return token.public_id


def _feed(room: Room) -> Any:
    feed, _made = CalendarFeed.objects.get_or_create(
        user=room.users["CPV deputy"],
        capacity=room.capacities["CPV deputy"],
        consultation=room.consultation,
        name="Outlook",
        key_hash="0" * 64,
    )
    return feed.public_id


def _letter(room: Room) -> Any:
    """A letter that is written and not sent."""
    rows = OfficialLetter.objects.in_force().filter(kind="other", sent_at=None)
    return (rows.first() or _written(room, "other")).public_id


def _sent_letter(room: Room) -> Any:
    """One to all who sit."""
    found = OfficialLetter.objects.sent().first()
    if found is None:
        letter = _written(room, "other")
        found, _is_new = send_letter(access=room.access("secretariat"), letter=letter)
    return found.public_id


def _note(room: Room) -> Any:
    """A note that has a section for France."""
    found = OfficialLetter.objects.filter(kind="note").first()
    sections = {room.seat("FRA focal_point").pk: "It is in."}
    note = found or _written(room, "note", revision=room.revision, section_by_seat_id=sections)
    return note.public_id


def _written(room: Room, kind: str, **what: Any) -> OfficialLetter:
    access = room.access("staff")
    letter = begin_letter(access=access, kind=kind, **what)
    word_letter(access=access, letter=letter, language="en", subject="To all", words="Welcome.")
    return letter


def _announcement(room: Room) -> Any:
    found = Announcement.objects.filter(consultation=room.consultation).first()
    made = found or announce(
        access=room.access("secretariat"),
        words="At three.",
        from_at=room.at(-1),
        until_at=room.at(2),
    )
    return made.public_id


def _minute_line(room: Room) -> MinuteLine:
    """What Cabo Verde said on the paragraph of the addresses, and is asked about."""
    rows = MinuteLine.objects.select_related("minutes__meeting")
    found = rows.filter(minutes__meeting=room.meeting).order_by("pk").first()
    if found is None:
        access = room.access("staff")
        minutes = begin_minutes(access=access, meeting=room.meeting)
        row = Paragraph.objects.select_related("draft").get(pk=_paragraph(room).pk)
        seat = room.seat("CPV focal_point")
        line = add_line(access=access, minutes=minutes, paragraph=row, words="So.", seat=seat)
        found = offer_line(access=access, line=rows.get(pk=line.pk))
    return found


def _meeting_on_screen(room: Room) -> Any:
    """The meeting of the room, with a paragraph on its screen."""
    if not Screen.objects.filter(meeting=room.meeting).exists():
        access, meeting = room.access("staff"), Meeting.objects.get(pk=room.meeting.pk)
        row = Paragraph.objects.select_related("draft").get(pk=_paragraph(room).pk)
        show_on_screen(access=access, meeting=meeting, paragraph=row)
    return room.meeting.public_id


def _room_data(room: Room) -> dict[str, Any]:
    chairs = Facilitation.objects.filter(consultation=room.consultation, role="co_facilitator")
    return {"name": "Trade", "whom": "all", "chairs": chairs[0].pk}


def _working_room(room: Room) -> WorkingRoom:
    """A room that the staff chair; it has no part of a text, so that others may edit it."""
    found = WorkingRoom.objects.filter(consultation=room.consultation, ended_at=None).first()
    if found is not None:
        return found
    chairs = Facilitation.objects.filter(consultation=room.consultation, role="co_facilitator")
    return begin_room(access=room.access("secretariat"), name="Finance", chairs=chairs[:1])


def _room_part(room: Room) -> Any:
    """What that room has of the plan."""
    given, access = _working_room(room), room.access("co_facilitator")
    row = Paragraph.objects.select_related("draft").get(pk=_neighbour(room).pk)
    found = RoomPart.objects.filter(room=given, ended_at=None).first()
    parts = found or assign_parts(access=access, room=given, draft=row.draft, paragraphs=[row])[0]
    return parts.public_id


_ON_SCREEN: dict[str, Callable[[Room], Any]] = {"meeting": _meeting_on_screen}

# An address in the minutes: their meeting, and a line of theirs.
_MINUTED: dict[str, Callable[[Room], Any]] = {
    "meeting": lambda room: _minute_line(room).minutes.meeting.public_id,
    "line": lambda room: _minute_line(room).public_id,
}


def _step(room: Room, *, is_undone: bool = False) -> Any:
    """The last step on the desk of the plan; undone, it can be made again."""
    access = room.access("staff")
    add_paragraph(
        access=access, draft=room.draft, kind="operative", text="To meet again.", after=None
    )
    step = room.draft.steps.order_by("-number")[0]
    return (undo_step(access=access, step=step) if is_undone else step).public_id


def _neighbour(room: Room) -> Any:
    """A paragraph that stands beside the one that addresses name."""
    row = _paragraph(room)
    beside = room.draft.paragraphs.in_force().filter(parent=row.parent_id, kind=row.kind)
    return beside.exclude(pk=row.pk).order_by("place")[0]


def _bracket(room: Room) -> Any:
    """A bracket on the paragraph that addresses name."""
    standing = Bracket.objects.filter(paragraph=_paragraph(room), is_open=True).first()
    if standing is not None:
        return standing.public_id
    row = Paragraph.objects.select_related("draft").get(pk=_paragraph(room).pk)
    put = put_bracket(
        access=room.access("staff"), paragraph=row, version=row.version, start=0, end=8
    )
    return put.public_id


# What a parameter of an address names, unless the row of the address says otherwise.
NAMED: dict[str, Callable[[Room], Any]] = {
    "slug": lambda room: SLUG,
    "draft": lambda room: "plan",
    "number": lambda room: room.revision.number,
    "meeting": lambda room: room.meeting.public_id,
    "round": lambda room: room.round.public_id,
    "paragraph": lambda room: _paragraph(room).public_id,
    "wording": lambda room: Wording.objects.get(revision=room.revision, place=2).public_id,
    "post": lambda room: _post(room, "CPV contributor"),
    "id": lambda room: room.comment("CPV submitted").public_id,
    "comment": lambda room: room.comment("CPV submitted").public_id,
    "alignment": lambda room: _on("CPV submitted", Alignment, room),
    "reply": lambda room: _on("CPV submitted", Reply, room),
    "review": lambda room: _on("CPV submitted", Review, room),
    "paper": lambda room: _paper(room),
    "receipt": lambda room: _receipt(room),
    "format_name": lambda room: "csv",
    "key": _key,
    "watch": _watch,
    "letter": _letter,
    "announcement": _announcement,
    "seat": lambda room: room.seat("FRA focal_point").public_id,
    "proposal": lambda room: _bridging(room).public_id,
    "asked_seat": _asked_seat,
    "silence": lambda room: _silence(room).public_id,
    "room": lambda room: _working_room(room).public_id,
    "room_part": _room_part,
    "invitation": lambda room: _invitation(room),
    "incorporation": lambda room: _incorporation(room).public_id,
    "kept": lambda room: "00000000-0000-4000-8000-000000000000",
    "kind": lambda room: "member-states",
    "delegation": lambda room: room.bodies["AFRICAN-GROUP"].public_id,
    "member": lambda room: room.bodies["CIV"].public_id,
    "coordinator": lambda room: room.bodies["CPV"].public_id,
    "facilitation": lambda room: room.capacities["staff"].removeprefix("facilitation:"),
}


class Remarks(SimpleUploadedFile):
    """A file that everybody who sends it sends from its beginning."""

    def read(self, *_size: int) -> bytes:
        assert self.file is not None
        self.file.seek(0)
        content: bytes = self.file.read()
        return content


def _remarks() -> bytes:
    """A table with one remark, as a ministry sends it."""
    book, file = Workbook(), BytesIO()
    book.active.append(["Paragraph", "Comment"])
    book.active.append(["2", "We wonder."])
    book.save(file)
    return file.getvalue()


def _round_data(room: Room, **more: Any) -> dict[str, Any]:
    return {
        "name": "Second round",
        "opens_at": _wall_clock(room, 11),
        "deadline": _wall_clock(room, 12),
        "visibility": "facilitators",
        "late_policy": "mark",
        **more,
    }


def _table_query(room: Room) -> str:
    return "?" + urlencode(
        {
            "revision": room.revision.public_id,
            "copy": "circulation",
            "layout": "grid",
            "cut_off": room.now.isoformat(),
        }
    )


def _saying(**more: Any) -> Callable[[Room], dict[str, Any]]:
    """A comment as a form sends it."""
    return lambda room: {
        "kind": "comment",
        "type": "substantive",
        "language": "en",
        "rationale": "We wonder.",
        "form_key": str(uuid4()),
        **more,
    }


def _sent(*names: str) -> Callable[[Room], dict[str, Any]]:
    """Drafts in their versions, as the page of submission sends them."""

    def data(room: Room) -> dict[str, Any]:
        rows = [room.comment(name) for name in names]
        return {"comment": [f"{row.public_id}:{row.version}" for row in rows]}

    return data


def _mail_choice(room: Room) -> dict[str, Any]:
    """A choice for every capacity in the room: a form takes those of its own person."""
    keys = room.capacities.values()
    return dict.fromkeys(keys, "daily") | {f"turns:{key}": ["rounds"] for key in keys}


def _all_reviews(room: Room) -> dict[str, Any]:
    """Every text and section with reviews that wait, and what the preview shows of them."""
    leader = room.access("co_facilitator")
    parts = parts_to_publish(leader)
    return {"parts": [part.key for part in parts], "seen": batch_of(leader, parts).mark}


def _filter(room: Room) -> Any:
    """A filter that the co-facilitator shared."""
    return save_filter(
        access=room.access("co_facilitator"), name="Late", query="is_late=on", is_shared=True
    ).public_id


def _closable(room: Room) -> Comment:
    """An input that nobody answered, in a round that says so and closed long ago."""
    comment = room.comment("CPV group input")
    Round.objects.filter(pk=comment.round_id).update(
        opens_at=room.at(-40), deadline=room.at(-20), closable_after_days=3
    )
    return comment


def _closed(room: Room) -> Comment:
    """The same, closed without an answer."""
    comment = _closable(room)
    if not Closure.objects.in_force().filter(comment=comment).exists():
        close_without_answer(
            access=room.access("co_facilitator"), comment=room.comment("CPV group input")
        )
    return comment


def _parts_to_publish(room: Room) -> str:
    """The preview of all that waits."""
    return "?" + urlencode({"parts": _all_reviews(room)["parts"]}, doseq=True)


def _gathered(room: Room) -> dict[str, Any]:
    """The proposals on the paragraph of the addresses."""
    paragraph = Paragraph.objects.get(public_id=NAMED["paragraph"](room))
    rows = Comment.objects.in_force().filter(paragraph=paragraph, kind="replace")
    return {"inputs": [str(row.public_id) for row in rows]}


ANSWER = {"text": "We agree.", "language": "en"}
WITHDRAWAL = {"reason": "Met by Rev.1."}
REVIEW = {"disposition": "noted", "observation": "Seen."}

ADDRESSES: dict[str, Address] = {
    # A person's own pages
    "home": Address(gets=SIGNED_IN),
    "capacity": Address(gets=SIGNED_IN),
    "keys": Address(gets=SIGNED_IN, posts=SIGNED_IN, data=lambda room: {"name": "Sheet"}),
    "end_key": Address(posts="d"),
    "end_calendar_feed": Address(posts="d", named={"feed": _feed}),
    # The frame
    "calendar": Address(gets=IN_THE_ROOM, posts=IN_THE_ROOM, data=lambda room: {"name": "Outlook"}),
    "calendar_file": Address(gets=IN_THE_ROOM),
    "mails": Address(gets="A"),
    # The secretariat sets a consultation up
    "found": Address(
        gets="A",
        posts="A",
        data=lambda room: {"title": "Ocean", "time_zone": "America/New_York"},
    ),
    "setting_up": Address(gets="A"),
    "seats": Address(gets="A"),
    "seat_kind": Address(gets="A", posts="A"),
    "seat_list": Address(gets="A", posts="A", data=lambda room: {"rows": "JPN", "confirm": "yes"}),
    "edit_seat": Address(
        gets="A", posts="A", data=lambda room: {"name": "La France", "status": "observer"}
    ),
    "end_seat": Address(gets="A", posts="A"),
    "invitation_list": Address(
        gets="A",
        posts="A",
        data=lambda room: {"rows": "France;new@example.org", "confirm": "yes"},
    ),
    "unanswered": Address(gets="A"),
    "remind_all": Address(gets="A", posts="A"),
    "remind": Address(posts="A"),
    "functions": Address(
        gets="A",
        posts="A",
        data=lambda room: {"email": "new@example.org", "role": "staff", "language": "en"},
    ),
    "end_function": Address(gets="A", posts="A"),
    "remind_of_function": Address(posts="A", named={"invitation": _function_invitation}),
    "revoke_function": Address(gets="A", posts="A", named={"invitation": _function_invitation}),
    "delegations": Address(gets="A"),
    "add_delegation": Address(
        gets="A",
        posts="A",
        data=lambda room: {"kind": "un_entity", "code": "NEW", "short_en": "New Entity"},
    ),
    "delegation": Address(
        gets="A",
        posts="A",
        data=lambda room: {"act": "member", "member-delegation": room.bodies["FRA"].pk},
    ),
    "member_days": Address(gets="A", posts="A", data=lambda room: {"starts_on": "2020-01-01"}),
    "coordinator_days": Address(gets="A", posts="A", data=lambda room: {"starts_on": "2020-01-01"}),
    "people": Address(
        gets=IN_THE_ROOM,
        posts="fxiA",
        data=lambda room: {
            "email": "new@example.org",
            "role": "contributor",
            "delegation": room.bodies["FRA"].pk,
        },
    ),
    "end_post": Address(gets="fA", posts="fA"),
    "find_person": Address(
        gets="A", posts="A", data=lambda room: {"email": room.users["CPV deputy"].email}
    ),
    "erase_person": Address(
        gets="A",
        posts="A",
        named={"person": lambda room: room.users["CPV deputy"].public_id},
    ),
    "hand_over": Address(
        gets="fA",
        posts="fA",
        named={"post": lambda room: _post(room, "CPV focal_point")},
        data=lambda room: {"successor": _post(room, "CPV deputy")},
    ),
    "resend_invitation": Address(posts="fA"),
    "revoke_invitation": Address(gets="fA", posts="fA"),
    "rounds": Address(gets=IN_THE_ROOM, posts="LS", data=_round_data),
    "close_round": Address(gets="LS", posts="LS"),
    "extend_deadline": Address(
        gets="LS", posts="LS", data=lambda room: {"deadline": _wall_clock(room, 14)}
    ),
    "set_visibility": Address(
        gets="L",
        posts="L",
        named={"round": lambda room: _next_round(room)},
        data=lambda room: {"visibility": "facilitators"},
    ),
    "meetings": Address(
        gets=IN_THE_ROOM,
        posts="LSA",
        data=lambda room: {
            "title": "Second reading",
            "kind": "informal",
            "starts_at": _wall_clock(room, 5),
            "digest_hours": "24",
        },
    ),
    "move_meeting": Address(
        gets="LSA", posts="LSA", data=lambda room: {"starts_at": _wall_clock(room, 6)}
    ),
    "cancel_meeting": Address(gets="LSA", posts="LSA"),
    "agenda": Address(
        gets=IN_THE_ROOM,
        posts="LSA",
        data=lambda room: {"what": f"draft:{room.draft.public_id}"},
    ),
    # The minutes of a meeting, and what a delegation said there
    "minutes": Address(
        gets="LSA",
        posts="LSA",
        data=lambda room: {"seat": "chair", "spoke_for": "itself", "words": "Welcome."},
        named=_MINUTED,
    ),
    "minute_paragraph": Address(
        gets="LSA",
        posts="LSA",
        data=lambda room: {"seat": "chair", "spoke_for": "itself", "words": "We agree."},
        named=_MINUTED,
    ),
    "minutes_jump": Address(
        gets="LSA",
        named=_MINUTED,
        query=lambda room: f"?paragraph={_paragraph(room).public_id}",
    ),
    "begin_minutes": Address(posts="LSA"),
    "end_minutes": Address(posts="LSA", named=_MINUTED),
    "issue_minutes": Address(gets="LA", posts="LA", named=_MINUTED),
    "minutes_file": Address(gets="LSA", named=_MINUTED),
    "minute_line": Address(
        gets="LSA",
        posts="LSA",
        data=lambda room: {
            "words": "We agree.",
            "spoke_for": "itself",
            "version": _minute_line(room).version,
            "seat": str(room.seat("CPV focal_point").public_id),
        },
        named=_MINUTED,
    ),
    "turn_minute_line": Address(posts="LSA", named={**_MINUTED, "act_name": lambda room: "strike"}),
    # The screen of a meeting
    "screen": Address(gets=IN_THE_ROOM, named=_ON_SCREEN),
    "screen_now": Address(gets=IN_THE_ROOM, named=_ON_SCREEN),
    "screen_stream": Address(gets=IN_THE_ROOM, named=_ON_SCREEN),
    "show_on_screen": Address(
        posts="LS", data=lambda room: {"paragraph": _paragraph(room).public_id}
    ),
    # Working rooms
    "working_rooms": Address(gets=IN_THE_ROOM),
    "new_room": Address(gets="LSA", posts="LSA", data=_room_data),
    "working_room": Address(gets="LSA", posts="LSA", data=_room_data),
    "end_working_room": Address(gets="LSA", posts="LSA"),
    "room_parts": Address(
        gets="LS", posts="LS", data=lambda room: {"paragraphs": _paragraph(room).public_id}
    ),
    "end_room_part": Address(posts="LS"),
    "said": Address(gets=DELEGATE_ROLES),
    "draft_said": Address(posts="cdf", named=_MINUTED),
    "decline_said": Address(posts="f", named=_MINUTED),
    # The text
    "drafts": Address(gets=IN_THE_ROOM),
    "new_draft": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {
            "title": "New text",
            "slug": "another-text",
            "language": "en",
            "numbering": "running",
            "levels": "letters",
            "annexes": "running",
        },
    ),
    "draft_settings": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {
            "title": "The plan of action",
            "language": "en",
            "numbering": "chapters",
            "levels": "decimal",
            "annexes": "own",
        },
    ),
    "desk": Address(gets="LSA"),
    "add_paragraph": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"text": "To report.", "kind": "operative"},
        query=lambda room: "?after=last",
    ),
    "edit_paragraph": Address(
        gets="LSA",
        posts="LS",
        data=lambda room: {
            "text": "To train all officials.",
            "kind": "operative",
            "version": _paragraph(room).version,
            "label": _paragraph(room).label,
        },
    ),
    "editing_paragraph": Address(posts="LS"),
    "typed_words": Address(
        posts="LS",
        data=lambda room: {"version": _paragraph(room).version, "text": "Decides otherwise."},
    ),
    "desk_now": Address(gets="LSA"),
    "desk_steps": Address(gets="LSA"),
    "undo_step": Address(posts="LS", named={"step": lambda room: _step(room)}),
    "redo_step": Address(posts="LS", named={"step": lambda room: _step(room, is_undone=True)}),
    "split_paragraph": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"text": "To train.\n---\nAll officials.", "version": 1},
    ),
    "merge_paragraphs": Address(
        gets="LS", posts="LS", data=lambda room: {"others": str(_neighbour(room).public_id)}
    ),
    "merged_paragraphs": Address(gets="LS", posts="LS"),
    "paragraph_history": Address(gets="LSA"),
    "move_paragraph": Address(gets="LS", posts="LS", data=lambda room: {"step": "up"}),
    "strike_paragraph": Address(posts="LS"),
    "paragraph_state": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"version": _paragraph(room).version},
        named={"state": lambda room: "parked"},
    ),
    "restore_paragraph": Address(posts="LS"),
    "paragraph_brackets": Address(
        gets="LSA",
        posts="LS",
        data=lambda room: {"version": _paragraph(room).version, "words": "To"},
    ),
    "bracket_ledger": Address(gets="LSA"),
    "circulated_ledger": Address(gets=IN_THE_ROOM),
    "bracket": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"version": _paragraph(room).version, "act": "lift", "how": "kept"},
        named={"bracket": lambda room: _bracket(room)},
    ),
    "import_file": Address(
        gets="LS", posts="LS", data=lambda room: {"pasted": "1. To raise awareness.\n"}
    ),
    "import_preview": Address(),
    "import_dropped": Address(),
    "import_changes": Address(),
    "offered": Address(gets="LSA", posts="LS"),
    "circulate": Address(gets="L"),
    "circulated": Address(gets="LSA"),
    "translations": Address(
        gets="LSA",
        posts="LSA",
        data=lambda room: {"language": "fr", "status": "unofficial", "pasted": "Sensibiliser."},
    ),
    "translation_preview": Address(),
    "adopt_text": Address(gets="L", posts="L", data=_seen_and_adopted),
    # What is said
    "consultation": Address(gets=IN_THE_ROOM),
    "compare": Address(gets=IN_THE_ROOM),
    "latest": Address(gets=IN_THE_ROOM),
    "reading": Address(gets=IN_THE_ROOM),
    "concordance": Address(gets=IN_THE_ROOM),
    "wording_history": Address(gets=IN_THE_ROOM),
    "draft_comment": Address(gets=IN_THE_ROOM, posts=DELEGATE_ROLES, data=_saying(), says_why=True),
    "comment": Address(gets="cdfLSA"),
    "edit_comment": Address(
        gets="cdf", posts="cdf", named=_of("CPV draft"), data=_saying(version=1)
    ),
    "typing": Address(posts=DELEGATE_ROLES, data=_saying(), says_why=True),
    "typing_of_comment": Address(posts="cdf", named=_of("CPV draft"), data=_saying(version=1)),
    "send_for_clearance": Address(posts="cdf", named=_of("CPV draft")),
    "give_draft": Address(
        gets="cdf",
        posts="cdf",
        named=_of("CPV draft"),
        data=lambda room: {"to": str(room.users["CPV deputy"].public_id)},
    ),
    "clear_comment": Address(
        posts="df",
        named=_of("CPV draft"),
        data=lambda room: {"version": room.comment("CPV draft").version},
    ),
    "return_comment": Address(
        gets="df", posts="df", named=_of("CPV cleared"), data=lambda room: {"reason": "Ask again."}
    ),
    "discard_comment": Address(gets="cdf", posts="cdf", named=_of("CPV draft")),
    "submit_comment": Address(gets="f", posts="f", named=_of("CPV draft"), data=_sent("CPV draft")),
    "submit_all": Address(
        gets="fxi",
        posts="f",
        data=_sent("CPV cleared"),
        says_why=True,
    ),
    "receipts": Address(gets=DELEGATE_ROLES),
    "receipt": Address(gets="cdf"),
    "receipt_file": Address(gets="cdf", named={"format_name": lambda room: "docx"}),
    "workspace": Address(
        gets=DELEGATE_ROLES,
        posts="df",
        data=lambda room: _sent("CPV draft")(room) | {"act": "clear"},
        says_why=True,
    ),
    "notes": Address(
        gets="cdf",
        posts="cdf",
        named=_of("CPV draft"),
        data=lambda room: {"text": "Ask home.", "form_key": str(uuid4())},
    ),
    "copy_proposal": Address(
        posts="cdfi", named=_of("FRA submitted"), visibility=Visibility.AT_ONCE
    ),
    "carry_over": Address(gets="cdf", posts="cdf", named=_of("CPV late"), data=_saying()),
    "search": Address(gets=IN_THE_ROOM, query=lambda room: "?q=awareness+or+add"),
    "compare_drafts": Address(
        gets=DELEGATE_ROLES,
        named={"paragraph": lambda room: room.wording(room.revision, 2).paragraph.public_id},
    ),
    "supersede_comment": Address(gets="cdf", posts="cdf", data=_saying(version=3), says_why=True),
    "withdraw_comment": Address(gets="f", posts="f", data=lambda room: WITHDRAWAL),
    "reply": Address(
        gets="fLS", posts="fLS", data=lambda room: ANSWER | {"form_key": str(uuid4())}
    ),
    "withdraw_reply": Address(gets="LS", posts="LS"),
    "align": Address(gets="xi", posts="xi", visibility=Visibility.AT_ONCE),
    "end_alignment": Address(gets="i", posts="i", visibility=Visibility.AT_ONCE),
    "acknowledge": Address(gets="f", posts="f", data=lambda room: {"stance": "satisfied"}),
    # A group's room, and what came by letter
    "groups": Address(gets=DELEGATE_ROLES),
    "group_room": Address(gets="cdf", named={"seat": _group}),
    "set_silence": Address(
        gets="df",
        posts="df",
        named=_of("ROOM draft"),
        data=lambda room: {"until": _wall_clock(room, 4)},
    ),
    "object_to": Address(
        gets="df",
        posts="df",
        named=_of("ROOM silent"),
        data=lambda room: {"reason": "Not so."},
    ),
    "withdraw_objection": Address(named={"objection": lambda room: _objection(room)}),
    "opt_out": Address(gets="f", posts="f", named=_of("ROOM silent")),
    "opt_in": Address(named={"opt_out": lambda room: _opt_out(room)}),
    "received": Address(
        gets="A",
        posts="A",
        query=lambda room: f"?wording={NAMED['wording'](room)}",
        data=lambda room: (
            _saying()(room)
            | {
                "delegation": room.seat("FRA focal_point").pk,
                "received_by": "letter",
                "received_on": room.at(-1).date().isoformat(),
            }
        ),
    ),
    # The kit for the capital: a delegation's alone
    "kit": Address(
        gets=DELEGATE_ROLES,
        posts=DELEGATE_ROLES,
        data=lambda room: {
            "language": "en",
            "file": Remarks("remarks.xlsx", _remarks()),
        },
    ),
    "kit_file": Address(gets=DELEGATE_ROLES, named={"format_name": lambda room: "docx"}),
    "kit_preview": Address(),
    # The text as a file, and a copy of it against the circulated one
    "text_file": Address(gets=IN_THE_ROOM, named={"format_name": lambda room: "docx"}),
    "check_copy": Address(
        gets=IN_THE_ROOM, posts=IN_THE_ROOM, data=lambda room: {"pasted": "1. To report."}
    ),
    # What is new, what one watches, the brief, when mail comes
    "new": Address(gets=IN_THE_ROOM),
    "see_all": Address(posts=IN_THE_ROOM, data=lambda room: {"until": room.now.isoformat()}),
    "watching": Address(gets=IN_THE_ROOM),
    "watch_paragraph": Address(posts=IN_THE_ROOM),
    "watch_seat": Address(posts=IN_THE_ROOM),
    "end_watch": Address(posts="d"),
    "brief": Address(gets=DELEGATE_ROLES),
    "brief_file": Address(gets=DELEGATE_ROLES),
    "brief_rows_file": Address(
        gets=DELEGATE_ROLES, named={"picture_name": lambda room: "outcomes"}
    ),
    "dates_file": Address(gets=IN_THE_ROOM),
    "mail": Address(gets=SIGNED_IN, posts=SIGNED_IN, data=_mail_choice),
    # Letters and announcements
    "letters": Address(gets=IN_THE_ROOM),
    "new_letter": Address(gets="LSA", posts="LSA", data=lambda room: {"kind": "other"}),
    "letter": Address(gets="LSA"),
    "letter_words": Address(
        gets="LSA",
        posts="LSA",
        named={"language": lambda room: "en"},
        data=lambda room: {"subject": "To all", "words": "Welcome."},
    ),
    "letter_recipients": Address(gets="LSA", posts="LSA", data=lambda room: {"to": "all"}),
    "letter_section": Address(
        gets="LSA",
        posts="LSA",
        named={"letter": _note},
        data=lambda room: {"words": "It is in.", "is_sent": "on"},
    ),
    "send_letter": Address(gets="LA", posts="LA"),
    "discard_letter": Address(gets="LSA", posts="LSA"),
    "letter_deliveries": Address(gets="LSA", named={"letter": _sent_letter}),
    "announcements": Address(
        gets="LA",
        posts="LA",
        data=lambda room: {
            "words": "At three.",
            "from_at": _wall_clock(room, -1),
            "until_at": _wall_clock(room, 2),
        },
    ),
    "end_announcement": Address(posts="LA"),
    "dismiss_announcement": Address(posts=IN_THE_ROOM),
    # What facilitators answer
    "review_queue": Address(gets="LSA"),
    "save_filter": Address(
        posts="LS", data=lambda room: {"name": "Late"}, query=lambda room: "?is_late=on"
    ),
    "remove_filter": Address(
        gets="L", posts="L", named={"saved_filter": lambda room: _filter(room)}
    ),
    "desk_unanswered": Address(gets="LSA"),
    "text_map": Address(gets="LSA"),
    "map_file": Address(gets="LSA"),
    "unanswered_file": Address(gets="LSA"),
    "review_figures": Address(gets="LSA"),
    "review_figures_file": Address(gets="LSA", named={"picture_name": lambda room: "answers"}),
    "review_paragraph": Address(gets="LSA"),
    "review_comment": Address(gets="LS", posts="LS", data=lambda room: REVIEW),
    "close_input": Address(
        gets="L", posts="L", named={"comment": lambda room: _closable(room).public_id}
    ),
    "reopen_input": Address(
        gets="L", posts="L", named={"comment": lambda room: _closed(room).public_id}
    ),
    "answer_in_thread": Address(gets="LS", posts="LS", data=lambda room: REVIEW),
    "undo_review": Address(
        posts="LS", named={"comment": lambda room: room.comment("CPV late").public_id}
    ),
    "gather_inputs": Address(posts="LS", data=lambda room: {"act": "apart"} | _gathered(room)),
    "review_set": Address(posts="LS", data=lambda room: REVIEW | _gathered(room)),
    "decisive_words": Address(
        gets="LSA", posts="A", data=lambda room: {"words": "shall / should / may"}
    ),
    "keep_task": Address(posts="LS", data=lambda room: {"flags": "controversial"}),
    "park_review": Address(posts="LS", data=lambda room: {"parked": "yes"}),
    "publish_reviews": Address(gets="L", posts="L", data=_all_reviews, query=_parts_to_publish),
    # Bridging words: written, asked about, answered, taken
    "bridging_list": Address(gets=IN_THE_ROOM),
    "bridging_proposal": Address(gets="cdfxLSA"),
    "bridging_file": Address(gets="LSA"),
    "write_bridging": Address(
        gets="LS",
        posts="LS",
        named={"paragraph": lambda room: _spoken_on(room).public_id},
        data=lambda room: {"text": "To bridge.", "form_key": str(uuid4())},
    ),
    "edit_bridging": Address(
        gets="LS",
        posts="LS",
        named={"proposal": _bridging_draft},
        data=lambda room: {"text": "To bridge.", "form_key": str(uuid4()), "version": 1},
    ),
    "discard_bridging": Address(gets="LS", posts="LS", named={"proposal": _bridging_draft}),
    "ask_on_bridging": Address(
        gets="L",
        posts="L",
        named={"proposal": _bridging_draft},
        data=lambda room: {
            "seats": [str(room.seat("FRA focal_point").public_id)],
            "deadline": _wall_clock(room, 4),
            "answers_seen_by": "asked",
            "version": 1,
        },
    ),
    "close_bridging": Address(gets="LS", posts="LS"),
    "incorporate_bridging": Address(
        gets="LS",
        posts="LS",
        data=lambda room: {"version": _spoken_on(room).version},
    ),
    "answer_bridging": Address(
        posts="f",
        data=lambda room: {"stance": "yes", "language": "en", "form_key": str(uuid4())},
    ),
    # Silences of the facilitators
    "silences": Address(gets=IN_THE_ROOM),
    "silence": Address(gets=IN_THE_ROOM),
    "silence_file": Address(gets=IN_THE_ROOM),
    "open_silence": Address(
        gets="L",
        posts="L",
        data=lambda room: {
            "on": str(room.revision.public_id),
            "words": "Put before delegations.",
            "until": _wall_clock(room, 10),
            "whom": "all",
            "form_key": str(uuid4()),
            "open": "yes",
        },
    ),
    "break_silence": Address(
        posts="fx",
        data=lambda room: {
            "words": "No.",
            "language": "en",
            "form_key": str(uuid4()),
            "confirmed": "yes",
        },
    ),
    "extend_silence": Address(
        gets="L", posts="L", data=lambda room: {"until": _wall_clock(room, 20)}
    ),
    "show_breaks": Address(gets="L", posts="L"),
    "declare_silence": Address(gets="L", posts="L", data=lambda room: {"outcome": "withdrawn"}),
    # Words taken into the text, and where they went
    "incorporate_words": Address(
        gets="LS",
        posts="LS",
        named={"paragraph": lambda room: _spoken_on(room).public_id},
        data=lambda room: {
            "take": f"{room.comment('CPV submitted').reference}.0",
            "version": _spoken_on(room).version,
        },
    ),
    "undo_incorporation": Address(posts="LS"),
    "outcome_of_input": Address(gets="cdfLSA"),
    # The text with every proposal in place
    "rolling": Address(gets=IN_THE_ROOM),
    "rolling_file": Address(gets=IN_THE_ROOM, named={"format_name": lambda room: "docx"}),
    # The table, its papers, the digest looked at ahead
    "table": Address(gets=IN_THE_ROOM),
    "table_file": Address(gets=IN_THE_ROOM, query=_table_query),
    "papers": Address(gets=IN_THE_ROOM),
    "paper": Address(gets="d"),
    "paper_file": Address(gets=""),
    "cancel_paper": Address(posts="d"),
    "digest": Address(gets="LSA"),
    "send_test_digest": Address(posts="LSA"),
    # The API
    "api": Address(gets=SIGNED_IN),
    "api-schema": Address(gets=SIGNED_IN),
    "api-capacities": Address(gets=SIGNED_IN),
    "api-consultations-list": Address(gets=SIGNED_IN),
    "api-consultations-detail": Address(gets=IN_THE_ROOM),
    "api-drafts-list": Address(gets=IN_THE_ROOM),
    "api-drafts-detail": Address(gets=IN_THE_ROOM),
    "api-revisions-list": Address(gets=IN_THE_ROOM),
    "api-revisions-detail": Address(
        gets=IN_THE_ROOM, named={"id": lambda room: room.revision.public_id}
    ),
    "api-wordings-list": Address(gets=IN_THE_ROOM),
    "api-wordings-detail": Address(
        gets=IN_THE_ROOM, named={"id": lambda room: NAMED["wording"](room)}
    ),
    "api-rounds-list": Address(gets=IN_THE_ROOM),
    "api-rounds-detail": Address(gets=IN_THE_ROOM, named={"id": lambda room: room.round.public_id}),
    "api-meetings-list": Address(gets=IN_THE_ROOM),
    "api-meetings-detail": Address(
        gets=IN_THE_ROOM, named={"id": lambda room: room.meeting.public_id}
    ),
    "api-revision-brackets": Address(
        gets=IN_THE_ROOM, named={"id": lambda room: room.revision.public_id}
    ),
    "api-draft-brackets": Address(gets="LSA"),
    "api-search": Address(gets=IN_THE_ROOM, query=lambda room: "?q=awareness+or+add"),
    "api-table": Address(gets=IN_THE_ROOM, query=_table_query),
    "api-comments-list": Address(
        gets=IN_THE_ROOM,
        posts=DELEGATE_ROLES,
        data=lambda room: {
            "wording": str(NAMED["wording"](room)),
            "kind": "comment",
            "rationale": "We wonder.",
        },
    ),
    "api-comments-detail": Address(gets="cdfLSA"),
    "api-comments-send-for-clearance": Address(posts="cdf", named=_of("CPV draft")),
    "api-comments-give": Address(
        posts="cdf",
        named=_of("CPV draft"),
        data=lambda room: {"to": room.users["CPV deputy"].email},
    ),
    "api-comments-copy": Address(
        posts="cdfi", named=_of("FRA submitted"), visibility=Visibility.AT_ONCE
    ),
    "api-comments-clear": Address(posts="df", named=_of("CPV draft")),
    "api-comments-send-back": Address(
        posts="df", named=_of("CPV cleared"), data=lambda room: {"reason": "Ask again."}
    ),
    "api-comments-notes": Address(
        gets="cdf", posts="cdf", named=_of("CPV draft"), data=lambda room: {"text": "Ask home."}
    ),
    "api-comments-silence": Address(
        posts="df",
        named=_of("ROOM draft"),
        data=lambda room: {"until": room.at(4).isoformat()},
    ),
    "api-comments-objections": Address(
        gets="cdf",
        posts="df",
        named=_of("ROOM silent"),
        data=lambda room: {"reason": "Not so."},
    ),
    "api-comments-opt-outs": Address(gets="cdf", posts="f", named=_of("ROOM agreed")),
    "api-comments-submit": Address(posts="f", named=_of("CPV draft")),
    "api-comments-submit-several": Address(
        posts="f", data=lambda room: {"comments": [str(room.comment("CPV draft").public_id)]}
    ),
    "api-comments-supersede": Address(
        posts="f", data=lambda room: {"kind": "comment", "rationale": "We insist."}
    ),
    "api-comments-draft-version": Address(
        posts="cdf", data=lambda room: {"kind": "comment", "rationale": "We insist."}
    ),
    "api-comments-withdraw": Address(posts="f", data=lambda room: WITHDRAWAL),
    "api-comments-reply": Address(posts="fLS", data=lambda room: ANSWER),
    "api-comments-align": Address(posts="xi", visibility=Visibility.AT_ONCE),
    "api-comments-review": Address(posts="LS", data=lambda room: REVIEW),
    "api-receipts-list": Address(gets=DELEGATE_ROLES),
    "api-receipts-detail": Address(gets="cdf", named={"id": lambda room: _receipt(room)}),
    "api-papers-list": Address(gets=IN_THE_ROOM),
    "api-papers-detail": Address(gets="d", named={"id": lambda room: _paper(room)}),
    "api-papers-cancel": Address(posts="d", named={"id": lambda room: _paper(room)}),
    "api-replies-list": Address(gets=IN_THE_ROOM),
    "api-replies-detail": Address(gets="cdfLSA", named={"id": lambda room: NAMED["reply"](room)}),
    "api-replies-withdraw": Address(posts="LS", named={"id": lambda room: NAMED["reply"](room)}),
    "api-reviews-list": Address(gets=IN_THE_ROOM),
    "api-reviews-detail": Address(gets="cdfLSA", named={"id": lambda room: NAMED["review"](room)}),
    "api-reviews-publish": Address(
        posts="L",
        data=lambda room: {"reviews": [str(_on("FRA successor", Review, room))]},
    ),
    # Bridging words, letters, minutes and closures over the API
    "api-bridging-list": Address(
        gets=IN_THE_ROOM,
        posts="LS",
        data=lambda room: {"wording": str(_bridged(room)), "text": "To bridge."},
    ),
    "api-bridging-detail": Address(gets="cdfxLSA", named={"id": NAMED["proposal"]}),
    "api-bridging-ask": Address(
        posts="L",
        named={"id": _bridging_draft},
        data=lambda room: {
            "delegations": ["FRA"],
            "deadline": room.at(4).isoformat(),
            "answers_seen_by": "asked",
            "version": 1,
        },
    ),
    "api-bridging-answer": Address(
        posts="fx",
        named={"id": NAMED["proposal"]},
        data=lambda room: {"stance": "yes"},
    ),
    "api-bridging-take": Address(
        gets="LS",
        posts="LS",
        named={"id": NAMED["proposal"]},
        data=lambda room: {"version": _spoken_on(room).version},
    ),
    "api-bridging-close": Address(posts="LS", named={"id": NAMED["proposal"]}),
    "api-working-rooms-list": Address(gets=IN_THE_ROOM),
    "api-working-rooms-detail": Address(gets=IN_THE_ROOM, named={"id": NAMED["room"]}),
    "api-silences-list": Address(gets=IN_THE_ROOM),
    "api-silences-detail": Address(gets=IN_THE_ROOM, named={"id": NAMED["silence"]}),
    "api-silences-break": Address(
        posts="fx", named={"id": NAMED["silence"]}, data=lambda room: {"words": "No."}
    ),
    "api-letters-list": Address(gets=IN_THE_ROOM, posts="LSA", data=lambda room: {"kind": "other"}),
    "api-letters-detail": Address(gets="LSA", named={"id": _letter}),
    "api-letters-words": Address(
        posts="LSA",
        named={"id": _letter},
        data=lambda room: {"language": "fr", "subject": "À tous", "words": "Bienvenue."},
    ),
    "api-letters-address": Address(
        posts="LSA", named={"id": _letter}, data=lambda room: {"to_all": True}
    ),
    "api-letters-section": Address(
        posts="LSA",
        named={"id": _note},
        data=lambda room: {"delegation": "FRA", "words": "It is in."},
    ),
    "api-letters-send": Address(posts="LA", named={"id": _letter}),
    "api-minutes-list": Address(gets=IN_THE_ROOM),
    "api-minutes-detail": Address(gets="LSA", named={"id": _MINUTED["meeting"]}),
    "api-minutes-begin": Address(posts="LSA", named={"id": lambda room: room.meeting.public_id}),
    "api-minutes-end": Address(posts="LSA", named={"id": _MINUTED["meeting"]}),
    "api-minutes-issue": Address(posts="LA", named={"id": _MINUTED["meeting"]}),
    "api-minutes-lines": Address(
        posts="LSA",
        named={"id": _MINUTED["meeting"]},
        data=lambda room: {"words": "We agree.", "delegation": "FRA"},
    ),
    "api-minute-lines-list": Address(gets=IN_THE_ROOM),
    "api-minute-lines-detail": Address(gets="cdfLSA", named={"id": _MINUTED["line"]}),
    "api-minute-lines-strike": Address(posts="LSA", named={"id": _MINUTED["line"]}),
    "api-minute-lines-restore": Address(posts="LSA", named={"id": _MINUTED["line"]}),
    "api-minute-lines-offer": Address(posts="LSA", named={"id": _MINUTED["line"]}),
    "api-minute-lines-draft": Address(posts="cdf", named={"id": _MINUTED["line"]}),
    "api-minute-lines-decline": Address(posts="f", named={"id": _MINUTED["line"]}),
    "api-comments-closures": Address(
        gets="fcdLSA", posts="L", named={"id": lambda room: _closable(room).public_id}
    ),
    "api-comments-reopen": Address(posts="L", named={"id": lambda room: _closed(room).public_id}),
    "api-reviews-acknowledge": Address(
        posts="f",
        named={"id": lambda room: NAMED["review"](room)},
        data=lambda room: {"stance": "satisfied"},
    ),
}

# The same addresses once more: another row, or another method.
MORE: list[tuple[str, Address]] = [
    ("comment", Address(gets="cdf", named=_of("CPV draft"))),
    ("comment", Address(gets="xLSA", named=_of("FRA submitted"))),
    ("comment", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("comment", Address(gets="", named=_of("elsewhere CPV submitted"))),
    ("kit_file", Address(gets=DELEGATE_ROLES, named={"format_name": lambda room: "xlsx"})),
    *(
        (
            "table_file",
            Address(
                gets=IN_THE_ROOM,
                query=_table_query,
                named={"format_name": partial(_always, form)},
                visibility=visibility,
            ),
        )
        for form in ("docx", "xlsx")
        for visibility in (Visibility.FACILITATORS, Visibility.AT_ONCE)
    ),
    (
        "rolling_file",
        Address(
            gets=IN_THE_ROOM,
            named={"format_name": lambda room: "docx"},
            visibility=Visibility.AT_ONCE,
        ),
    ),
    ("notes", Address(gets="cdf", named=_of("CPV submitted"))),
    (
        "workspace",
        Address(
            posts="df",
            data=lambda room: (
                _sent("CPV cleared")(room)
                | {"act": "return", "reason": "Ask again.", "form_key": str(uuid4())}
            ),
            says_why=True,
        ),
    ),
    ("consultation", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("reading", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("table", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("rolling", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("compare", Address(gets="LSA", query=lambda room: "?from=2&to=desk")),
    ("outcome_of_input", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("outcome_of_input", Address(gets="", named=_of("CPV draft"))),
    ("outcome_of_input", Address(gets="cdfLSA", named=_of("CPV group input"))),
    ("api-comments-list", Address(gets=IN_THE_ROOM, visibility=Visibility.AT_ONCE)),
    ("api-comments-detail", Address(gets="cdf", named=_of("CPV draft"))),
    # Taken back by who objected, and by nobody else: no reader here is of that delegation.
    (
        "api-comments-objections",
        Address(posts="", method="delete", named=_of("ROOM objected")),
    ),
    ("api-comments-opt-outs", Address(posts="", method="delete", named=_of("ROOM agreed"))),
    ("api-comments-detail", Address(gets="", named=_of("elsewhere CPV submitted"))),
    (
        "api-comments-detail",
        Address(
            posts="cdf",
            method="patch",
            named=_of("CPV draft"),
            data=lambda room: {"kind": "comment", "rationale": "We wonder.", "version": 1},
        ),
    ),
    ("api-comments-detail", Address(posts="cdf", method="delete", named=_of("CPV draft"))),
    (
        "api-bridging-detail",
        Address(
            posts="LS",
            method="patch",
            named={"id": _bridging_draft},
            data=lambda room: {"text": "To bridge.", "version": 1},
        ),
    ),
    ("api-bridging-detail", Address(posts="LS", method="delete", named={"id": _bridging_draft})),
    ("api-letters-detail", Address(posts="LSA", method="delete", named={"id": _letter})),
    (
        "api-minute-lines-detail",
        Address(
            posts="LSA",
            method="patch",
            named={"id": _MINUTED["line"]},
            data=lambda room: {
                "words": "We agree.",
                "delegation": "CPV",
                "version": _minute_line(room).version,
            },
        ),
    ),
    (
        "api-comments-align",
        Address(posts="i", method="delete", visibility=Visibility.AT_ONCE),
    ),
]
CASES = [*ADDRESSES.items(), *MORE]
