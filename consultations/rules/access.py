"""Who acts in which capacity, and whether the rules allow them an act on a row.

The rules are the table of reaches (`acts_table`) and the guards (`guards`); everybody else asks
here. `make_access` (in `access_factory`) returns an `Access` or raises 404: what you may not see
does not exist. `may` returns a verdict that is falsy, with a reason, where an act is not allowed;
`require` raises `Refused` and is called inside every write that the table names. Querysets apply
the same rules in SQL (`visible_to`); tests compare both for every role.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from consultations.models import Consultation, Round, Seat
from consultations.rules import guards
from consultations.rules.acts_table import (
    DELEGATE_ROLES,
    FACILITATOR_ROLES,
    REACH_TABLE,
    ROLES_READING_ALL,
    Act,
    Reach,
    Role,
)
from consultations.rules.consent import attributed_filter, is_attributed
from consultations.rules.held_parts import chaired_room_ids
from consultations.rules.input_row import InputRow, RowOfSeat
from consultations.rules.phases import is_readable_by_all, readable_by_all_filter
from consultations.rules.reach import (
    consultation_slugs_by_delegation_id,
    secretariat_member_among,
    why_cannot_change_account,
    why_cannot_erase,
)
from delegations.models import Delegation, User

__all__ = [
    "DELEGATE_ROLES",
    "FACILITATOR_ROLES",
    "REACH_TABLE",
    "ROLES_READING_ALL",
    "Access",
    "Act",
    "Actor",
    "Capacity",
    "Reach",
    "Refused",
    "Role",
]


class Refused(PermissionDenied):
    """The error raised for an act that the rules do not allow; its sentence is shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes where there is no reason against it, else no; as a condition true or false."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


YES = Verdict()


# --- Actor and access ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capacity:
    """One function in which a user may act: a post in a delegation, or a role in a consultation."""

    # "delegation:<public id>" or "facilitation:<public id>"; kept in the session.
    key: str
    role: Role
    # Of the delegation or of the consultation, as the page names it.
    name: str
    # The role as the page names it.
    role_words: str
    # Of the delegation, two letters where it has them; empty for who leads or serves.
    code: str
    # Of a role in a consultation; empty for a post, which holds wherever the delegation sits.
    consultation_slug: str = ""
    # Of a role in a consultation: what the top of the page calls it.
    consultation_name: str = ""


