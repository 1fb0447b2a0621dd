"""A consultation to test in: delegations, people, a circulated draft, and inputs in every state.

All of it is made through the actions, each at a moment of its own, as people would have made it.
Words carry a marker (`marker("FRA draft")`), so that a test can look for them where they must not
be. A second consultation, with rows of its own, is always in the room.
"""

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from comments.answers.acts import acknowledge, align, publish_reviews, reply, review
from comments.drafting.acts import (
    clear_comment,
    discard_comment,
    draft_comment,
    edit_comment,
    save_autosave,
    write_note,
)
from comments.groups.acts import object_to, opt_out, set_silence
from comments.inputs.content import CommentContent
from comments.inputs.queries import unanswered_inputs
from comments.models import Comment, CommentKind, Disposition, Review
from comments.submitting.acts import submit_comment, supersede_comment, withdraw_comment
from consultations.founding.acts import create_consultation
from consultations.models import (
    Consultation,
    Facilitation,
    LatePolicy,
    Mail,
    Meeting,
    Round,
    Seat,
    Visibility,
)
from consultations.people.functions import give_function
from consultations.rules.access import Access, Actor
from consultations.rules.access_factory import (
    capacities_of,
    capacity_key_of_post,
    make_access,
    make_actor,
)
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting, create_round
from delegations.acts import add_delegation, add_membership, add_user, give_post, set_mandate
from delegations.models import Delegation, DelegationKind, Post, User
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.importing.offers import OfferInFile, keep_offers
from drafts.models import Draft, Nature, Paragraph, ParagraphKind, Revision, Wording
from drafts.parsing.file_text import ReadParagraph, ReadText

SLUG = "plan-of-action"
ELSEWHERE = "another-process"
BODIES = (
    ("PRT", "PT", DelegationKind.MEMBER_STATE, "Portugal"),
    ("FRA", "FR", DelegationKind.MEMBER_STATE, "France"),
    ("CIV", "CI", DelegationKind.MEMBER_STATE, "Côte d’Ivoire"),
    ("CPV", "CV", DelegationKind.MEMBER_STATE, "Cabo Verde"),
    ("JPN", "JP", DelegationKind.MEMBER_STATE, "Japan"),
    ("IOM", "", DelegationKind.RELATED_ORGANIZATION, "International Organization for Migration"),
    ("AFRICAN-GROUP", "", DelegationKind.GROUP, "African Group"),
)
# Japan sits elsewhere only: its people are outsiders here.
SEATED = ("PRT", "FRA", "CIV", "CPV", "IOM", "AFRICAN-GROUP")
SEATED_ELSEWHERE = ("JPN", "CPV")
POSTS = ("focal_point", "deputy", "contributor")
FUNCTIONS = ("co_facilitator", "staff", "secretariat")


def marker(name: str) -> str:
    """The word by which the text of one row is found again: letters, digits and hyphens."""
    return f"zq-{name.lower().replace(' ', '-')}-qz"


@dataclass
class Room:
    """Everybody and everything in the room, by plain names: "CPV focal_point", "FRA draft"."""

    now: datetime
    visibility: str
    users: dict[str, User] = field(default_factory=dict)
    capacities: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Delegation] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict)
    consultation: Consultation = field(init=False)
    elsewhere: Consultation = field(init=False)
    draft: Draft = field(init=False)
    unsent_draft: Draft = field(init=False)
    call: Revision = field(init=False)
    revision: Revision = field(init=False)
    round: Round = field(init=False)
    meeting: Meeting = field(init=False)
    other_draft: Draft = field(init=False)
    other_revision: Revision = field(init=False)
    other_round: Round = field(init=False)
    other_meeting: Meeting = field(init=False)

    def copy(self) -> "Room":
        """Another room with the same rows, whose lists a test may change."""
        other = copy(self)
        other.users, other.capacities = dict(self.users), dict(self.capacities)
        other.bodies, other.comments = dict(self.bodies), dict(self.comments)
        return other

    def at(self, days: float) -> datetime:
        """A moment so many days after (or, negative, before) now."""
        return self.now + timedelta(days=days)

    def access(self, who: str, days: float = 0, slug: str = SLUG) -> Access:
        """The access of a person, entering so many days from now."""
        return make_access(self.users[who], slug, self.capacities[who], moment=self.at(days))

    def seat(self, who: str) -> Seat:
        """The seat of a person who sits for a delegation."""
        seat = self.access(who).seat
        assert seat is not None
        return seat

    def comment(self, name: str) -> Comment:
        """A comment with all that the rules ask of it."""
        found: Comment = loaded().get(pk=self.comments[name])
        return found

    def wording(self, revision: Revision, place: int) -> Wording:
        """The wording at a place (from 1) of a revision."""
        rows = Wording.objects.select_related("revision__draft", "paragraph")
        return rows.get(revision=revision, place=place)


