"""What is read of a text: the revision, the section or all of it, the open thread."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, QueryDict

from comments.drafting.acts import choose_round
from comments.inputs.addresses import address_of_revision
from comments.inputs.queries import rounds_of_consultation
from comments.threads.queries import ShownText, ThreadPage, shown_text_of
from comments.threads.wordings import revisions_of_all_texts
from consultations.models import Round
from consultations.rules.access import Access
from consultations.web.forms import sent_number
from drafts.models import Revision
from drafts.text.sections import AS_IT_OPENS, SectionChoice


@dataclass(frozen=True, slots=True)
class ReadingSelection:
    """What is shown of a text: a section or all, which thread is open, against which revision."""

    # Its `near_public_id` names a paragraph whose thread is not opened.
    section: SectionChoice = AS_IT_OPENS
    open_paragraph_public_id: UUID | None = None
    thread_page: ThreadPage = 1
    # The number of the earlier revision that the text is compared with.
    against_revision_number: int | None = None
    # The label of a paragraph that is looked for: "OP3".
    label_to_find: str = ""
    # Whether the form for a new comment is asked for, also beside an own draft.
    is_writing: bool = False
    # The public id of the seat of the group in whose room one writes; empty for none.
    group_seat_public_id: str = ""
    # The language in which the text is read; empty: the authentic one.
    language: str = ""
    # Whether the page shows who asked for brackets.
    shows_askers: bool = False


@dataclass(frozen=True, slots=True)
class RevisionOnPage:
    """A revision as a page shows it to one reader: its text, and what the address selects of it."""

    access: Access
    revision: Revision
    # All circulated revisions, of every text of the consultation.
    revisions: tuple[Revision, ...]
    text: ShownText
    # All rounds of the consultation, and the one in which inputs on this revision are made: the
    # last that opened, else the next to open; None where no round asks for inputs on it.
    rounds: tuple[Round, ...]
    input_round: Round | None
    selection: ReadingSelection
    # The beginning of the addresses that open a thread, up to "open=": the public id of its
    # paragraph follows. The section, the comparison, the language and whether the page shows who
    # asked for brackets stay as they are.
    open_url_prefix: str

    @property
    def latest_revision(self) -> Revision:
        """The last circulated revision of the same text."""
        # `revisions` are in the order of their numbers.
        draft_id = self.revision.draft_id
        return [candidate for candidate in self.revisions if candidate.draft_id == draft_id][-1]


def get_revision_on_page(
    access: Access, draft_slug: str, revision_number: int | None, selection: ReadingSelection
) -> RevisionOnPage:
    """A text as this reader sees it; without a number its latest revision. Raises Http404."""
    revisions = revisions_of_all_texts(access)
    # Of one text; in the order of their numbers, as `revisions` are.
    matching_revisions = [
        candidate
        for candidate in revisions
        if candidate.draft.slug == draft_slug and revision_number in {None, candidate.number}
    ]
    if not matching_revisions:
        raise Http404
    revision = matching_revisions[-1]
    rounds = tuple(rounds_of_consultation(access))
    text = shown_text_of(access, revision, selection.open_paragraph_public_id, rounds)
    input_round = choose_round(rounds, revision.round_id, access.moment)
    parameters = {
        "section": selection.section.parameter,
        "against": selection.against_revision_number,
        "text": selection.language,  # in which the text is read
    }
    parameters |= {"askers": 1} if selection.shows_askers else {}
    url = address_of_revision(access, revision, **parameters)
    open_url_prefix = f"{url}{'&' if '?' in url else '?'}open="
    return RevisionOnPage(
        access, revision, tuple(revisions), text, rounds, input_round, selection, open_url_prefix
    )


def requested_thread_page(parameters: QueryDict) -> ThreadPage:
    """The page of a thread that an address asks for, by a comment on it or by its number; else 1.

    Raises ValueError for a comment that is no public id.
    """
    if comment_public_id := parameters.get("comment"):
        return UUID(comment_public_id)
    return sent_number(parameters.get("page")) or 1
