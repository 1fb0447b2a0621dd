"""The one place of rules: who acts in which capacity, and how far each act reaches.

`enter` (in `entrance.py`) gives an `Access` or 404: what you may not see does not exist. `may`
answers with a verdict that is falsy with a reason; `require` raises `Refused` and is called inside
every action.
Querysets spell the same cells in SQL (`visible_to`); the grid test proves that both agree.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.models import (
    Consultation,
    LatePolicy,
    Round,
    Seat,
    Visibility,
)
from delegations.models import Delegation, User

# An input is in time when the application takes it by the deadline plus this grace (choice, 18).
GRACE = timedelta(seconds=60)


class Role(StrEnum):
    """The function in which a person acts now."""

    CONTRIBUTOR = "contributor"
    DEPUTY = "deputy"
    FOCAL_POINT = "focal_point"
    CO_FACILITATOR = "co_facilitator"
    STAFF = "staff"
    SECRETARIAT = "secretariat"


DELEGATES = (Role.CONTRIBUTOR, Role.DEPUTY, Role.FOCAL_POINT)
FACILITATORS = (Role.CO_FACILITATOR, Role.STAFF)
READERS_OF_ALL = (*FACILITATORS, Role.SECRETARIAT)


class Act(StrEnum):
    """Everything that somebody may or may not do."""

    READ_TEXT = "read_text"
    READ_WORKING_TEXT = "read_working_text"
    EDIT_TEXT = "edit_text"
    CIRCULATE = "circulate"
    DRAFT_COMMENT = "draft_comment"
    READ_DRAFT_COMMENT = "read_draft_comment"
    CLEAR_COMMENT = "clear_comment"
    SUBMIT_COMMENT = "submit_comment"
    WITHDRAW_COMMENT = "withdraw_comment"
    ACKNOWLEDGE_REVIEW = "acknowledge_review"
    READ_COMMENT = "read_comment"
    READ_HISTORY = "read_history"
    REPLY = "reply"
    ALIGN = "align"
    READ_REVIEW = "read_review"
    READ_UNPUBLISHED_REVIEW = "read_unpublished_review"
    REVIEW = "review"
    PUBLISH_REVIEWS = "publish_reviews"
    SET_ROUNDS = "set_rounds"
    SET_VISIBILITY = "set_visibility"
    SET_MEETINGS = "set_meetings"
    SET_SEATS = "set_seats"
    EXPORT = "export"
    MANAGE_POSTS = "manage_posts"
    EDIT_DELEGATIONS = "edit_delegations"


class Reach(Enum):
    """How far an act reaches."""

    NOBODY = "nobody's rows"
    OWN = "the own delegation's rows"
    READABLE = "the own rows, and others' where they are readable"
    ALL = "all rows of the consultation"


def _for(roles: tuple[Role, ...], reach: Reach) -> dict[Role, Reach]:
    return dict.fromkeys(roles, reach)


_EVERYBODY = _for((*DELEGATES, *READERS_OF_ALL), Reach.ALL)
_AS_READABLE = _for(DELEGATES, Reach.READABLE) | _for(READERS_OF_ALL, Reach.ALL)
_FOCAL_POINT = _for((Role.FOCAL_POINT,), Reach.OWN)
_CO_FACILITATOR = _for((Role.CO_FACILITATOR,), Reach.ALL)

# The table of the house, section 3. Who is not named reaches nobody's rows.
TABLE: dict[Act, dict[Role, Reach]] = {
    Act.READ_TEXT: _EVERYBODY,
    Act.READ_WORKING_TEXT: _for(READERS_OF_ALL, Reach.ALL),
    Act.EDIT_TEXT: _for(FACILITATORS, Reach.ALL),
    Act.CIRCULATE: _CO_FACILITATOR,
    Act.DRAFT_COMMENT: _for(DELEGATES, Reach.OWN),
    Act.READ_DRAFT_COMMENT: _for(DELEGATES, Reach.OWN),
    Act.CLEAR_COMMENT: _for((Role.DEPUTY, Role.FOCAL_POINT), Reach.OWN),
    Act.SUBMIT_COMMENT: _FOCAL_POINT,
    Act.WITHDRAW_COMMENT: _FOCAL_POINT,
    Act.ACKNOWLEDGE_REVIEW: _FOCAL_POINT,
    Act.READ_COMMENT: _AS_READABLE,
    Act.READ_HISTORY: _AS_READABLE,
    Act.REPLY: _for((Role.FOCAL_POINT,), Reach.READABLE) | _for(FACILITATORS, Reach.ALL),
    Act.ALIGN: _for((Role.FOCAL_POINT,), Reach.READABLE),
    Act.READ_REVIEW: _AS_READABLE,
    Act.READ_UNPUBLISHED_REVIEW: _for(READERS_OF_ALL, Reach.ALL),
    Act.REVIEW: _for(FACILITATORS, Reach.ALL),
    Act.PUBLISH_REVIEWS: _CO_FACILITATOR,
    Act.SET_ROUNDS: _for(FACILITATORS, Reach.ALL),
    Act.SET_VISIBILITY: _CO_FACILITATOR,
    Act.SET_MEETINGS: _for(READERS_OF_ALL, Reach.ALL),
    Act.SET_SEATS: _for((Role.SECRETARIAT,), Reach.ALL),
    Act.EXPORT: _EVERYBODY,
    Act.MANAGE_POSTS: _FOCAL_POINT | _for((Role.SECRETARIAT,), Reach.ALL),
    Act.EDIT_DELEGATIONS: _for((Role.SECRETARIAT,), Reach.ALL),
}


class Refused(PermissionDenied):
    """An act that the table does not allow; its sentence reaches the page and the API."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes, or no with the reason."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


