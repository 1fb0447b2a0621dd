"""Random acts on brackets, and their undoing: signs in the text and rows agree."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st

from drafts.brackets.acts import (
    add_alternative,
    lift_bracket,
    narrow_bracket,
    put_bracket,
    split_bracket,
)
from drafts.brackets.pairs import brackets_in
from drafts.desk.acts import merge_paragraphs, restore_paragraph, split_paragraph, strike_paragraph
from drafts.desk.steps import redo_step, undo_step
from drafts.models import Bracket, Draft, Paragraph
from tests.drafts.brackets.bracketed import require_agreement, reword, seats_of, stored
from tests.drafts.desk.leading import Leading, rows_of, text_with
from tests.nights import examples

pytestmark = [pytest.mark.django_db, pytest.mark.long]

# What one act is: its name, and three numbers that say where.
ACTS = st.tuples(
    st.sampled_from(
        "put put put alternative keep drop choose narrow split type type undo undo redo strike"
        " restore cut join".split()
    ),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 40),
)
TYPED = st.text(alphabet="ab [] ／/", min_size=1, max_size=24).filter(str.strip)


class BracketDesk:
    """A text, the acts by name, and what its paragraphs said after each step."""

    def __init__(self, leading: Leading, draft: Draft, seats: Any) -> None:
        self.leading, self.draft, self.seats = leading, draft, seats

    def do(self, name: str, where: int, start: int, end: int, typed: str) -> None:
        act: Callable[..., Any] = getattr(self, name)
        try:
            with transaction.atomic():
                act(where, start, end, typed)
        except ValidationError:
            pass  # refused: then nothing may have changed

    def row(self, where: int) -> Paragraph:
        rows = rows_of(self.draft)
        if not rows:
            raise ValidationError("none")
        return rows[where % len(rows)]

    def bracket(self, where: int) -> tuple[Bracket, int]:
        rows = Bracket.objects.open_in(self.draft).select_related("paragraph__draft", "meeting")
        found = list(rows)
        if not found:
            raise ValidationError("none")
        bracket = found[where % len(found)]
        return bracket, bracket.paragraph.version

    def on(self, act: Any, where: int, **more: Any) -> None:
        bracket, version = self.bracket(where)
        act(access=self.leading.leader, bracket=bracket, version=version, **more)

    def put(self, where: int, start: int, end: int, _typed: str) -> None:
        row = self.row(where)
        size = len(row.text) + 1
        put_bracket(
            access=self.leading.leader,
            paragraph=row,
            version=row.version,
            start=start % size,
            end=end % size,
            asking_seats=self.seats[: where % 3],
        )

    def alternative(self, where: int, _start: int, _end: int, typed: str) -> None:
        self.on(add_alternative, where, words=typed, asking_seats=self.seats[:1])

    def keep(self, where: int, *_rest: Any) -> None:
        self.on(lift_bracket, where, lift_kind="kept")

    def drop(self, where: int, *_rest: Any) -> None:
        self.on(lift_bracket, where, lift_kind="dropped")

    def choose(self, where: int, start: int, *_rest: Any) -> None:
        self.on(lift_bracket, where, lift_kind="chosen", alternative_index=start % 3)

    def narrow(self, where: int, start: int, end: int, _typed: str) -> None:
        self.on(narrow_bracket, where, start=start, end=end)

    def split(self, where: int, start: int, *_rest: Any) -> None:
        self.on(split_bracket, where, cut_index=start)

    def type(self, where: int, start: int, end: int, typed: str) -> None:
        row = self.row(where)
        at = start % (len(row.text) + 1)
        reword(self.leading, row, row.text[:at] + typed + row.text[at + end % 5 :])

    def undo(self, where: int, *_rest: Any) -> None:
        steps = list(self.draft.steps.filter(undone_at=None).order_by("-number")[:2])
        if steps:
            undo_step(access=self.leading.leader, step=steps[where % len(steps)])

    def redo(self, *_rest: Any) -> None:
        step = self.draft.steps.exclude(undone_at=None).order_by("-undone_at").first()
        if step:
            redo_step(access=self.leading.leader, step=step)

    def strike(self, where: int, *_rest: Any) -> None:
        if len(rows_of(self.draft)) > 1:
            strike_paragraph(access=self.leading.leader, paragraph=self.row(where))

    def restore(self, *_rest: Any) -> None:
        row = self.draft.paragraphs.kept().exclude(struck_at=None).first()
        if row:
            restore_paragraph(access=self.leading.leader, paragraph=stored(row))

    def cut(self, where: int, start: int, *_rest: Any) -> None:
        row = self.row(where)
        at = start % (len(row.text) + 1)
        split_paragraph(
            access=self.leading.leader, paragraph=row, texts=[row.text[:at], row.text[at:]]
        )

    def join(self, where: int, *_rest: Any) -> None:
        self.row(where)
        rows = rows_of(self.draft)
        one, other = rows[where % len(rows)], rows[(where + 1) % len(rows)]
        merge_paragraphs(
            access=self.leading.leader,
            paragraphs=[one, other],
            text=f"{one.text} {other.text}",
        )

    def lone(self) -> int:
        return sum(not brackets_in(row.text).all_paired for row in rows_of(self.draft))

    def reading(self) -> dict[str, tuple[str, Any]]:
        """What each paragraph says, and which brackets stand where in it."""
        rows = Paragraph.objects.filter(draft=self.draft).in_force()
        return {
            str(row.public_id): (
                row.text,
                [
                    [str(one.public_id), one.start, one.end]
                    for one in row.brackets.filter(is_open=True).order_by("start")
                ],
            )
            for row in rows
        }


BRACKET_ACTS = frozenset("put keep drop choose narrow split alternative".split())


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=st.lists(st.tuples(ACTS, TYPED), min_size=3, max_size=14))
# Typed words end a bracket early; taken back, the bracket is the same as before.
@example(sequence=[(("type", 14, 28, 0), "//]")])
# A bracket taken back is not put again on a paragraph that was joined to another meanwhile.
@example(
    sequence=[
        (("put", 1, 0, 1), "["),
        (("keep", 0, 0, 0), "["),
        (("undo", 1, 0, 0), "["),
        (("join", 0, 0, 0), "["),
        (("redo", 0, 0, 0), "["),
    ]
)
def test_signs_and_objects_agree_and_every_reading_is_a_recorded_one(
    leading: Leading, sequence: list[tuple[tuple[str, int, int, int], str]]
) -> None:
    with transaction.atomic():
        seats = seats_of(leading, "FRA", "JPN")
        count = Draft.objects.count()
        draft = text_with(
            leading.leader,
            "States [shall / should] act [in [due] time].",
            "They meet.",
            "[Option A: a b.] [Option B: c.]",
            slug=f"plan-{count}",
        )
        desk = BracketDesk(leading, draft, seats)
        recorded = [desk.reading()]
        for (name, where, start, end), typed in sequence:
            lone = desk.lone()
            desk.do(name, where, start, end, typed)
            require_agreement(draft)
            if name in BRACKET_ACTS:
                assert desk.lone() <= lone, name
            recorded.append(desk.reading())
        _undo_all(desk, recorded)
        transaction.set_rollback(True)


def _undo_all(desk: BracketDesk, recorded: list[dict[str, tuple[str, Any]]]) -> None:
    """Taken back one after the other, every state on the way is one that was recorded."""
    if desk.draft.steps.exclude(undone_at=None).exists():
        return  # a step behind one that was undone need not fit any more
    for step in list(desk.draft.steps.select_related("draft").order_by("-number"))[:-1]:
        undo_step(access=desk.leading.leader, step=step)
        require_agreement(desk.draft)
        assert desk.reading() in recorded
