"""A consultation in 2010 with a plan in two drafts, made through the actions, for tables of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from comments.drafting.acts import draft_comment
from comments.models import Comment
from comments.submitting.acts import submit_comment
from consultations.models import Consultation, Facilitation, Round, Seat
from consultations.rules.access import Access
from consultations.rules.access_factory import capacity_key_of_post, make_access
from delegations.models import TABLE_RANK, Delegation, Post, User
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, start_draft
from drafts.models import Draft, Paragraph, Revision, Wording
from tests.kept_rows import Kept
from tests.room import as_content

SLUG = "plan"
START = datetime(2010, 5, 3, 13, 0, tzinfo=UTC)  # 9 in the morning in New York
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Code, kind, name, sort key.
BODIES = (
    ("EU", "group", "European Union", "EUROPEAN UNION"),
    ("CPV", "member_state", "Cape Verde", "CABO VERDE"),
    ("CIV", "member_state", "Côte d’Ivoire", "COTE D IVOIRE"),
    ("HRV", "member_state", "Croatia", "CROATIA"),
    ("NOR", "member_state", "Norway", "NORWAY"),
    ("PRT", "member_state", "Portugal", "PORTUGAL"),
    ("HOL", "observer_state", "Holy See", "HOLY SEE"),
    ("IOM", "related_organization", "IOM", "IOM"),
)
# Kind, opening, words.
TEXT = (
    ("title", "", "Global Plan of Action"),
    ("heading", "", "Prevention"),
    ("operative", "Decides", "Decides to strengthen efforts;"),
    ("operative", "", "Requests the Secretary-General to report;"),
    ("operative", "", "Invites all States to ratify;"),
)


@dataclass
class TableRoom:
    """The rows, and the capacity of each person by the code of the delegation or the function."""

    consultation: Consultation
    draft: Draft
    capacities: dict[str, tuple[User, str]]
    seats: dict[str, Seat]
    paragraphs: list[Paragraph] = field(default_factory=list)

    def access(self, code: str, moment: datetime) -> Access:
        user, capacity = self.capacities[code]
        return make_access(user, self.consultation.slug, capacity, moment=moment)

    def circulate(
        self, stage: str, at: datetime, visibility: str = "at_once", length: timedelta = 30 * DAY
    ) -> Revision:
        """The working text as the next revision, with a round that opens an hour later."""
        round = Round.objects.create(
            consultation=self.consultation,
            name=stage,
            opens_at=at + HOUR,
            deadline=at + length,
            visibility=visibility,
        )
        access = self.access("facilitator", at)
        revision = circulate_revision(access=access, draft=self.draft, stage=stage, round=round)
        return Revision.objects.select_related("draft", "round").get(pk=revision.pk)

    def wording(self, revision: Revision, paragraph: Paragraph) -> Wording:
        wordings = Wording.objects.select_related("revision__draft", "paragraph")
        return wordings.get(revision=revision, paragraph=paragraph)

    def submit(
        self,
        code: str,
        revision: Revision,
        paragraph: Paragraph,
        at: datetime,
        *,
        on_behalf: str = "",
        **words: Any,
    ) -> Comment:
        """An input of a delegation, drafted and submitted at one moment."""
        access = self.access(code, at)
        words = {"kind": "comment", "rationale": f"Words of {code}."} | words
        comment = draft_comment(
            access=access,
            wording=self.wording(revision, paragraph),
            seat=self.seats[on_behalf] if on_behalf else None,
            **as_content(words),
        )
        return submit_comment(access=access, comment=comment)

    def named(self, code: str) -> Delegation:
        return self.seats[code].delegation


def make_room(slug: str = SLUG, title: str = "Plan of Action against Trafficking") -> TableRoom:
    """Seats, people and a text on the desk, not yet circulated."""
    consultation = Consultation.objects.create(slug=slug, title=title)
    seats, capacities = {}, {}
    for code, kind, name, key in BODIES:
        delegation, _made = Delegation.objects.get_or_create(
            code=code, defaults={"kind": kind, "short_en": name, "sort_key": key}
        )
        seats[code] = Seat.objects.create(
            consultation=consultation,
            delegation=delegation,
            status="participant",
            name=name,
            code=code,
            rank=TABLE_RANK[kind],
            sort_key=key,
        )
        user, _made = User.objects.get_or_create(
            email=f"{code.lower()}@{slug}.example", defaults={"name": f"Person of {name}"}
        )
        post = Post.objects.create(user=user, delegation=delegation, role="focal_point")
        capacities[code] = (user, capacity_key_of_post(post))
    for name, role in (("facilitator", "co_facilitator"), ("secretariat", "secretariat")):
        user = User.objects.create(email=f"{name}@{slug}.example", name=name)
        held = Facilitation.objects.create(consultation=consultation, user=user, role=role)
        capacities[name] = (user, f"facilitation:{held.public_id}")
    room = TableRoom(consultation, None, capacities, seats)  # type: ignore[arg-type]
    access = room.access("facilitator", START)
    room.draft = start_draft(access=access, slug="plan", title="Plan of Action", numbering="pp_op")
    for kind, opening, words in TEXT:
        after = room.paragraphs[-1] if room.paragraphs else None
        room.paragraphs.append(
            add_paragraph(
                access=access, draft=room.draft, kind=kind, text=words, opening=opening, after=after
            )
        )
    return room


KEPT = Kept(make_room, lasts=timedelta(minutes=5))
