"""The unanswered inputs as rows of a file, in the order of the queue."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.desks.queue import Queue, QueuedParagraph, tasks_of, unanswered_inputs
from comments.models import Comment, ReviewFlag, ReviewTask
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access
from consultations.wall_clock import words_of


def unanswered_rows(access: Access, queue: Queue) -> Iterator[list[str]]:
    """The column heads, then a row for each unanswered input of the queue: two more queries.

    Only facilitators get who answers it and its flags; nobody gets the private note.
    """
    places = {
        key: (index, row)
        for index, row in enumerate(queue.paragraphs)
        for key in queue.placement.paragraph_ids_under(row.key)
    }
    inputs = list(_unanswered_on(access, queue, list(places)))
    inputs.sort(key=lambda input: places[input.paragraph_id][0])  # stable: seats keep their order
    tasks = tasks_of(access, inputs)
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
        yield _file_row(access, input, places[input.paragraph_id][1], tasks.get(input.pk))


def _unanswered_on(access: Access, queue: Queue, paragraphs: list[int]) -> QuerySet[Comment]:
    waiting = unanswered_inputs(access).filter(queue.condition, paragraph__in=paragraphs)
    return waiting.select_related("seat").order_by(*TABLE_ORDER)


def _file_row(
    access: Access, input: Comment, paragraph: QueuedParagraph, task: ReviewTask | None
) -> list[str]:
    assert input.submitted_at is not None
    flags = [str(ReviewFlag(flag).label) for flag in task.flags] if task else []
    return [
        input.reference,
        paragraph.draft,
        paragraph.label,
        input.seat.name_for_reader,
        capfirst(input.get_kind_display()),
        capfirst(input.get_type_display()),
        words_of(input.submitted_at, access.consultation.zone, now=access.moment),
        _("late") if input.is_late else "",
        task.assigned_to.name if task and task.assigned_to else "",
        _(", ").join(flags),
    ]