def loaded() -> Any:
    """Comments with the relations that `access` and the actions read."""
    return Comment.objects.select_related(
        "round", "seat", "filed_by", "wording__revision", "paragraph__draft", "consultation"
    )


def build_bare_room(visibility: str = Visibility.AT_ONCE, now: datetime | None = None) -> Room:
    """Everybody has a seat and a post; there is no text, no round, no meeting."""
    room = Room(now or timezone.now(), visibility)
    _found(room)
    _give_posts(room)
    return room


def build_room(visibility: str = Visibility.AT_ONCE, now: datetime | None = None) -> Room:
    """Both consultations; `now` is the present, the round of the first draft open around it."""
    room = build_bare_room(visibility, now)
    circulate_in_room(room)
    _speak(room, "CPV")
    _speak(room, "FRA")
    _speak_for_group(room)
    _answer(room)
    _build_elsewhere(room)
    Mail.objects.all().delete()  # a test reads the mails of its own acts
    return room


# --- Who is there --------------------------------------------------------------------------------


def _user(room: Room, who: str, *, is_staff: bool = False) -> User:
    local = who.lower().replace(" ", ".")
    room.users[who] = User.objects.create_user(
        f"{local}@example.org", "a password", name=who.title(), is_staff=is_staff
    )
    return room.users[who]


def _found(room: Room) -> None:
    clerk = _user(room, "secretariat", is_staff=True)
    room.consultation = create_consultation(
        user=clerk,
        slug=SLUG,
        title="Plan of Action",
        handling="For participants only",
        moment=room.at(-30),
    )
    room.capacities["secretariat"] = capacities_of(clerk)[0].key
    desk = make_actor(clerk, room.capacities["secretariat"], moment=room.at(-30))
    access = room.access("secretariat", -30)
    for code, iso2, kind, name in BODIES:
        room.bodies[code] = add_delegation(
            actor=desk, kind=kind, code=code, iso2=iso2, short_en=name
        )
    for code in SEATED:
        seat_delegation(access=access, delegation=room.bodies[code])
    group = room.bodies["AFRICAN-GROUP"]
    for code in ("CPV", "CIV"):
        add_membership(actor=desk, group=group, member=room.bodies[code])
    set_mandate(actor=desk, group=group, coordinator=room.bodies["CPV"])


def _give_posts(room: Room) -> None:
    access = room.access("secretariat", -29)
    desk = make_actor(
        room.users["secretariat"], room.capacities["secretariat"], moment=room.at(-29)
    )
    for code in SEATED:
        if code != "AFRICAN-GROUP":
            _give_posts_in(room, desk, code)
    for function, home in (("co_facilitator", "PRT"), ("staff", "PRT")):
        person = add_user(actor=desk, email=f"{function}@example.org", name=function)
        held = give_function(
            access=access, user=person, role=function, delegation=room.bodies[home]
        )
        _remember(room, function, person, held)
    # The co-facilitator's mission also negotiates: one person, two capacities (domain, rule 5).
    two_hats = give_post(
        actor=desk,
        user=room.users["co_facilitator"],
        delegation=room.bodies["PRT"],
        role="deputy",
    )
    _remember(room, "co_facilitator as PRT", room.users["co_facilitator"], two_hats)


def _give_posts_in(room: Room, desk: Actor, code: str) -> None:
    """A focal point, a deputy and a contributor of one delegation."""
    for role in POSTS:
        person = add_user(actor=desk, email=f"{code}.{role}@example.org", name=f"{code} {role}")
        post = give_post(actor=desk, user=person, delegation=room.bodies[code], role=role)
        _remember(room, f"{code} {role}", person, post)


