"""Which inputs of the queue are shown; an empty filter shows all of them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from comments.models import CommentKind, CommentType, ReviewFlag, ReviewTask, settled_filter
from consultations.models import Sitting
from consultations.rules.access import Access

# Inputs without an answer that are not parked (put aside by a flag); without an answer, parked or
# not; with an answer. One that was closed without an answer counts as answered.
OPEN, UNANSWERED, ANSWERED = "open", "unanswered", "answered"
NOBODY = "nobody"  # assigned to no person


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The conditions that a shown input meets; `text` and `section` are those of its paragraph.

    An empty field is no condition.
    """

    text: str = ""  # the slug of a text
    section: UUID | None = None  # the public id of a heading
    state: str = ""  # OPEN, UNANSWERED or ANSWERED
    assigned: str = ""  # the public id of a person, or NOBODY
    flag: ReviewFlag | None = None
    # The public ids of a seat: of the delegation, or of a group with its members.
    delegation: UUID | None = None
    group: UUID | None = None
    kind: CommentKind | None = None
    type: CommentType | None = None
    language: str = ""
    round: UUID | None = None  # a public id
    since: date | None = None
    is_late: bool = False  # True: late ones only

    def __bool__(self) -> bool:
        """Whether it has any condition."""
        return self != QueueFilter()

    def includes(self, slug: str, heading_public_id: UUID | None) -> bool:
        """Whether paragraphs of this text, under this heading, are shown."""
        return self.text in {"", slug} and self.section in {None, heading_public_id}

    def input_condition(self, access: Access) -> Q:
        """The condition on inputs in SQL. Only the tasks that may be read are considered."""
        value_by_lookup = {
            "seat__public_id": self.delegation,
            "kind": self.kind,
            "type": self.type,
            "language": self.language,
            "round__public_id": self.round,
            "is_late": self.is_late,
        }
        condition = Q(**{name: value for name, value in value_by_lookup.items() if value})
        if self.group:
            condition &= _of_group_filter(access, self.group)
        if self.since:
            day_start = datetime.combine(self.since, time.min, access.consultation.zone)
            condition &= Q(submitted_at__gte=day_start)
        return condition & self._progress_condition(access)

    def _progress_condition(self, access: Access) -> Q:
        """The condition on answers, flags and who is assigned."""
        is_answered = settled_filter()
        tasks_of_input = ReviewTask.objects.visible_to(access).filter(comment=OuterRef("pk"))
        is_parked = Exists(tasks_of_input.filter(flags__contains=[ReviewFlag.PARKED]))
        condition = Q()
        if self.state == OPEN:
            condition &= ~is_answered & ~Q(is_parked)
        elif self.state == UNANSWERED:
            condition &= ~is_answered
        elif self.state == ANSWERED:
            condition &= is_answered
        if self.flag:
            condition &= Q(Exists(tasks_of_input.filter(flags__contains=[self.flag])))
        if self.assigned == NOBODY:
            condition &= ~Q(Exists(tasks_of_input.filter(assigned_to__isnull=False)))
        elif self.assigned:
            condition &= Q(Exists(tasks_of_input.filter(assigned_to__public_id=self.assigned)))
        return condition


NO_FILTER = QueueFilter()


def _of_group_filter(access: Access, group_public_id: UUID) -> Q:
    """Inputs of the group, and of those who are its members today."""
    today = access.moment.astimezone(access.consultation.zone).date()
    member_ids = Sitting.objects.filter(
        seat__public_id=group_public_id,
        seat__consultation=access.consultation,
        way=Sitting.Way.MEMBER,
        days__contains=today,
    ).values("delegation")
    return Q(seat__public_id=group_public_id) | Q(seat__delegation__in=member_ids)
