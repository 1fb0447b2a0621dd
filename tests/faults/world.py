"""Who takes part: five delegations' people, and for each fault a consultation of its own.

Seeded through the acts, before anything is taken away. Under a fault people act over HTTP alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comments.acts.content import CommentContent
from comments.acts.drafting import clear_comment, draft_comment
from comments.models import Comment, CommentKind
from consultations.acts.frame import (
    found_consultation,
    give_facilitation,
    seat_delegation,
    set_round,
)
from consultations.acts.keys import make_token
from consultations.models import Consultation, Mail, Round, Seat, Visibility
from consultations.rules.access import Access, Actor
from consultations.rules.access_factory import capacities_of, enter, make_actor
from delegations.actions import add_user, give_post, set_mandate
from delegations.models import Delegation, PostRole, User
from drafts.circulating.circulation import circulate_revision
from drafts.desk.editing import add_paragraph, start_draft
from drafts.models import Wording

PASSWORD = "a password for faults"
DOMAIN = "faults.example"
GROUP = "AG"
COORDINATOR = "CPV"
MEMBERS = ("CPV", "EGY", "CIV")
SEATED = ("PRT", *MEMBERS)
PARAGRAPHS = 12


@dataclass(frozen=True)
class World:
    """One consultation, with what is there to be done in it."""

    consultation: Consultation
    round: Round
    wordings: tuple[Wording, ...]
    # Cleared, of Portugal, each to be submitted by itself.
    drafts: tuple[Comment, ...]
    # In the room of the group, to be put under silence.
    room_draft: Comment
    secretariat: str
    facilitator: str

    @property
    def slug(self) -> str:
        return self.consultation.slug

    @property
    def everybody(self) -> frozenset[str]:
        """The addresses of all who take part."""
        return frozenset({*map(focal_point, SEATED), self.secretariat, self.facilitator})


def focal_point(code: str) -> str:
    return f"{code.lower()}@{DOMAIN}"


def found_world(slug: str, *, drafts: int = 4) -> World:
    """A consultation with an open round, and a second text that is still to go out.

    What its foundation would have mailed is dropped.
    """
    now = timezone.now() - timedelta(hours=2)
    with transaction.atomic():
        world = _found(slug, now, drafts)
        Mail.objects.waiting().filter(consultation=world.consultation).update(dropped_at=now)
    return world


def key_of(email: str) -> str:
    """A key to the API in the first capacity of a person."""
    user = User.objects.get(email=email)
    actor = make_actor(user, capacities_of(user)[0].key, moment=timezone.now())
    return make_token(access=actor, name="faults")[1]


def _found(slug: str, now: datetime, drafts: int) -> World:
    clerk = User.objects.create_user(
        f"clerk.{slug}@{DOMAIN}", PASSWORD, name="The clerk", is_staff=True
    )
    consultation = found_consultation(
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
    for body in bodies.values():
        seat_delegation(access=access, delegation=body)
    leader = _account(access, f"facilitator.{slug}@{DOMAIN}")
    give_facilitation(access=access, user=leader, role="co_facilitator", delegation=bodies["PRT"])
    if not User.objects.filter(email=focal_point(COORDINATOR)).exists():
        _people(access, bodies)
    leading = _access(leader, slug, now)
    round = set_round(
        access=leading,
        name="First round",
        opens_at=now + timedelta(minutes=1),
        deadline=now + timedelta(days=6),
        visibility=Visibility.AT_ONCE,
    )
    wordings = _circulate(leading, round)
    second = start_draft(access=leading, slug="resolution", title="Draft resolution", place=2)
    add_paragraph(access=leading, draft=second, kind="operative", text="Adopts it.", after=None)
    later = now + timedelta(hours=1)
    own = [_cleared(slug, "PRT", wordings[turn % len(wordings)], later) for turn in range(drafts)]
    return World(
        consultation=consultation,
        round=round,
        wordings=wordings,
        drafts=tuple(own),
        room_draft=_in_room(slug, wordings[1], later),
        secretariat=clerk.email,
        facilitator=leader.email,
    )


def _people(access: Access, bodies: dict[str, Delegation]) -> None:
    """Once for all consultations: a focal point in each delegation, and who coordinates."""
    desk = make_actor(access.user, access.capacity.key, moment=access.moment)
    set_mandate(access=desk, group=bodies[GROUP], coordinator=bodies[COORDINATOR])
    for code in SEATED:
        user = _account(desk, focal_point(code))
        give_post(access=desk, user=user, delegation=bodies[code], role=PostRole.FOCAL_POINT)


def _account(access: Actor, email: str) -> User:
    user = add_user(access=access, email=email, name=email)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def _circulate(leading: Access, round: Round) -> tuple[Wording, ...]:
    draft = start_draft(access=leading, slug="plan", title="Plan of Action")
    last = None
    for turn in range(PARAGRAPHS):
        text = f"Paragraph {turn + 1} asks States."
        last = add_paragraph(access=leading, draft=draft, kind="operative", text=text, after=last)
    revision = circulate_revision(access=leading, draft=draft, stage="First draft", round=round)
    rows = revision.wordings.select_related("revision__draft", "paragraph").order_by("place")
    return tuple(row for row in rows if row.kind == "operative")


def _cleared(slug: str, code: str, wording: Wording, moment: datetime) -> Comment:
    access = _as_delegate(slug, code, moment)
    draft = draft_comment(access=access, wording=wording, content=_content())
    return clear_comment(access=access, comment=draft)


def _in_room(slug: str, wording: Wording, moment: datetime) -> Comment:
    access = _as_delegate(slug, COORDINATOR, moment)
    room: Seat = next(seat for seat in access.room_seats if seat.code == GROUP)
    return draft_comment(
        access=access, wording=wording, seat=room, in_room=True, content=_content()
    )


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
    return enter(user, slug, capacities_of(user)[0].key, moment=moment)
