"""The unanswered inputs on a text, which are confirmed before it goes out or is adopted."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from comments.acts.shown_marks import count_and_mark
from comments.desks.queue import unanswered_inputs
from comments.models import Comment
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access
from drafts.models import Draft
from drafts.text.labels import name_of_paragraph

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
    paragraph_name = name_of_paragraph(wording.label, wording.kind, wording.text)
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
