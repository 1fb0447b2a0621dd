"""Random sequences of acts leave a valid state, and a history that replays to it.

Beside the database runs a small model of what the domain says (section 2, rules 1, 3 and 4): who
may do what to a comment in which state. Every act either does what the model says, or is refused
and changes nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st

from comments.drafting import acts, passing_on, versions
from comments.inputs.content import CommentContent
from comments.models import Comment, CommentState
from comments.submitting import acts as submitting_acts
from consultations.rules.access import Access, Refused
from drafts.desk.acts import StaleVersion
from tests.nights import examples
from tests.room import Room, loaded

pytestmark = pytest.mark.every_server

# Few people and few comments, so that much happens to each; who may do most comes most often.
PEOPLE = (
    "FRA contributor",
    "FRA deputy",
    "FRA focal_point",
    "FRA focal_point",
    "IOM focal_point",
)
ACTS = (
    "draft",
    "edit",
    "clear",
    "return",
    "discard",
    "submit",
    "supersede",
    "version",
    "withdraw",
)
AT_ONCE = ("submit", "clear", "return")

DRAFTED, CLEARED, SUBMITTED, WITHDRAWN, SUPERSEDED, DISCARDED = CommentState
UNSENT = {DRAFTED, CLEARED}

# Who may do it, in which states, and what it becomes; a draft is changed by all its own people.
RULES: dict[str, tuple[set[str], set[CommentState], CommentState]] = {
    "edit": ({"contributor", "deputy", "focal_point"}, UNSENT, DRAFTED),
    "discard": ({"contributor", "deputy", "focal_point"}, UNSENT, DISCARDED),
    "clear": ({"deputy", "focal_point"}, UNSENT, CLEARED),
    "return": ({"deputy", "focal_point"}, UNSENT, DRAFTED),
    "submit": ({"focal_point"}, UNSENT, SUBMITTED),
    "supersede": ({"focal_point"}, {SUBMITTED}, SUPERSEDED),
    # The input stands as it is; beside it a draft of its new version begins.
    "version": ({"contributor", "deputy", "focal_point"}, {SUBMITTED}, SUBMITTED),
    "withdraw": ({"focal_point"}, {SUBMITTED}, WITHDRAWN),
}
# The steps that a history may show, from the first record to the last.
STEPS = {
    None: {DRAFTED, SUBMITTED},  # a new version is submitted as it is written
    DRAFTED: {DRAFTED, CLEARED, SUBMITTED, DISCARDED},
    CLEARED: {DRAFTED, CLEARED, SUBMITTED, DISCARDED},
    SUBMITTED: {WITHDRAWN, SUPERSEDED},
    WITHDRAWN: set(),
    SUPERSEDED: set(),
    DISCARDED: set(),
}


class Step(NamedTuple):
    """Somebody does something to a comment; `version` behind the present one is a stale page."""

    who: str
    act: str
    target: int
    words: str
    is_stale: bool
    at_once: bool


steps = st.builds(
    Step,
    who=st.sampled_from(PEOPLE),
    act=st.sampled_from(ACTS),
    target=st.integers(0, 3),
    words=st.sampled_from(["shall", "should", "may\u00a0not", "ينبغي", "应当"]),
    is_stale=st.sampled_from([False, False, False, True]),
    at_once=st.booleans(),
)


@dataclass
class Expected:
    """A comment as the model has it."""

    pk: int
    code: str
    state: CommentState
    words: str
    number: int | None = None
    changes: int = 1
    amends: int | None = None


@dataclass
class ExpectedRecord:
    """What has happened so far: the people's accesses, the comments, and the numbers given."""

    room: Room
    accesses: dict[str, Access] = field(default_factory=dict)
    comments: list[Expected] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    minutes: int = 0

    def access(self, who: str) -> Access:
        """Each act a minute after the last."""
        if who not in self.accesses:
            self.accesses[who] = self.room.access(who)
        self.minutes += 1
        moment = self.room.now + timedelta(minutes=self.minutes)
        return replace(self.accesses[who], moment=moment)

    def new(self, comment: Comment, code: str, state: CommentState, words: str) -> Expected:
        made = Expected(comment.pk, code, state, words)
        self.comments.append(made)
        return made

    def take_number(self, code: str) -> int:
        self.numbers[code] += 1
        return self.numbers[code]


def _step(who: str, act: str, target: int = 0) -> Step:
    return Step(who, act, target, words="shall", is_stale=False, at_once=False)


