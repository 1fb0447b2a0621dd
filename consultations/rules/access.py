"""The only place of rules: who acts in which capacity, and how far each act reaches.

`enter` (in `access_factory`) gives an `Access` or 404: what you may not see does not exist. `may`
answers with a verdict that is falsy with a reason; `require` raises `Refused` and is called inside
every action. Querysets spell the same cells in SQL (`visible_to`); a grid proves that both agree.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from consultations.models import Consultation, Round, Seat
from consultations.rules import guards
from consultations.rules.acts_table import (
    DELEGATES,
    FACILITATORS,
    READERS_OF_ALL,
    TABLE,
    Act,
    Reach,
    Role,
)
from consultations.rules.consent import is_named, named
from consultations.rules.held_parts import rooms_chaired_by
from consultations.rules.phases import is_readable_by_all, readable_by_all
from consultations.rules.reach import (
    secretariat_member_among,
    slugs_by_delegation,
    why_no_account,
    why_no_erasure,
)
from consultations.rules.verdict import YES, Verdict
from delegations.models import Delegation, User

__all__ = [
    "DELEGATES",
    "FACILITATORS",
    "READERS_OF_ALL",
    "TABLE",
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


# --- Actor and access ----------------------------------------------------------------------------


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
class Actor:
    """A user in one capacity, outside any consultation: may manage delegations and posts."""

    user: User
    capacity: Capacity
    delegation: Delegation | None
    moment: datetime

    @property
    def role(self) -> Role:
        return self.capacity.role

    @property
    def capacity_words(self) -> str:
        """The capacity as the record keeps it: in English, whatever the language of the page."""
        of_delegation = self.delegation if self.capacity.role in DELEGATES else None
        name = of_delegation.short_en if of_delegation else self.capacity.name
        role = self.capacity.role.replace("co_", "co-").replace("_", " ")
        return f"{role}, {name}"

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this capacity allows an act on a delegation, outside any consultation."""
        reach = TABLE[act].get(self.capacity.role, Reach.NOBODY)
        if reach is Reach.NOBODY:
            return Verdict(_no_such_act_sentence(self.capacity))
        if on is None or self.within_reach(act, [on.pk]):
            return YES
        if reach is Reach.OWN:
            return Verdict(_("This belongs to another delegation."))
        return Verdict(
            _("%(delegation)s has no seat in your consultation.") % {"delegation": on.name}
        )

    def within_reach(self, act: Act, delegations: Iterable[int]) -> frozenset[int]:
        """Those of these delegations, by their keys, on which this capacity may do the act.

        The secretariat reaches those that sit in its consultation, in one query for all. It may
        also edit delegations that sit nowhere yet, but gives nobody a post there.
        """
        wanted = frozenset(delegations)
        reach = TABLE[act].get(self.capacity.role, Reach.NOBODY)
        if reach is Reach.OWN:
            return wanted & {getattr(self.delegation, "pk", None)}
        if reach is Reach.NOBODY or not wanted:
            return frozenset()
        sitting = slugs_by_delegation(wanted)
        here = {key for key in wanted if self.capacity.consultation_slug in sitting.get(key, ())}
        nowhere = wanted - sitting.keys() if act == Act.EDIT_DELEGATIONS else set()
        return frozenset(here | nowhere)

    def require_recipient(self, users: Iterable[User]) -> None:
        """Raise `Refused` where the secretariat would give a post to one of its own people."""
        member = secretariat_member_among(users) if self.role is Role.SECRETARIAT else None
        if member is not None:
            raise Refused(
                _(
                    "%(name)s is in the secretariat. Only a focal point of the delegation can "
                    "give them a post there."
                )
                % {"name": member}
            )

    def require_account(self, user: User) -> None:
        """Raise `Refused` where an account reaches further than this secretariat does."""
        reason = why_no_account(user, self.capacity.consultation_slug)
        if reason and user.pk != self.user.pk:
            raise Refused(reason)

    def require_whole_account(self, user: User) -> None:
        """Raise `Refused` where a person is, or was, more than this secretariat reaches."""
        if reason := why_no_erasure(user, self.capacity.consultation_slug):
            raise Refused(reason)

    def require(self, act: Act, on: Any = None) -> None:
        """Raise `Refused` with the reason unless `may`."""
        if reason := self.may(act, on).reason:
            raise Refused(reason)