def _remember(room: Room, who: str, person: User, held: Post | Facilitation) -> None:
    room.users[who] = person
    in_delegation = capacity_key_of_post(held) if isinstance(held, Post) else ""
    room.capacities[who] = in_delegation or f"facilitation:{held.public_id}"


# --- The text ------------------------------------------------------------------------------------


def _set_round(room: Room, access: Access, name: str, opens: float, deadline: float) -> Round:
    return create_round(
        access=access,
        name=name,
        opens_at=room.at(opens),
        deadline=room.at(deadline),
        visibility=room.visibility,
        late_policy=LatePolicy.MARK,
    )


def circulate_in_room(room: Room) -> None:
    """A call for inputs in a round that is closed, then the first draft in one that is open."""
    access = room.access("co_facilitator", -28)
    room.draft = start_draft(access=access, slug="plan", title="The plan")
    room.unsent_draft = start_draft(
        access=access, slug="resolution", title=f"Resolution {marker('unsent text')}", place=2
    )
    heading = add_paragraph(
        access=access, draft=room.draft, kind=ParagraphKind.HEADING, text="Prevention", after=None
    )
    room.call = circulate_revision(
        access=access,
        draft=room.draft,
        stage="Call for inputs",
        nature=Nature.CALL,
        round=_set_round(room, access, "Call for inputs", -27, -20),
    )
    access = room.access("co_facilitator", -18)
    after = heading
    for text in ("To raise awareness of trafficking.", "To train officials.", "To report yearly."):
        after = add_paragraph(
            access=access, draft=room.draft, kind=ParagraphKind.OPERATIVE, text=text, after=after
        )
    room.round = _set_round(room, access, "First round", -17, 10)
    room.revision = circulate_revision(
        access=access, draft=room.draft, stage="First draft", round=room.round
    )
    on_desk = add_paragraph(
        access=room.access("staff", -1),
        draft=room.draft,
        kind=ParagraphKind.OPERATIVE,
        text=f"In the working text only: {marker('working text')}.",
        after=after,
    )
    offer_in_file(room, on_desk, f"Says the margin: {marker('offered in a file')}.")
    room.meeting = create_meeting(
        access=room.access("secretariat", -10),
        title="First reading",
        starts_at=room.at(3),
        place="Conference Room 4",
    )


def circulate_twin(room: Room) -> Revision:
    """Another text in the same round, at the place of the plan, as when both are begun at once."""
    access = room.access("co_facilitator", -18)
    draft = start_draft(access=access, slug="twin", title="The twin", place=room.draft.place)
    after = None
    for text in ("One.", "Two.", "Three.", "Four."):
        after = add_paragraph(
            access=access, draft=draft, kind=ParagraphKind.OPERATIVE, text=text, after=after
        )
    return circulate_revision(access=access, draft=draft, stage="First twin", round=room.round)


def offer_in_file(room: Room, paragraph: Paragraph, words: str) -> None:
    """What somebody says of a paragraph in the margin of a file, kept as one that was taken."""
    read = ReadParagraph(1, "row", None, "operative", "", 0, paragraph.text, "", ())
    keep_offers(
        access=room.access("staff", -1),
        draft=room.draft,
        read_text=ReadText("", (read,), ()),
        imported_paragraphs=[paragraph],
        offers=[OfferInFile("Ana Silva", None, "comment", "row", words=words)],
    )


# --- What is said --------------------------------------------------------------------------------


def words(name: str) -> dict[str, Any]:
    """A proposal and its reason, both with the marker of this name."""
    return {
        "kind": CommentKind.REPLACE,
        "proposed": f"To raise awareness {marker(name)} everywhere.",
        "rationale": f"Because {marker(name)}.",
    }


def as_content(given: dict[str, Any]) -> dict[str, Any]:
    """What an act takes: the fields of what is said as one value, and the rest as it is."""
    names = [field.name for field in fields(CommentContent)]
    content = CommentContent(**{name: given[name] for name in names if name in given})
    return {"content": content} | {name: given[name] for name in given if name not in names}


