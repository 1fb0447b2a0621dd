"""The unanswered inputs as rows of a file, in the order of the queue."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.desks.queue import (
    Queue,
    QueuedParagraph,
    review_tasks_by_comment_id,
    unanswered_inputs,
)
from comments.models import Comment, ReviewFlag, ReviewTask
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words


def unanswered_rows(access: Access, queue: Queue) -> Iterator[list[str]]:
    """The column heads, then a row for each unanswered input of the queue.

    Two queries besides those of the queue.

    Only facilitators get the person assigned to an input, and its flags; nobody gets the private
    note on it.
    """
    place_and_paragraph_by_id = {
        paragraph_id: (index, queued_paragraph)
        for index, queued_paragraph in enumerate(queue.paragraphs)
        for paragraph_id in queue.placement.paragraph_ids_under(queued_paragraph.paragraph_id)
    }
    inputs = list(_unanswered_on(access, queue, list(place_and_paragraph_by_id)))
    # The sort is stable: seats keep their order.
    inputs.sort(key=lambda input: place_and_paragraph_by_id[input.paragraph_id][0])
    task_by_comment_id = review_tasks_by_comment_id(access, inputs)
    yield [
        _("No."),
        _("Text"),
        _("Paragraph"),
        _("Delegation"),
        _("Kind"),
        _("Type"),
        _("Submitted"),
        _("Late"),
        _("Assigned to"),
        _("Marks"),
    ]
    for input in inputs:
        _place, paragraph = place_and_paragraph_by_id[input.paragraph_id]
        yield _file_row(access, input, paragraph, task_by_comment_id.get(input.pk))


def _unanswered_on(access: Access, queue: Queue, paragraph_ids: list[int]) -> QuerySet[Comment]:
    """The unanswered inputs on these paragraphs that the queue shows, by seat."""
    inputs = unanswered_inputs(access).filter(queue.input_condition, paragraph__in=paragraph_ids)
    return inputs.select_related("seat").order_by(*TABLE_ORDER)


def _file_row(
    access: Access, input: Comment, paragraph: QueuedParagraph, task: ReviewTask | None
) -> list[str]:
    """An input as a row of the file, in the order of the column heads."""
    assert input.submitted_at is not None  # always: for the type checker
    flags = [str(ReviewFlag(flag).label) for flag in task.flags] if task else []
    return [
        input.reference,
        paragraph.draft_title,
        paragraph.label,
        input.seat.name_for_reader,
        capfirst(input.get_kind_display()),
        capfirst(input.get_type_display()),
        moment_in_words(input.submitted_at, access.consultation.zone, now=access.moment),
        _("late") if input.is_late else "",
        task.assigned_to.name if task and task.assigned_to else "",
        _(", ").join(flags),
    ]