@dataclass(frozen=True)
class Access(Actor):
    """A user in one capacity inside one consultation."""

    consultation: Consultation
    seat: Seat | None = None
    # The groups that the delegation coordinates, and files for.
    group_seats: tuple[Seat, ...] = field(default=())
    # The groups in whose rooms it sits: as a member, or as their coordinator.
    room_seats: tuple[Seat, ...] = field(default=())

    @cached_property
    def reads_all(self) -> bool:
        """Facilitators and the secretariat read every submitted input."""
        return self.capacity.role in READERS_OF_ALL

    @cached_property
    def sees_mails(self) -> bool:
        """Whether this capacity may see the mails of the consultation."""
        return bool(self.may(Act.SEE_MAILS))

    @cached_property
    def is_delegate(self) -> bool:
        return self.capacity.role in DELEGATES

    @cached_property
    def is_facilitator(self) -> bool:
        return self.capacity.role in FACILITATORS

    @cached_property
    def chaired_rooms(self) -> frozenset[int]:
        """The working rooms that this person chairs in this function."""
        if not self.is_facilitator:
            return frozenset()
        return rooms_chaired_by(self.user, self.capacity.role, self.consultation.pk)

    @property
    def is_in_plenary(self) -> bool:
        """Whether one acts for all: co-facilitators, and their staff who chair no room."""
        is_leading = self.capacity.role is Role.CO_FACILITATOR
        return is_leading or not self.chaired_rooms

    @cached_property
    def own_keys(self) -> frozenset[int]:
        """The seats where this delegation writes: its own, and the rooms of its groups."""
        return frozenset((self.seat.pk, *self.room_keys)) if self.seat else frozenset()

    @cached_property
    def room_keys(self) -> tuple[int, ...]:
        return tuple(seat.pk for seat in self.room_seats)

    @cached_property
    def group_keys(self) -> tuple[int, ...]:
        return tuple(seat.pk for seat in self.group_seats)

    def owns(self, row: Any) -> bool:
        """Whether a row is this delegation's own, or drafted in the room of a group it sits in."""
        return row.filed_by_id in self.own_keys

    def coordinates(self, row: Any) -> bool:
        """Whether a row is the input of a group that this delegation coordinates."""
        return row.seat_id in self.group_keys

    def speaks_for(self, row: Any) -> bool:
        """Whether the body whose row this is acts through this delegation today.

        A delegation acts for itself; a group acts through its coordinator of the day, whoever
        filed the input.
        """
        return self.seat is not None and (row.seat_id == self.seat.pk or self.coordinates(row))

    def has_on_record(self, row: Any) -> bool:
        """Whether a row is among `own_record`: filed by this delegation, or its to act on today."""
        is_to_act_on = row.submitted_at is not None and self.speaks_for(row)
        return self.seat is not None and (row.filed_by_id == self.seat.pk or is_to_act_on)

    def own_record(self) -> Q:
        """`has_on_record` in SQL."""
        if self.seat is None:
            return Q(pk__in=[])
        return Q(filed_by=self.seat) | Q(seat__in=self.group_keys, submitted_at__isnull=False)

    def shares(self, row: Any) -> bool:
        """Whether a row is the input of a group in whose room this delegation sits."""
        return row.seat_id in self.room_keys

    def reads_whole(self, row: Any) -> bool:
        """Whether the steps before submission are this delegation's to read (domain, rule 1)."""
        return self.owns(row) or (row.in_room and self.shares(row))

    def may(self, act: Act, on: Any = None) -> Verdict:
        """Whether this capacity allows an act, on a row of this consultation.

        Without a row the answer is whether there can be any such row: pages use it to show or
        hide a link.
        """
        reach = TABLE[act].get(self.capacity.role, Reach.NOBODY)
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

    def allowed(self, acts: Iterable[Act], on: Any) -> frozenset[Act]:
        """Those of these acts that `may` allows on one row of a consultation."""
        role = self.capacity.role
        reaches = {act: TABLE[act][role] for act in acts if role in TABLE[act]}
        within = {r for r in {*reaches.values()} if not self._why_out_of_reach(r, on)}
        in_reach = (act for act, reach in reaches.items() if reach in within)
        return frozenset(act for act in in_reach if act not in GUARDS or not GUARDS[act](self, on))

    def _why_out_of_reach(self, reach: Reach, row: Any) -> str:
        if row.consultation_id != self.consultation.pk:
            return _("This belongs to another consultation.")
        if not hasattr(row, "filed_by_id"):
            return ""  # a round, a text, a wording: of the consultation, nobody's own
        is_anothers = reach is Reach.OWN and row.submitted_at and not self.speaks_for(row)
        if is_anothers and self.owns(row):
            return _("Your delegation no longer has the mandate of this group.")
        if is_anothers or self._is_hidden(reach, row):
            return _("This belongs to another delegation.")
        return ""

    def _is_hidden(self, reach: Reach, row: Any) -> bool:
        if reach is Reach.ALL:
            return row.submitted_at is None
        if self.owns(row):
            return row.discarded_at is not None
        if row.submitted_at is None:
            return True
        is_shown = is_named(row) and is_readable_by_all(row.round, self.moment)
        return not (self.shares(row) or is_shown)

    def reading(self, prefix: str = "", rounds: Iterable[Round] | None = None) -> Q:
        """READ_COMMENT and READ_DRAFT_COMMENT in SQL: the rows this capacity may read.

        `prefix` leads to the comment, for example "comment__" from a reply. `rounds` are all of
        the consultation, where they were read already.
        """
        here = Q(**{f"{prefix}consultation": self.consultation})
        submitted = Q(**{f"{prefix}submitted_at__isnull": False})
        if self.reads_all:
            return here & submitted
        if self.seat is None:
            return Q(pk__in=[])
        own = Q(**{f"{prefix}filed_by__in": self.own_keys, f"{prefix}discarded_at": None})
        others = named(prefix) & Q(**{f"{prefix}round__in": self.rounds_readable_by_all(rounds)})
        if self.room_keys:
            others |= Q(**{f"{prefix}seat__in": self.room_keys})
        return here & (own | submitted & others)

    def rounds_readable_by_all(self, rounds: Iterable[Round] | None) -> Any:
        # The few rounds are looked up once; a join would look them up for every row.
        if rounds is None:
            readable = readable_by_all(self.moment, "")
            return Round.objects.filter(readable, consultation=self.consultation)
        return [round.pk for round in rounds if is_readable_by_all(round, self.moment)]