def _draft(room: Room, code: str, name: str, wording: Wording, days: float, **more: Any) -> Comment:
    comment = draft_comment(
        access=room.access(f"{code} contributor", days),
        wording=wording,
        **as_content(words(f"{code} {name}") | more),
    )
    room.comments[f"{code} {name}"] = comment.pk
    return comment


def _speak(room: Room, code: str) -> None:
    """One input of a delegation in each state."""
    first, second = room.wording(room.revision, 2), room.wording(room.revision, 3)
    focal_point = room.access(f"{code} focal_point", -6)
    draft = _draft(room, code, "draft", first, -8)
    deputy = room.access(f"{code} deputy", -7)
    write_note(access=deputy, comment=draft, text=f"Ask home, {marker(f'note on {code}')}.")
    save_autosave(
        access=deputy,
        wording=first,
        text_by_field={"proposed": f"Half a sentence, {marker(f'typing of {code}')}"},
    )
    cleared = _draft(room, code, "cleared", first, -8)
    clear_comment(access=room.access(f"{code} deputy", -7), comment=cleared)
    discarded = _draft(room, code, "discarded", first, -8)
    discard_comment(access=room.access(f"{code} contributor", -7), comment=discarded)
    submitted = _draft(room, code, "submitted", first, -8, **words(f"{code} before submission"))
    edited = edit_comment(
        access=room.access(f"{code} deputy", -7),
        comment=submitted,
        version=submitted.version,
        content=CommentContent(**words(f"{code} submitted")),
    )
    submit_comment(access=focal_point, comment=edited)
    withdrawn = _draft(room, code, "withdrawn", second, -8)
    submit_comment(access=focal_point, comment=withdrawn)
    withdraw_comment(
        access=room.access(f"{code} focal_point", -5), comment=withdrawn, reason="No longer needed"
    )
    superseded = _draft(room, code, "superseded", second, -8)
    submit_comment(access=focal_point, comment=superseded)
    successor = supersede_comment(
        access=room.access(f"{code} focal_point", -5),
        comment=superseded,
        content=CommentContent(**words(f"{code} successor")),
    )
    room.comments[f"{code} successor"] = successor.pk
    late = _draft(room, code, "late", room.wording(room.call, 1), -19)
    submit_comment(access=room.access(f"{code} focal_point", -19), comment=late)


def _speak_for_group(room: Room) -> None:
    """Cabo Verde files for the African Group: one draft, one input."""
    group = room.access("CPV contributor").coordinated_seats[0]
    wording = room.wording(room.revision, 4)
    _draft(room, "CPV", "group draft", wording, -8, seat=group)
    filed = _draft(room, "CPV", "group input", wording, -8, seat=group)
    submit_comment(access=room.access("CPV focal_point", -6), comment=filed)


def speak_in_room(room: Room) -> None:
    """The African Group's room, for tests that ask for it.

    Drafts of Côte d'Ivoire's contributor in every state, and one that became the group's input.
    """
    wording = room.wording(room.revision, 4)
    member, coordinator = room.access("CIV focal_point", -5), room.access("CPV focal_point", -6)
    drafts = {}
    for state in ("draft", "silent", "agreed", "objected", "discarded", "input"):
        access = room.access("CIV contributor", -8)
        drafts[state] = draft_comment(
            access=access,
            wording=wording,
            seat=access.group_room_seats[0],
            in_room=True,
            content=CommentContent(**words(f"ROOM {state}")),
        )
        room.comments[f"ROOM {state}"] = drafts[state].pk
        write_note(access=access, comment=drafts[state], text=f"Among us: {marker('room note')}.")
    for state, days in (("silent", 1), ("agreed", -1), ("objected", 1), ("input", -5.5)):
        set_silence(access=coordinator, comment=drafts[state], until=room.at(days))
    object_to(access=member, comment=drafts["objected"], reason=f"No: {marker('objection')}.")
    opt_out(access=member, comment=drafts["agreed"])
    discard_comment(access=room.access("CIV contributor", -7), comment=drafts["discarded"])
    submit_comment(access=room.access("CPV focal_point", -5), comment=drafts["input"])


SUBMITTED = ("submitted", "withdrawn", "superseded", "successor", "late")


