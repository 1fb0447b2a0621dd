"""Who takes part: five delegations' people, and for each fault a consultation of its own.

Seeded through the acts, before anything is taken away. Under a fault people act over HTTP alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from comments.bridging.acts import draft_bridging
from comments.digests.acts import write_due_digests
from comments.drafting.acts import clear_comment, draft_comment
from comments.groups.acts import set_silence
from comments.inputs.content import CommentContent
from comments.letters.acts import begin_letter, word_letter
from comments.models import BridgingProposal, Comment, CommentKind, OfficialLetter
from comments.news.acts import choose_mail, watch_seat
from consultations.founding.acts import create_consultation
from consultations.keys.acts import make_token
from consultations.models import Consultation, Mail, MailFrequency, Meeting, Round, Seat, Visibility
from consultations.people.functions import give_function
from consultations.rules.access import Access, Actor
from consultations.rules.access_factory import capacities_of, make_access, make_actor
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting, create_round
from delegations.acts import add_delegation, add_user, give_post, set_mandate
from delegations.models import Delegation, DelegationKind, PostRole, User
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import Wording

PASSWORD = "a password for faults"
DOMAIN = "faults.example"
GROUP = "AG"
COORDINATOR = "CPV"
MEMBERS = ("CPV", "EGY", "CIV")
SEATED = ("PRT", *MEMBERS)
# Drafts for Portugal, and clears nothing; and whose people watch what Portugal says.
DRAFTER = f"drafter@{DOMAIN}"
WATCHER = "EGY"
PARAGRAPHS = 12
# When half of the silence is over that runs from the beginning.
HALF_OVER_IN = timedelta(seconds=12)


@dataclass(frozen=True)
class World:
    """One consultation, with what is there to be done in it."""

    consultation: Consultation
    round: Round
    wordings: tuple[Wording, ...]
    # Cleared, of Portugal, each to be submitted by itself.
    drafts: tuple[Comment, ...]
    # Of Portugal, waiting for nothing yet.
    uncleared: Comment
    # In the room of the group: to be put under silence; under a silence that reached nobody.
    room_draft: Comment
    under_silence: Comment
    # Of which nobody was asked yet.
    bridging: BridgingProposal
    letter: OfficialLetter
    # Closed, and could be reopened.
    earlier: Round
    # Of which everybody was told: to be moved, and to be cancelled.
    to_move: Meeting
    to_cancel: Meeting
    secretariat: str
    facilitator: str
    # Of a delegation of this consultation alone: its focal point, with a second step of sign-in.
    head: str
    # Accounts without a post.
    assistant: str
    renamed: str

    @property
    def slug(self) -> str:
        return self.consultation.slug

    @property
    def everybody(self) -> frozenset[str]:
        """The addresses of all who take part."""
        return self.delegates | {*self._leading}

    @property
    def delegates(self) -> frozenset[str]:
        """The addresses of the people of delegations."""
        return frozenset({*map(focal_point, SEATED), DRAFTER, self.head})

    @property
    def acting(self) -> frozenset[str]:
        """The addresses of those who do something under a fault."""
        return frozenset({focal_point("PRT"), focal_point(COORDINATOR), DRAFTER, *self._leading})

    @property
    def _leading(self) -> tuple[str, str]:
        return self.secretariat, self.facilitator


def focal_point(code: str) -> str:
    return f"{code.lower()}@{DOMAIN}"


def found_world(slug: str, *, drafts: int = 4) -> World:
    """A consultation with an open round, and a second text that is still to go out.

    What its foundation would have mailed is dropped; the digests count as sent.
    """
    now = timezone.now() - timedelta(hours=2)
    with transaction.atomic():
        world = _found(slug, now, drafts)
        digests = list(write_due_digests(timezone.now(), consultation=world.consultation))
        Mail.objects.filter(pk__in=digests).update(sent_at=timezone.now())
        Mail.objects.waiting().filter(consultation=world.consultation).update(dropped_at=now)
    return world


def key_of(email: str) -> str:
    """A key to the API in the first capacity of a person."""
    user = User.objects.get(email=email)
    actor = make_actor(user, capacities_of(user)[0].key, moment=timezone.now())
    return make_token(actor=actor, name="faults")[1]


def _found(slug: str, now: datetime, drafts: int) -> World:
    clerk = User.objects.create_user(
        f"clerk.{slug}@{DOMAIN}", PASSWORD, name="The clerk", is_staff=True
    )
    consultation = create_consultation(
        user=clerk,
        slug=slug,
        title=f"Consultation {slug}",
        mandate="To see what is lost.",
        handling="Invented",
        is_invented=True,
        moment=now,
    )
    access = _access(clerk, slug, now)
    bodies = {body.code: body for body in Delegation.objects.filter(code__in=(*SEATED, GROUP))}
    own = add_delegation(
        actor=access,
        kind=DelegationKind.INTERGOVERNMENTAL_ORGANIZATION,
        code=slug.upper(),
        short_en=f"Body {slug}",
    )
    for body in (*bodies.values(), own):
        seat_delegation(access=access, delegation=body)
    leader = _account(access, f"facilitator.{slug}@{DOMAIN}")
    give_function(access=access, user=leader, role="co_facilitator", delegation=bodies["PRT"])
    if not User.objects.filter(email=focal_point(COORDINATOR)).exists():
        _people(access, bodies)
    head = _without_password(access, f"head.{slug}@{DOMAIN}")
    give_post(actor=access, user=head, delegation=own, role=PostRole.FOCAL_POINT)
    Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={"secret": ""})
    leading = _access(leader, slug, now)
    earlier = _round(leading, "Call for inputs", now + timedelta(minutes=30))
    round = _round(leading, "First round", now + timedelta(days=6))
    wordings = _circulate(leading, round)
    watching = _as_delegate(slug, WATCHER, now + timedelta(hours=1))
    watch_seat(access=watching, seat=consultation.seats.get(delegation=bodies["PRT"]))
    second = start_draft(access=leading, slug="resolution", title="Draft resolution", place=2)
    add_paragraph(access=leading, draft=second, kind="operative", text="Adopts it.", after=None)
    later = now + timedelta(hours=1)
    cleared = [_cleared(slug, wordings[turn % len(wordings)], later) for turn in range(drafts)]
    return World(
        consultation=consultation,
        round=round,
        wordings=wordings,
        drafts=tuple(cleared),
        uncleared=_drafted(User.objects.get(email=DRAFTER), slug, wordings[4], later),
        room_draft=_in_room(slug, wordings[1], later),
        bridging=_bridging(leading, wordings[6], later),
        letter=_letter(leading),
        earlier=earlier,
        to_move=_meeting(leading, "Meeting to move"),
        to_cancel=_meeting(leading, "Meeting to cancel"),
        secretariat=clerk.email,
        facilitator=leader.email,
        head=head.email,
        assistant=_without_password(access, f"assistant.{slug}@{DOMAIN}").email,
        renamed=_without_password(access, f"renamed.{slug}@{DOMAIN}").email,
        under_silence=_under_silence(slug, wordings[5], later),
    )


def _people(access: Access, bodies: dict[str, Delegation]) -> None:
    """Once for all consultations: a focal point in each delegation, and who coordinates."""
    desk = make_actor(access.user, access.capacity.key, moment=access.moment)
    set_mandate(actor=desk, group=bodies[GROUP], coordinator=bodies[COORDINATOR])
    for code in SEATED:
        user = _account(desk, focal_point(code))
        give_post(actor=desk, user=user, delegation=bodies[code], role=PostRole.FOCAL_POINT)
    drafter = _account(desk, DRAFTER)
    give_post(actor=desk, user=drafter, delegation=bodies["PRT"], role=PostRole.CONTRIBUTOR)
    watcher = User.objects.get(email=focal_point(WATCHER))
    held = capacities_of(watcher)[0].key
    choose_mail(
        user=watcher, capacity_key=held, frequency=MailFrequency.AT_ONCE, moment=access.moment
    )


def _without_password(access: Actor, email: str) -> User:
    """Of somebody who does nothing under a fault."""
    return add_user(actor=access, email=email, name=email)


def _account(access: Actor, email: str) -> User:
    user = _without_password(access, email)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def _round(leading: Access, name: str, deadline: datetime) -> Round:
    return create_round(
        access=leading,
        name=name,
        opens_at=leading.moment + timedelta(minutes=1),
        deadline=deadline,
        visibility=Visibility.AT_ONCE,
    )


def _meeting(leading: Access, title: str) -> Meeting:
    """In two days; its digest is due already."""
    starts_at = leading.moment + timedelta(days=2)
    return create_meeting(
        access=leading, title=title, starts_at=starts_at, digest_lead=timedelta(days=3)
    )


def _bridging(leading: Access, wording: Wording, moment: datetime) -> BridgingProposal:
    rows = Wording.objects.select_related("revision__draft", "paragraph__draft")
    access = _access(leading.user, leading.consultation.slug, moment)
    text = f"{wording.text} As far as they can."
    return draft_bridging(access=access, wording=rows.get(pk=wording.pk), text=text)


def _letter(leading: Access) -> OfficialLetter:
    letter = begin_letter(access=leading, kind="other")
    word_letter(
        access=leading, letter=letter, language="en", subject="The hall", words="It has moved."
    )
    return letter


def _circulate(leading: Access, round: Round) -> tuple[Wording, ...]:
    draft = start_draft(access=leading, slug="plan", title="Plan of Action")
    last = None
    for turn in range(PARAGRAPHS):
        text = f"Paragraph {turn + 1} asks States."
        last = add_paragraph(access=leading, draft=draft, kind="operative", text=text, after=last)
    revision = circulate_revision(access=leading, draft=draft, stage="First draft", round=round)
    rows = revision.wordings.select_related("revision__draft", "paragraph").order_by("place")
    return tuple(row for row in rows if row.kind == "operative")


def _cleared(slug: str, wording: Wording, moment: datetime) -> Comment:
    draft = _drafted(User.objects.get(email=focal_point("PRT")), slug, wording, moment)
    return clear_comment(access=_as_delegate(slug, "PRT", moment), comment=draft)


def _drafted(user: User, slug: str, wording: Wording, moment: datetime) -> Comment:
    access = _access(user, slug, moment)
    return draft_comment(access=access, wording=wording, content=_content())


def _in_room(slug: str, wording: Wording, moment: datetime) -> Comment:
    access = _as_delegate(slug, COORDINATOR, moment)
    room: Seat = next(seat for seat in access.group_room_seats if seat.code == GROUP)
    return draft_comment(
        access=access, wording=wording, seat=room, in_room=True, content=_content()
    )


def _under_silence(slug: str, wording: Wording, moment: datetime) -> Comment:
    """Under a silence of which half is over soon, and whose mails are not sent."""
    half = timezone.now() + HALF_OVER_IN
    access = _as_delegate(slug, COORDINATOR, moment)
    draft = _in_room(slug, wording, moment)
    return set_silence(access=access, comment=draft, until=half + (half - moment))


def _content() -> CommentContent:
    return CommentContent(
        kind=CommentKind.COMMENT,
        type="substantive",
        proposed="",
        rationale="We should like to see this strengthened.",
        language="en",
    )


def _as_delegate(slug: str, code: str, moment: datetime) -> Access:
    return _access(User.objects.get(email=focal_point(code)), slug, moment)


def _access(user: User, slug: str, moment: datetime) -> Access:
    return make_access(user, slug, capacities_of(user)[0].key, moment=moment)