def _no_such_act_sentence(capacity: Capacity) -> str:
    return _("As %(role)s you cannot do this.") % {"role": capacity.role_words}


_WHILE_OPEN = (
    Act.CIRCULATE, Act.SET_TRANSLATIONS, Act.PUBLISH_REVIEWS,
    Act.SET_DECISIVE_WORDS, Act.WRITE_LETTER, Act.SEND_LETTER, Act.ANNOUNCE, Act.SET_ROUNDS,
    Act.SET_VISIBILITY, Act.TAKE_MINUTES, Act.ISSUE_MINUTES, Act.ANSWER_MINUTES,
    Act.WRITE_BRIDGING, Act.ASK_ON_BRIDGING, Act.LEAD_SILENCE,
)  # fmt: skip
# What the moment and the state of a row add to the table.
_ON_WHAT_WAS_SUBMITTED = (Act.ACKNOWLEDGE_REVIEW, Act.REPLY, Act.REVIEW, Act.GATHER_INPUTS)
GUARDS: dict[Act, Callable[[Access, Any], str]] = {
    **dict.fromkeys(_WHILE_OPEN, guards.record_is_open),
    Act.EDIT_TEXT: guards.can_edit_text,
    Act.SET_STATE: guards.can_set_state,
    Act.PROJECT: guards.can_project,
    **dict.fromkeys((Act.SET_ROOMS, Act.ASSIGN_PARTS, Act.SET_TEXTS), guards.in_plenary),
    Act.DRAFT_COMMENT: guards.unsent_in_open_round,
    Act.READ_DRAFT_COMMENT: guards.is_unsent,
    Act.DISCARD_COMMENT: guards.can_discard,
    Act.ENTER_RECEIVED: guards.round_takes_inputs,
    **dict.fromkeys((Act.SEND_FOR_CLEARANCE, Act.CLEAR_COMMENT), guards.can_clear),
    Act.GIVE_DRAFT: guards.can_give,
    Act.SUBMIT_COMMENT: guards.can_submit,
    Act.SET_SILENCE: guards.coordinator_only,
    Act.OBJECT: guards.can_object,
    Act.OPT_OUT: guards.can_opt_out,
    Act.WITHDRAW_COMMENT: guards.can_withdraw,
    Act.DRAFT_VERSION: guards.can_draft_version,
    **dict.fromkeys(_ON_WHAT_WAS_SUBMITTED, guards.can_answer),
    Act.ALIGN: guards.can_align,
    **dict.fromkeys((Act.READ_UNPUBLISHED_REVIEW, Act.READ_REVIEW), guards.was_submitted),
    Act.ANSWER_BRIDGING: guards.can_answer_bridging,
    Act.BREAK_SILENCE: guards.can_break_silence,
}