def answer_all(room: Room) -> None:
    """Answer every input that has no answer yet, so that a text goes out without a question."""
    staff = room.access("staff")
    rows = unanswered_inputs(staff).select_related("round", "consultation", "paragraph__draft")
    for comment in rows:
        review(access=staff, comment=comment, disposition=Disposition.NOTED)


def _answer(room: Room) -> None:
    """Replies to every input; reviews, published on what stands and unpublished on the rest."""
    staff, leader = room.access("staff", -4), room.access("co_facilitator", -3)
    for code in ("CPV", "FRA"):
        for state in SUBMITTED:
            name = f"{code} {state}"
            comment = room.comment(name)
            reply(access=staff, comment=comment, text=f"Noted, {marker(f'reply to {name}')}.")
            review(
                access=staff,
                comment=comment,
                disposition=Disposition.NOTED,
                observation=f"Seen, {marker(f'review of {name}')}.",
            )
    batch = Review.objects.filter(
        comment__in=[room.comments["CPV submitted"], room.comments["FRA submitted"]]
    )
    publish_reviews(access=leader, reviews=batch)
    for code in ("CPV", "FRA"):
        acknowledge(
            access=room.access(f"{code} focal_point", -2),
            review=Review.objects.select_related("comment__round", "comment__paragraph__draft").get(
                comment=room.comments[f"{code} submitted"]
            ),
            stance="maintains",
            note=f"We insist, {marker(f'note of {code}')}.",
        )
    if room.visibility == Visibility.AT_ONCE:
        for code in ("CPV", "FRA"):
            align(
                access=room.access("IOM focal_point", -2),
                comment=room.comment(f"{code} submitted"),
                reservation=f"Save {marker(f'reservation on {code}')}.",
            )


# --- The other consultation ----------------------------------------------------------------------


def _build_elsewhere(room: Room) -> None:
    """A process of its own, with other facilitators; Cabo Verde sits in both."""
    clerk = _user(room, "elsewhere secretariat", is_staff=True)
    room.elsewhere = create_consultation(
        user=clerk, slug=ELSEWHERE, title="Another process", moment=room.at(-30)
    )
    room.capacities["elsewhere secretariat"] = capacities_of(clerk)[0].key
    desk = room.access("elsewhere secretariat", -30, ELSEWHERE)
    for code in SEATED_ELSEWHERE:
        seat_delegation(access=desk, delegation=room.bodies[code])
    _give_posts_in(room, desk, "JPN")
    person = _user(room, "elsewhere co_facilitator")
    held = give_function(
        access=desk, user=person, role="co_facilitator", delegation=room.bodies["JPN"]
    )
    _remember(room, "elsewhere co_facilitator", person, held)
    leader = room.access("elsewhere co_facilitator", -20, ELSEWHERE)
    draft = start_draft(access=leader, slug="plan", title=f"Other {marker('elsewhere text')}")
    add_paragraph(
        access=leader,
        draft=draft,
        kind=ParagraphKind.OPERATIVE,
        text=f"To end it, {marker('elsewhere text')}.",
        after=None,
    )
    room.other_draft = draft
    room.other_round = _set_round(room, leader, "Only round", -19, 10)
    room.other_revision = circulate_revision(
        access=leader, draft=draft, stage="Zero draft", round=room.other_round
    )
    room.other_meeting = create_meeting(
        access=leader, title=marker("elsewhere meeting"), starts_at=room.at(4)
    )
    wording = room.wording(room.other_revision, 1)
    for code in SEATED_ELSEWHERE:
        for state in ("draft", "submitted"):
            comment = draft_comment(
                access=room.access(f"{code} contributor", -8, ELSEWHERE),
                wording=wording,
                content=CommentContent(**words(f"elsewhere {code} {state}")),
            )
            room.comments[f"elsewhere {code} {state}"] = comment.pk
        submit_comment(
            access=room.access(f"{code} focal_point", -7, ELSEWHERE),
            comment=loaded().get(pk=comment.pk),
        )
    answered = room.comment("elsewhere JPN submitted")
    reply(access=leader, comment=answered, text=marker("elsewhere reply"))
    review(
        access=leader,
        comment=answered,
        disposition=Disposition.NOTED,
        observation=marker("elsewhere review"),
    )