@dataclass(frozen=True)
class Actor:
    """A user in one capacity, on pages outside any consultation: of accounts, delegations, posts.

    `Access` is the same inside one consultation.
    """

    user: User
    capacity: Capacity
    # Of a delegate, the delegation they act for. Of a co-facilitator or their staff, the one they
    # come from, if any: they do not act for it. None for the secretariat.
    delegation: Delegation | None
    # When the request arrived: every rule and every row written counts from it.
    moment: datetime

    @property
    def role(self) -> Role:
        return self.capacity.role

    @property
    def capacity_words(self) -> str:
        """The capacity as the record keeps it: in English, whatever the language of the page.

        For example "focal point, Egypt".
        """
        own_delegation = self.delegation if self.capacity.role in DELEGATE_ROLES else None
        name = own_delegation.short_en if own_delegation else self.capacity.name
        role = self.capacity.role.replace("co_", "co-").replace("_", " ")  # "co-facilitator"
        return f"{role}, {name}"

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this capacity allows an act on a delegation, outside any consultation.

        `on` is the delegation. Without it the answer is whether there can be any such delegation.
        """
        reach = REACH_TABLE[act].get(self.capacity.role, Reach.NOBODY)
        if reach is Reach.NOBODY:
            return Verdict(_no_such_act_sentence(self.capacity))
        if on is None or self.delegation_ids_in_reach(act, [on.pk]):
            return YES
        if reach is Reach.OWN:
            return Verdict(_("This belongs to another delegation."))
        return Verdict(
            _("%(delegation)s has no seat in your consultation.") % {"delegation": on.name}
        )

    def delegation_ids_in_reach(self, act: Act, delegation_ids: Iterable[int]) -> frozenset[int]:
        """Those of these delegations on which this capacity may do the act.

        The secretariat reaches those that sit in its consultation, in one query for all. It may
        also edit delegations that sit nowhere yet, but gives nobody a post there.
        """
        wanted_ids = frozenset(delegation_ids)
        reach = REACH_TABLE[act].get(self.capacity.role, Reach.NOBODY)
        if reach is Reach.OWN:
            return wanted_ids & {getattr(self.delegation, "pk", None)}
        if reach is Reach.NOBODY or not wanted_ids:
            return frozenset()
        slugs_by_delegation_id = consultation_slugs_by_delegation_id(wanted_ids)
        seated_here_ids = {
            delegation_id
            for delegation_id in wanted_ids
            if self.capacity.consultation_slug in slugs_by_delegation_id.get(delegation_id, ())
        }
        seated_nowhere_ids = (
            wanted_ids - slugs_by_delegation_id.keys() if act == Act.EDIT_DELEGATIONS else set()
        )
        return frozenset(seated_here_ids | seated_nowhere_ids)

    def require_recipients(self, users: Iterable[User]) -> None:
        """Raise `Refused` where this capacity may not give posts to all of these people.

        The secretariat gives none to people who serve any consultation as secretariat; focal points
        may give them posts.
        """
        secretariat_member = (
            secretariat_member_among(users) if self.role is Role.SECRETARIAT else None
        )
        if secretariat_member is not None:
            raise Refused(
                _(
                    "%(name)s is in the secretariat. Only a focal point of the delegation can "
                    "give them a post there."
                )
                % {"name": secretariat_member}
            )

    def require_editable_account(self, user: User) -> None:
        """Raise `Refused` where an account reaches further than this secretariat does.

        Whoever acts may always change their own account.
        """
        reason = why_cannot_change_account(user, self.capacity.consultation_slug)
        if reason and user.pk != self.user.pk:
            raise Refused(reason)

    def require_may_erase(self, user: User) -> None:
        """Raise `Refused` where a person has or had a function or post out of reach."""
        if reason := why_cannot_erase(user, self.capacity.consultation_slug):
            raise Refused(reason)

    def require(self, act: Act, on: Any = None) -> None:
        """Raise `Refused` with the reason unless `may`."""
        if reason := self.may(act, on).reason:
            raise Refused(reason)


@dataclass(frozen=True)
class Access(Actor):
    """A user in one capacity inside one consultation."""

    consultation: Consultation
    # The seat of the delegation; None for whoever leads or serves.
    seat: Seat | None = None
    # The seats of the groups that the delegation coordinates, and files for; left empty in an
    # access for mail (`access_of_post`).
    coordinated_seats: tuple[Seat, ...] = ()
    # The seats of the groups in whose rooms the delegation sits: as a member, or as coordinator.
    group_room_seats: tuple[Seat, ...] = ()

    @cached_property
    def reads_all(self) -> bool:
        """Facilitators and the secretariat read every submitted input, and the working text."""
        return self.capacity.role in ROLES_READING_ALL

    @cached_property
    def sees_mails(self) -> bool:
        """Whether this capacity may see the mails of the consultation."""
        return bool(self.may(Act.SEE_MAILS))

    @cached_property
    def is_delegate(self) -> bool:
        return self.capacity.role in DELEGATE_ROLES

    @cached_property
    def is_facilitator(self) -> bool:
        return self.capacity.role in FACILITATOR_ROLES

    @cached_property
    def chaired_room_ids(self) -> frozenset[int]:
        """The ids of the working rooms (no rooms of groups) this person chairs in this role."""
        if not self.is_facilitator:
            return frozenset()
        return chaired_room_ids(self.user, self.capacity.role, self.consultation.pk)

    @property
    def acts_for_plenary(self) -> bool:
        """Whether one may act for the plenary: everybody but staff who chair a working room.

        Delegates and the secretariat chair none; the table of rules decides what they may do.
        """
        is_leading = self.capacity.role is Role.CO_FACILITATOR
        return is_leading or not self.chaired_room_ids

    @cached_property
    def own_and_group_seat_ids(self) -> frozenset[int]:
        """The ids of the seats in which this delegation writes: its own, and its groups'.

        Empty for whoever leads or serves.
        """
        return frozenset((self.seat.pk, *self.group_room_seat_ids)) if self.seat else frozenset()

    @cached_property
    def group_room_seat_ids(self) -> tuple[int, ...]:
        """The ids of the seats of the groups in whose rooms this delegation sits."""
        return tuple(seat.pk for seat in self.group_room_seats)

    @cached_property
    def coordinated_seat_ids(self) -> tuple[int, ...]:
        """The ids of the seats of the groups that this delegation coordinates."""
        return tuple(seat.pk for seat in self.coordinated_seats)

    def owns(self, comment: InputRow) -> bool:
        """Whether an input is this delegation's own, or drafted in a group's room where it sits."""
        return comment.filed_by_id in self.own_and_group_seat_ids

    def coordinates(self, row: RowOfSeat) -> bool:
        """Whether a row is that of a group that this delegation coordinates."""
        return row.seat_id in self.coordinated_seat_ids

    def speaks_for(self, row: RowOfSeat) -> bool:
        """Whether the body whose row this is acts through this delegation today.

        A delegation acts for itself; a group acts through its coordinator of the day, whoever
        filed the input.
        """
        return self.seat is not None and (row.seat_id == self.seat.pk or self.coordinates(row))

    def has_on_record(self, comment: InputRow) -> bool:
        """Whether this delegation filed an input, or acts on it today for its group."""
        acts_for_its_body = comment.submitted_at is not None and self.speaks_for(comment)
        return self.seat is not None and (comment.filed_by_id == self.seat.pk or acts_for_its_body)

    def own_record_filter(self) -> Q:
        """`has_on_record` in SQL."""
        if self.seat is None:
            return Q(pk__in=[])
        return Q(filed_by=self.seat) | Q(
            seat__in=self.coordinated_seat_ids, submitted_at__isnull=False
        )

    def sits_in_group_room_of(self, row: RowOfSeat) -> bool:
        """Whether a row is that of a group in whose room this delegation sits."""
        return row.seat_id in self.group_room_seat_ids

    def may_read_drafting_history(self, comment: InputRow) -> bool:
        """Whether this delegation may read how an input changed before it was submitted."""
        return self.owns(comment) or (comment.in_room and self.sits_in_group_room_of(comment))

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this capacity allows an act, on a row of this consultation.

        `on` is the row: an input, a text, a round … Without it the answer is whether there can be
        any such row: pages use it to show or hide a link.
        """
        reach = REACH_TABLE[act].get(self.capacity.role, Reach.NOBODY)
        if reach is Reach.NOBODY:
            return Verdict(_no_such_act_sentence(self.capacity))
        if act in {Act.MANAGE_POSTS, Act.EDIT_DELEGATIONS}:
            return super().may(act, on)
        if on is None:
            return YES
        if reason := self._why_out_of_reach(reach, on):
            return Verdict(reason)
        guard = GUARDS.get(act)
        return Verdict(guard(self, on)) if guard else YES

    def allowed_acts(self, acts: Iterable[Act], on: Any) -> frozenset[Act]:
        """Those of these acts that `may` allows on one row of this consultation.

        Each reach is tried once, however many acts have it: a page asks many acts of each input.
        """
        role = self.capacity.role
        reach_by_act = {act: REACH_TABLE[act][role] for act in acts if role in REACH_TABLE[act]}
        reaches = set(reach_by_act.values())
        sufficient_reaches = {reach for reach in reaches if not self._why_out_of_reach(reach, on)}
        acts_in_reach = [act for act, reach in reach_by_act.items() if reach in sufficient_reaches]
        return frozenset(
            act for act in acts_in_reach if act not in GUARDS or not GUARDS[act](self, on)
        )

    def _why_out_of_reach(self, reach: Reach, row: Any) -> str:
        """Why an act with this reach does not reach a row; empty where it does."""
        if row.consultation_id != self.consultation.pk:
            return _("This belongs to another consultation.")
        if not hasattr(row, "filed_by_id"):
            # A round, a text, a wording belong to no delegation. A seat that is asked something
            # does: the guards of those acts look whose it is.
            return ""
        # Before submission a row belongs to who wrote it (`_is_hidden`), afterwards to who speaks
        # for its body.
        belongs_to_another = reach is Reach.OWN and row.submitted_at and not self.speaks_for(row)
        if belongs_to_another and self.owns(row):
            return _("Your delegation no longer has the mandate of this group.")
        if belongs_to_another or self._is_hidden(reach, row):
            return _("This belongs to another delegation.")
        return ""

    def _is_hidden(self, reach: Reach, comment: InputRow) -> bool:
        """Whether this capacity may not even know of an input or draft.

        The rule that `readable_inputs_filter` has in SQL.
        """
        if reach is Reach.ALL:
            return comment.submitted_at is None
        if self.owns(comment):
            return comment.discarded_at is not None
        if comment.submitted_at is None:
            return True
        is_shown = is_attributed(comment) and is_readable_by_all(comment.round, self.moment)
        return not (self.sits_in_group_room_of(comment) or is_shown)

    def readable_inputs_filter(self, prefix: str = "", rounds: Iterable[Round] | None = None) -> Q:
        """READ_COMMENT and READ_DRAFT_COMMENT in SQL: the inputs that this capacity may read.

        `prefix` leads to the comment, for example "comment__" from a reply. `rounds` are all of
        the consultation, where they were read already. With them the database need not read them.
        """
        in_consultation = Q(**{f"{prefix}consultation": self.consultation})
        submitted = Q(**{f"{prefix}submitted_at__isnull": False})
        if self.reads_all:
            return in_consultation & submitted
        if self.seat is None:
            return Q(pk__in=[])
        own_inputs = Q(
            **{f"{prefix}filed_by__in": self.own_and_group_seat_ids, f"{prefix}discarded_at": None}
        )
        readable_inputs = attributed_filter(prefix) & Q(
            **{f"{prefix}round__in": self.rounds_readable_by_all(rounds)}
        )
        if self.group_room_seat_ids:
            readable_inputs |= Q(**{f"{prefix}seat__in": self.group_room_seat_ids})
        return in_consultation & (own_inputs | submitted & readable_inputs)

    def rounds_readable_by_all(
        self, rounds: Iterable[Round] | None
    ) -> "QuerySet[Round] | list[int]":
        """The rounds whose inputs all may read now; the ids of those of `rounds`, where given."""
        # The few rounds are looked up once; a join would look them up for every row.
        if rounds is None:
            is_readable = readable_by_all_filter(self.moment, "")
            return Round.objects.filter(is_readable, consultation=self.consultation)
        return [round.pk for round in rounds if is_readable_by_all(round, self.moment)]


