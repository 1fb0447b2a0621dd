"""The unanswered inputs on a text: confirmed before it goes out, and as rows of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from comments.inputs.models import TABLE_ORDER
from comments.inputs.queries import unanswered_inputs
from comments.inputs.shown_marks import count_and_mark
from comments.models import Comment, ReviewFlag, ReviewTask
from comments.review.queries import Queue, QueuedParagraph, review_tasks_by_comment_id
from consultations.rules.access import Access
from consultations.time.wall_clock import moment_in_words
from drafts.models import Draft
from drafts.text.names import name_of_wording

# So many inputs are listed; the queue of the facilitators shows all.
MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class OpenInput:
    """An input without an answer, as a list shows it."""

    public_id: UUID
    paragraph_public_id: UUID
    reference: str
    paragraph_citation: str
    delegation_name: str


@dataclass(frozen=True, slots=True)
class OpenInputs:
    """How many inputs on a text are open, the first of them, and a mark of all.

    The mark (`mark_of_ids`) is another one as soon as other inputs are open.
    """

    count: int
    mark: str
    first_inputs: tuple[OpenInput, ...]

    @property
    def sentence(self) -> str:
        """What those who circulate or adopt confirm."""
        return ngettext(
            "I have seen the %(n)d input that has no answer.",
            "I have seen the %(n)d inputs that have no answer.",
            self.count,
        ) % {"n": self.count}


def open_inputs(access: Access, draft: Draft) -> OpenInputs:
    """The open inputs on a text; those listed are the first in the order of its paragraphs.

    Two queries at any size.
    """
    unanswered = unanswered_inputs(access).filter(paragraph__draft=draft)
    count, mark = count_and_mark(unanswered)
    inputs = unanswered.select_related("seat", "paragraph", "wording__revision").order_by(
        "paragraph__place", "paragraph_id", *TABLE_ORDER
    )
    first_inputs = tuple(map(_open_input, inputs[:MAX_LISTED] if count else ()))
    return OpenInputs(count, mark, first_inputs)


def _open_input(input: Comment) -> OpenInput:
    """An input as the list shows it, with the paragraph and revision that it was made on."""
    wording = input.wording
    paragraph_name = name_of_wording(wording)
    return OpenInput(
        public_id=input.public_id,
        paragraph_public_id=input.paragraph.public_id,
        reference=input.reference,
        paragraph_citation=f"{paragraph_name}, {wording.revision.stage}",
        delegation_name=input.seat.name_for_reader,
    )


def require_open_inputs_confirmed(access: Access, draft: Draft, confirmed_mark: str) -> None:
    """Raise ValidationError unless all open inputs have been confirmed.

    `confirmed_mark` is the mark of those that were confirmed; empty where none were.
    """
    count, mark = count_and_mark(unanswered_inputs(access).filter(paragraph__draft=draft))
    if count and confirmed_mark != mark:
        raise ValidationError(
            ngettext(
                "%(n)d input has no answer. See the list and confirm it first.",
                "%(n)d inputs have no answer. See the list and confirm it first.",
                count,
            )
            % {"n": count}
        )


# --- The open inputs of a consultation, as a file ------------------------------------------------


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