# One comment all the way; then each version is withdrawn, of which only the last may be.
WHOLE_WAY = [
    _step("FRA contributor", "draft"),
    _step("FRA deputy", "return"),
    _step("FRA contributor", "edit"),
    _step("FRA deputy", "clear"),
    _step("FRA focal_point", "submit"),
    _step("FRA focal_point", "supersede"),
    _step("FRA focal_point", "withdraw"),
    _step("FRA focal_point", "withdraw", 1),
]


# A new version is drafted, cleared and submitted; the drafts of another are left when it goes.
SECOND_THOUGHTS = [
    _step("FRA focal_point", "draft"),
    _step("FRA focal_point", "submit"),
    _step("FRA contributor", "version"),
    _step("FRA contributor", "version"),
    _step("FRA deputy", "clear", 1),
    Step("FRA focal_point", "submit", 1, words="shall", is_stale=False, at_once=True),
    _step("FRA focal_point", "submit", 1),
    _step("FRA deputy", "clear", 2),
    _step("FRA focal_point", "withdraw", 1),
    _step("FRA focal_point", "submit", 2),
]


@example(story=SECOND_THOUGHTS)
@example(story=WHOLE_WAY)
@given(story=st.lists(steps, min_size=10, max_size=40))
@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_sequence_of_acts_leaves_a_valid_state_and_a_history_that_replays_to_it(
    room: Room, story: list[Step]
) -> None:
    with transaction.atomic():
        told = ExpectedRecord(room, numbers=_numbers_so_far())
        for step in story:
            _take(told, step)
        for expected in told.comments:
            _check_row(expected)
            _check_history(expected)
        _check_numbers()
        transaction.set_rollback(True)


# --- One step -------------------------------------------------------------------------------------


def _take(told: ExpectedRecord, step: Step) -> None:
    """Do it, and change the model in the same way; or see it refused, with nothing changed."""
    if step.act == "draft" or not told.comments:
        _draft(told, step)
        return
    chosen = _chosen(told, step)
    allowed = all(_is_allowed(step, one) for one in chosen) and not _is_twice(step, chosen)
    before = _rows(told)
    refusal, made = _tried(told, step, chosen)
    assert allowed == (refusal is None), f"{step} on {chosen}: {refusal or 'taken'}"
    if allowed:
        _follow(told, step, chosen, made)
    else:
        assert _rows(told) == before


def _tried(
    told: ExpectedRecord, step: Step, chosen: list[Expected]
) -> tuple[Exception | None, Any]:
    try:
        with transaction.atomic():
            return None, _do(told, step, chosen)
    except (Refused, ValidationError, StaleVersion) as error:
        return error, None


def _draft(told: ExpectedRecord, step: Step) -> None:
    access = told.access(step.who)
    made = acts.draft_comment(
        access=access,
        wording=told.room.wording(told.room.revision, 3),
        content=_said(step),
    )
    told.new(made, _code(step), DRAFTED, step.words)


def _chosen(told: ExpectedRecord, step: Step) -> list[Expected]:
    """The comment that is meant; with several at once, the next one too where it is unlike it."""
    several = step.at_once and step.act in AT_ONCE
    targets = [step.target, step.target + 1] if several else [step.target]
    found = [told.comments[target % len(told.comments)] for target in targets]
    return found if len(found) < 2 or found[0] is not found[1] else found[:1]


def _is_allowed(step: Step, one: Expected) -> bool:
    roles, states, _becomes = RULES[step.act]
    code, role = step.who.split()
    if code != one.code:
        return False
    if _is_pressed_again(step, one):
        return True
    is_stale = step.act == "edit" and step.is_stale
    return role in roles and one.state in states and not is_stale


def _is_pressed_again(step: Step, one: Expected) -> bool:
    """Submitted already: the act answers with what stands, and changes nothing."""
    return step.act == "submit" and one.state in {SUBMITTED, WITHDRAWN, SUPERSEDED}


def _is_twice(step: Step, chosen: list[Expected]) -> bool:
    """Two new versions of one input do not go together."""
    amended = [(one.code, one.amends) for one in chosen if one.amends and one.state in UNSENT]
    return step.act == "submit" and len(amended) > len(set(amended))


def _do(told: ExpectedRecord, step: Step, chosen: list[Expected]) -> Any:
    access = told.access(step.who)
    by_key = {row.pk: row for row in loaded().filter(pk__in=[one.pk for one in chosen])}
    rows = [by_key[one.pk] for one in chosen]
    row = rows[0]
    if step.act == "submit":
        return submitting_acts.submit_comments(access=access, comments=rows)
    if step.act in AT_ONCE and step.at_once:
        return _several(access, step, rows)
    if step.act == "edit":
        version = row.version - step.is_stale
        return acts.edit_comment(access=access, comment=row, version=version, content=_said(step))
    if step.act == "return":
        return acts.return_comment(access=access, comment=row, reason=step.words)
    if step.act == "withdraw":
        return submitting_acts.withdraw_comment(access=access, comment=row, reason=step.words)
    if step.act == "supersede":
        return submitting_acts.supersede_comment(access=access, comment=row, content=_said(step))
    if step.act == "version":
        return versions.draft_version(access=access, comment=row, content=_said(step))
    act = {"clear": acts.clear_comment, "discard": acts.discard_comment}[step.act]
    return act(access=access, comment=row)