def _no_such_act_sentence(capacity: Capacity) -> str:
    return _("As %(role)s you cannot do this.") % {"role": capacity.role_words}


# Acts that need the role, the reach, and a record that is not closed. Most other guards ask for
# that record too.
ACTS_IN_OPEN_RECORD = (
    Act.CIRCULATE, Act.SET_TRANSLATIONS, Act.PUBLISH_REVIEWS,
    Act.SET_DECISIVE_WORDS, Act.WRITE_LETTER, Act.SEND_LETTER, Act.ANNOUNCE, Act.SET_ROUNDS,
    Act.SET_VISIBILITY, Act.TAKE_MINUTES, Act.ISSUE_MINUTES, Act.ANSWER_MINUTES,
    Act.WRITE_BRIDGING, Act.ASK_ON_BRIDGING, Act.LEAD_SILENCE,
)  # fmt: skip
# Acts that need an input that is submitted, and an open record.
ACTS_ON_SUBMITTED_INPUTS = (Act.ACKNOWLEDGE_REVIEW, Act.REPLY, Act.REVIEW, Act.GATHER_INPUTS)
# For each act, the function that says why the moment or the state of a row forbids it, or
# an empty string. An act without a guard depends on the table alone.
GUARDS: dict[Act, Callable[[Access, Any], str]] = {
    **dict.fromkeys(ACTS_IN_OPEN_RECORD, guards.why_record_is_closed),
    Act.EDIT_TEXT: guards.why_cannot_edit_text,
    Act.SET_STATE: guards.why_cannot_set_state,
    Act.PROJECT: guards.why_cannot_project,
    **dict.fromkeys((Act.SET_ROOMS, Act.ASSIGN_PARTS, Act.SET_TEXTS), guards.why_not_in_plenary),
    Act.DRAFT_COMMENT: guards.why_not_draft_in_open_round,
    Act.READ_DRAFT_COMMENT: guards.why_not_draft,
    Act.DISCARD_COMMENT: guards.why_cannot_discard,
    Act.ENTER_RECEIVED: guards.why_round_takes_no_inputs,
    **dict.fromkeys((Act.SEND_FOR_CLEARANCE, Act.CLEAR_COMMENT), guards.why_cannot_clear),
    Act.GIVE_DRAFT: guards.why_cannot_give,
    Act.SUBMIT_COMMENT: guards.why_cannot_submit,
    Act.SET_SILENCE: guards.why_not_coordinator,
    Act.OBJECT: guards.why_cannot_object,
    Act.OPT_OUT: guards.why_cannot_opt_out,
    Act.WITHDRAW_COMMENT: guards.why_cannot_withdraw,
    Act.DRAFT_VERSION: guards.why_cannot_draft_version,
    **dict.fromkeys(ACTS_ON_SUBMITTED_INPUTS, guards.why_cannot_answer),
    Act.ALIGN: guards.why_cannot_align,
    **dict.fromkeys((Act.READ_UNPUBLISHED_REVIEW, Act.READ_REVIEW), guards.why_not_submitted),
    Act.ANSWER_BRIDGING: guards.why_cannot_answer_bridging,
    Act.BREAK_SILENCE: guards.why_cannot_break_silence,
}