YES = Verdict()


class Row(Protocol):
    """What every row on which somebody acts can say of itself."""

    @property
    def consultation_id(self) -> int: ...


# --- Rounds: open, late, closed ------------------------------------------------------------------


class Phase(Enum):
    """Where a round stands at a moment."""

    NOT_OPEN = "not open"
    OPEN = "open"
    LATE = "closed, late inputs accepted"
    CLOSED = "closed"


def close_of(round: Round) -> datetime:
    """The moment at which a round is closed: stamped, or the deadline plus the grace."""
    return round.closed_at or round.deadline + GRACE


def phase_of(round: Round, moment: datetime) -> Phase:
    """Where the round stands for a request taken at this moment (domain, rules 18 and 19)."""
    if moment < round.opens_at:
        return Phase.NOT_OPEN
    if moment <= close_of(round):
        return Phase.OPEN
    return Phase.LATE if round.late_policy == LatePolicy.MARK else Phase.CLOSED


def is_readable_by_all(round: Round, moment: datetime) -> bool:
    """Whether delegations read each other's submitted inputs of this round (domain, rule 3)."""
    if round.visibility == Visibility.AT_ONCE:
        return True
    return round.visibility == Visibility.AT_CLOSE and moment > close_of(round)


def readable_by_all(moment: datetime, prefix: str = "round__") -> Q:
    """The same cell as `is_readable_by_all`, in SQL, from a row that points at a round."""

    def rounds(**conditions: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    closed = rounds(closed_at__lt=moment) | rounds(closed_at=None, deadline__lt=moment - GRACE)
    return rounds(visibility=Visibility.AT_ONCE) | rounds(visibility=Visibility.AT_CLOSE) & closed


# --- Standing and access -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capacity:
    """One function in which a user may act, as the page where one chooses shows it."""

    key: str
    role: Role
    name: str
    role_words: str
    code: str
    consultation_slug: str = ""


@dataclass(frozen=True)
class Standing:
    """A user in one capacity, outside any consultation: the ground-floor acts."""

    user: User
    capacity: Capacity
    delegation: Delegation | None
    moment: datetime

    @property
    def role(self) -> Role:
        return self.capacity.role

    @property
    def capacity_words(self) -> str:
        """The capacity as the record keeps it."""
        with override("en"):
            return f"{self.capacity.role.replace('_', ' ')}, {self.capacity.name}"

    def reach(self, act: Act) -> Reach:
        return TABLE[act].get(self.role, Reach.NOBODY)

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this standing allows a ground-floor act on a delegation."""
        reach = self.reach(act)
        if reach is Reach.NOBODY:
            return Verdict(_no_such_act(self.capacity))
        if reach is Reach.OWN and on is not None and on.pk != getattr(self.delegation, "pk", None):
            return Verdict(_("This belongs to another delegation."))
        return YES

    def require(self, act: Act, on: Any = None) -> None:
        """Raise `Refused` with the reason unless `may`."""
        verdict = self.may(act, on)
        if not verdict:
            raise Refused(verdict.reason)


@dataclass(frozen=True)
class Access(Standing):
    """A user in one capacity inside one consultation."""

    consultation: Consultation
    seat: Seat | None = None
    group_seats: tuple[Seat, ...] = field(default=())

    @property
    def reads_all(self) -> bool:
        """Facilitators and the secretariat read every submitted input."""
        return self.role in READERS_OF_ALL

    @property
    def is_delegate(self) -> bool:
        return self.role in DELEGATES

    @property
    def is_facilitator(self) -> bool:
        return self.role in FACILITATORS

    def owns(self, row: Any) -> bool:
        """Whether a row was filed by this delegation's seat."""
        return self.seat is not None and row.filed_by_id == self.seat.pk

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this capacity allows an act, on a row of this consultation.

        Without a row the answer is whether there can be any row at all: pages ask so to show or
        hide a way in.
        """
        reach = self.reach(act)
        if reach is Reach.NOBODY:
            return Verdict(_no_such_act(self.capacity))
        if act in {Act.MANAGE_POSTS, Act.EDIT_DELEGATIONS}:
            return super().may(act, on)
        if on is None:
            return YES
        if on.consultation_id != self.consultation.pk:
            return Verdict(_("This belongs to another consultation."))
        if self._is_out_of_reach(reach, on):
            return Verdict(_("This belongs to another delegation."))
        guard = GUARDS.get(act)
        return Verdict(guard(self, on)) if guard else YES

    def _is_out_of_reach(self, reach: Reach, row: Any) -> bool:
        if not hasattr(row, "filed_by_id"):
            return False  # a round, a text, a wording: of the consultation, nobody's own
        if reach is Reach.ALL:
            return row.submitted_at is None
        if self.owns(row):
            return row.discarded_at is not None
        if reach is Reach.OWN or row.submitted_at is None:
            return True
        return not is_readable_by_all(row.round, self.moment)

    def reading(self, prefix: str = "") -> Q:
        """READ_COMMENT and READ_DRAFT_COMMENT in SQL: the rows this capacity may read.

        `prefix` leads to the comment, for example "comment__" from a reply.
        """

        def at(**conditions: Any) -> Q:
            return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

        here = at(consultation=self.consultation)
        submitted = at(submitted_at__isnull=False)
        if self.reads_all:
            return here & submitted
        if self.seat is None:
            return Q(pk__in=[])
        own = at(filed_by=self.seat, discarded_at=None)
        # The few rounds are looked up once; joined, they would be asked again for every row.
        rounds = Round.objects.filter(
            readable_by_all(self.moment, ""), consultation=self.consultation
        )
        return here & (own | submitted & at(round__in=rounds))


def _no_such_act(capacity: Capacity) -> str:
    return _("As %(role)s you cannot do this.") % {"role": capacity.role_words}


# --- Guards: what the moment and the state of a row add to the table ------------------------------


def _round_takes_inputs(access: Access, row: Any) -> str:
    round = row if isinstance(row, Round) else row.round
    phase = phase_of(round, access.moment)
    if access.consultation.closed_at:
        return _("The record of this consultation is closed.")
    if phase is Phase.NOT_OPEN:
        return _("This round has not opened yet.")
    if phase is Phase.CLOSED:
        return _("This round is closed, and takes no late inputs.")
    return ""


def _unsent_in_open_round(access: Access, row: Any) -> str:
    if not isinstance(row, Round) and row.submitted_at:
        return _("This input was submitted already. Change it by a new version.")
    return _round_takes_inputs(access, row)


def _is_unsent(access: Access, row: Any) -> str:
    return _("This input was submitted already.") if row.submitted_at else ""


def _can_withdraw(access: Access, row: Any) -> str:
    if not row.submitted_at:
        return _("This is a draft. Discard it instead.")
    if row.withdrawn_at:
        return _("This input was withdrawn already.")
    if row.superseded_at:
        return _("A later version stands. Withdraw that one.")
    if row.adopted_at or access.consultation.closed_at:
        return _("The text is adopted. The record no longer changes.")
    return ""


def _was_submitted(access: Access, row: Any) -> str:
    return "" if row.submitted_at else _("This is a draft, not yet submitted.")


def _record_is_open(access: Access, row: Any) -> str:
    if access.consultation.closed_at:
        return _("The record of this consultation is closed.")
    return ""


def _can_answer(access: Access, row: Any) -> str:
    return _record_is_open(access, row) or _was_submitted(access, row)


def _can_align(access: Access, row: Any) -> str:
    if access.owns(row):
        return _("This is your own input.")
    if row.withdrawn_at or row.superseded_at:
        return _("This input no longer stands.")
    return _can_answer(access, row)


GUARDS: dict[Act, Callable[[Access, Any], str]] = {
    Act.EDIT_TEXT: _record_is_open,
    Act.CIRCULATE: _record_is_open,
    Act.DRAFT_COMMENT: _unsent_in_open_round,
    Act.READ_DRAFT_COMMENT: _is_unsent,
    Act.CLEAR_COMMENT: _unsent_in_open_round,
    Act.SUBMIT_COMMENT: _unsent_in_open_round,
    Act.WITHDRAW_COMMENT: _can_withdraw,
    Act.ACKNOWLEDGE_REVIEW: _can_answer,
    Act.REPLY: _can_answer,
    Act.ALIGN: _can_align,
    Act.REVIEW: _can_answer,
    Act.READ_UNPUBLISHED_REVIEW: _was_submitted,
    Act.READ_REVIEW: _was_submitted,
    Act.PUBLISH_REVIEWS: _record_is_open,
    Act.SET_ROUNDS: _record_is_open,
    Act.SET_VISIBILITY: _record_is_open,
}