def _several(access: Access, step: Step, rows: list[Comment]) -> list[Comment]:
    versions = {row.public_id: row.version for row in rows}
    if step.act == "clear":
        return passing_on.clear_comments(access=access, comments=rows, versions=versions)
    return passing_on.return_comments(
        access=access, comments=rows, versions=versions, reason=step.words
    )


def _said(step: Step) -> CommentContent:
    because = f"Because {step.words}."
    return CommentContent(kind="replace", proposed=step.words, rationale=because)


def _follow(told: ExpectedRecord, step: Step, chosen: list[Expected], made: Any) -> None:
    """The model after the act."""
    _roles, _states, becomes = RULES[step.act]
    for one in chosen:
        if _is_pressed_again(step, one):
            continue
        if step.act == "clear" and one.state is CLEARED:
            continue  # cleared already: not written again
        if step.act == "version":
            told.new(made, one.code, DRAFTED, step.words).amends = one.number
            continue
        one.state = becomes
        one.changes += 1
        if step.act == "edit":
            one.words = step.words
        if step.act == "submit":
            one.number = _replaced(told, one) or told.take_number(one.code)
        if step.act == "withdraw":
            _set_free(told, one)
    if step.act == "supersede":
        new = told.new(made, chosen[0].code, SUBMITTED, step.words)
        new.number = chosen[0].number


def _replaced(told: ExpectedRecord, draft: Expected) -> int | None:
    """A new version takes the place of what stands under its number."""
    for one in told.comments if draft.amends else ():
        if (one.code, one.number, one.state) == (draft.code, draft.amends, SUBMITTED):
            one.state = SUPERSEDED
            one.changes += 1
    return draft.amends


def _set_free(told: ExpectedRecord, gone: Expected) -> None:
    """Drafts of a new version of what is withdrawn are drafts of their own, to be cleared anew."""
    for one in told.comments:
        if (one.code, one.amends) == (gone.code, gone.number) and one.state in UNSENT:
            one.amends, one.state = None, DRAFTED
            one.changes += 1


# --- What must hold in the end --------------------------------------------------------------------


def _check_row(expected: Expected) -> None:
    row = loaded().get(pk=expected.pk)
    assert (row.state, row.number, row.proposed, row.amends) == (
        expected.state,
        expected.number,
        expected.words,
        expected.amends,
    )


def _check_history(expected: Expected) -> None:
    """One record for each change, each with its hand; step by step to what stands in the row."""
    row = loaded().get(pk=expected.pk)
    records = list(row.history.order_by("history_id"))
    assert len(records) == expected.changes
    assert all(record.history_user_id and record.history_change_reason for record in records)
    state, sealed = None, None
    for record in records:
        assert record.instance.state in STEPS[state], f"{state} → {record.instance.state}"
        state = record.instance.state
        content = (record.number, record.proposed, record.rationale, record.wording_id)
        assert sealed in {None, content}, "what was submitted never changes"
        sealed = content if record.submitted_at else None
    replayed = records[-1].instance
    assert all(
        getattr(replayed, name) == getattr(row, name)
        for name in (field.attname for field in row._meta.fields)
        if hasattr(records[-1], name)
    )


def _check_numbers() -> None:
    """Each number has one version that stands at the end of its chain; none is left out."""
    for seat in set(Comment.objects.values_list("seat", flat=True)):
        rows = Comment.objects.filter(seat=seat, superseded_at=None, number__isnull=False)
        numbers = list(rows.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


def _numbers_so_far() -> dict[str, int]:
    highest = dict.fromkeys((who.split()[0] for who in PEOPLE), 0)
    rows = Comment.objects.filter(number__isnull=False).values_list(
        "seat__delegation__code", "number"
    )
    for code, number in rows:
        if code in highest and number is not None:
            highest[code] = max(highest[code], number)
    return highest


def _rows(told: ExpectedRecord) -> list[dict[str, Any]]:
    keys = [one.pk for one in told.comments]
    return [dict(row) for row in Comment.objects.filter(pk__in=keys).order_by("pk").values()]


def _code(step: Step) -> str:
    return step.who.split()[0]
