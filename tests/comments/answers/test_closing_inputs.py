"""An input is closed without an answer when its round allows it, with history, and reopened."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from comments.answers import acts
from comments.answers.acts import close_without_answer, first_closing_moment, reopen_input
from comments.inputs.queries import unanswered_inputs
from comments.models import Closure, Comment, Review
from comments.review.queries import ANSWERED, OPEN, QueueFilter, progress_by_text, queue_of
from consultations.models import Round, Visibility
from consultations.rules.access import Refused
from consultations.timetable.acts import create_round
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, loaded

pytestmark = pytest.mark.django_db
REASON = "zq-closed-for-a-reason-qz"


@pytest.fixture
def open_input(room: Room) -> Comment:
    """The one input that nobody answered; its round closed 10 days ago, and says 3."""
    found = unanswered_inputs(room.access("staff")).get()
    closed = {"opens_at": room.at(-40), "deadline": room.at(-10), "closable_after_days": 3}
    Round.objects.filter(pk=found.round_id).update(**closed)
    stored: Comment = loaded().get(pk=found.pk)
    return stored


def close(room: Room, open_input: Comment, days: float = 0, reason: str = REASON) -> Closure:
    access = room.access("co_facilitator", days)
    return close_without_answer(
        access=access, comment=loaded().get(pk=open_input.pk), reason=reason
    )


def test_it_is_closed_with_a_history_and_counts_as_open_no_more(
    room: Room, open_input: Comment
) -> None:
    staff = room.access("staff")
    (before,) = progress_by_text(staff)
    closure = close(room, open_input)
    assert closure.history.get().history_change_reason.startswith("co-facilitator, ")
    assert not unanswered_inputs(staff).exists()
    (after,) = progress_by_text(staff)
    assert (before.unanswered_count, after.unanswered_count) == (1, 0)
    for state, count in ((OPEN, 0), (ANSWERED, after.input_count)):
        rows = queue_of(staff, QueueFilter(state=state)).paragraphs
        assert sum(row.input_count for row in rows) == count
    assert close(room, open_input).pk == closure.pk  # a second click writes nothing
    assert not Review.objects.filter(comment=open_input).exists()


def test_only_after_the_days_that_its_round_states(room: Room, open_input: Comment) -> None:
    Round.objects.filter(pk=open_input.round_id).update(closable_after_days=10)
    with pytest.raises(Refused, match="does not allow"):
        close(room, open_input, -0.1)
    Round.objects.filter(pk=open_input.round_id).update(closable_after_days=None)
    with pytest.raises(Refused, match="does not allow"):
        close(room, open_input)
    Round.objects.filter(pk=open_input.round_id).update(closable_after_days=10)
    assert close(room, open_input, 0.1).closed_at == room.at(0.1)


def test_it_may_be_closed_from_the_very_moment_on_that_its_round_states(
    room: Room, open_input: Comment
) -> None:
    first_moment = first_closing_moment(loaded().get(pk=open_input.pk).round)
    assert first_moment is not None
    days = (first_moment - room.now) / timedelta(days=1)

    assert close(room, open_input, days).closed_at == first_moment


@pytest.mark.parametrize("who", ["staff", "secretariat", "FRA focal_point", "CPV focal_point"])
def test_co_facilitators_alone_close(room: Room, open_input: Comment, who: str) -> None:
    access = room.access(who)
    with pytest.raises(Refused) as refused:
        close_without_answer(access=access, comment=open_input)
    assert "Its round does not allow" not in str(refused.value)
    close(room, open_input)
    with pytest.raises(Refused):
        reopen_input(access=access, comment=open_input)


def test_an_answered_or_withdrawn_input_is_not_closed(room: Room, open_input: Comment) -> None:
    acts.review(access=room.access("staff"), comment=open_input, disposition="noted")
    with pytest.raises(ValidationError, match="has an answer"):
        close(room, open_input)
    acts.undo_review(access=room.access("staff"), comment=open_input)
    for end in ("withdrawn_at", "superseded_at"):
        ends = {"withdrawn_at": None, "superseded_at": None} | {end: room.now}
        Comment.objects.filter(pk=open_input.pk).update(**ends)
        with pytest.raises(ValidationError, match="withdrawn or replaced"):
            close(room, open_input)


def test_what_is_closed_is_answered_after_it_was_reopened(room: Room, open_input: Comment) -> None:
    close(room, open_input)
    staff = room.access("staff")
    with pytest.raises(ValidationError, match="Reopen it first"):
        acts.review(access=staff, comment=open_input, disposition="noted")
    reopened = reopen_input(access=room.access("co_facilitator"), comment=open_input)
    assert [row.history_type for row in reopened.history.all()] == ["~", "+"]
    assert unanswered_inputs(staff).get().pk == open_input.pk
    with pytest.raises(Refused, match="is open"):
        reopen_input(access=room.access("co_facilitator"), comment=open_input)
    acts.review(access=staff, comment=open_input, disposition="noted")
    assert not unanswered_inputs(staff).exists()


def test_the_page_closes_and_reopens_and_says_so(room: Room, open_input: Comment) -> None:
    leader = Person(room, "co_facilitator")
    here = open_input.paragraph.public_id
    assert "Close without an answer…" in page(leader.get("review_paragraph", here))
    assert "Close without an answer…" not in page(
        Person(room, "staff").get("review_paragraph", here)
    )
    assert leader.post("close_input", open_input.public_id, reason=REASON).status_code == 302
    shown = page(leader.get("review_paragraph", here))
    assert "Closed without an answer" in shown and REASON in shown
    assert "Close without an answer…" not in shown
    leader.post("reopen_input", open_input.public_id)
    assert "Close without an answer…" in page(leader.get("review_paragraph", here))
    told = page(leader.get("comment", open_input.public_id))
    assert told.index("reopened it") < told.index("closed it without an answer")


def own(open_input: Comment) -> str:
    """The focal point who speaks for it."""
    code = open_input.filed_by.code
    return f"{code} focal_point"


def test_the_delegation_reads_it_with_its_moment_on_its_pages(
    room: Room, open_input: Comment
) -> None:
    close(room, open_input)
    person = Person(room, own(open_input))
    for shown in (
        person.get("outcome_of_input", open_input.public_id),
        person.get("comment", open_input.public_id),
        person.get("brief"),
    ):
        assert "Closed without an answer" in page(shown)
        assert REASON in page(shown)
    row = Closure.objects.get()
    assert Closure.objects.visible_to(room.access(own(open_input))).get() == row
    assert not Closure.objects.visible_to(
        room.access("JPN focal_point", slug="another-process")
    ).exists()


def test_who_may_not_read_the_input_reads_no_closure(room: Room, open_input: Comment) -> None:
    close(room, open_input)
    others = room.access("FRA focal_point" if own(open_input)[:3] != "FRA" else "CPV focal_point")
    assert Closure.objects.visible_to(others).exists()
    Round.objects.filter(pk=open_input.round_id).update(visibility=Visibility.FACILITATORS)
    assert not Closure.objects.visible_to(others).exists()


def test_the_facilitators_table_and_its_file_show_it_where_an_answer_stands(
    room: Room, open_input: Comment
) -> None:
    """Not as a disposition: no ISO word; and as at its cut-off, after a reopening as before it."""
    close(room, open_input, -1)
    reopen_input(access=room.access("co_facilitator"), comment=loaded().get(pk=open_input.pk))
    leader = Person(room, "co_facilitator")

    def asked(days: float, copy: str) -> dict[str, str]:
        named = {"revision": str(room.revision.public_id), "copy": copy, "layout": "grid"}
        return named | {"cut_off": room.at(days).isoformat()}

    shown = page(leader.get("table", **asked(-0.5, "facilitators")))
    assert "Closed without an answer, " in shown and REASON in shown
    answer = leader.get("table_file", "csv", **asked(-0.5, "facilitators"))
    content = answer.getvalue() if answer.streaming else answer.content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    (told,) = [cell for row in rows for cell in row if "Closed without an answer" in cell]
    assert "accepted" not in told
    for days, copy in ((-0.5, "circulation"), (0, "facilitators")):
        answer = leader.get("table", **asked(days, copy))
        assert answer.status_code == 200
        assert "Closed without" not in page(answer)


def test_a_round_states_when_and_all_can_read_it(room: Room) -> None:
    create_round(
        access=room.access("co_facilitator"),
        name="A round to come",
        opens_at=room.at(1),
        deadline=room.at(9),
        visibility="at_close",
        closable_after_days=14,
    )
    shown = page(Person(room, "FRA contributor").get("rounds"))
    assert "possible 14 days after the close" in shown
    assert (
        Round.objects.exclude(name="A round to come").exclude(closable_after_days=None).count() == 0
    )


def test_an_answer_given_anew_is_a_reopening_that_the_history_shows(room: Room) -> None:
    comment = room.comment("FRA submitted")
    acts.review(
        access=room.access("staff"), comment=comment, disposition="partly", observation=REASON
    )
    reader = Person(room, "FRA focal_point")
    assert REASON not in page(reader.get("comment", comment.public_id))
    leader = room.access("co_facilitator")
    acts.publish_reviews(access=leader, reviews=Review.objects.visible_to(leader))
    told = page(reader.get("comment", comment.public_id))
    assert "reopened it and answered: partly reflected" in told
    assert "answered: noted" in told
    assert told.index("reopened it and answered") < told.index("answered: noted")
