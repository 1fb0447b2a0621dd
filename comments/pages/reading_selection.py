"""What is read of a text: the revision, the section or all of it, the open thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from comments.acts.drafting import round_among
from comments.news.fresh import rounds_here
from comments.threads.revisions import revisions_of_text
from comments.threads.sections import Section, section_shown
from comments.threads.threads import Text, text_of
from consultations.models import Round
from consultations.rules.access import Access
from drafts.models import Revision

# What the address asks for as a section, to get all of the text.
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class ReadingSelection:
    """What is shown of a text: a section or all, which thread is open, against which revision."""

    section: int | None = None
    # All of the text, where a section of it is shown unless one asks.
    is_whole: bool = False
    open: UUID | None = None
    # The paragraph whose section is shown, without its thread being opened.
    at: UUID | None = None
    page: int = 1
    against: int | None = None
    label: str = ""
    is_writing: bool = False
    # The group in whose room one writes, by its public id.
    room: str = ""
    # The language in which the text is read; empty: the authentic one.
    text: str = ""
    # Whether the page shows who asked for brackets.
    names_askers: bool = False

    @property
    def asked_section(self) -> int | str | None:
        """The section as an address has it."""
        return WHOLE if self.is_whole else self.section


@dataclass(frozen=True, slots=True)
class Reading:
    """A circulated text as one reader sees it, with its place among the others."""

    access: Access
    revision: Revision
    revisions: tuple[Revision, ...]
    text: Text
    # All rounds of the consultation, and the one in which inputs on this revision are made now.
    rounds: tuple[Round, ...]
    round: Round | None
    where: ReadingSelection
    # Its address, with the section, the comparison and the language that are read, up to the public
    # id of a paragraph that is to be opened.
    opening: str

    def section_of(self, sections: Sequence[Section], open: UUID | None) -> Section | None:
        """The section that is shown, the one of the open paragraph where there is one, else of
        the one that is looked at; None: all.

        Raises Http404 for a section that the text does not have.
        """
        if self.where.is_whole:
            return None
        try:
            return section_shown(sections, self.where.section, open or self.where.at)
        except LookupError:
            raise Http404

    @property
    def latest(self) -> Revision:
        return [r for r in self.revisions if r.draft_id == self.revision.draft_id][-1]


def reading_of(access: Access, slug: str, number: int | None, where: ReadingSelection) -> Reading:
    """A text as this reader sees it; without a number its latest revision. Raises Http404."""
    revisions = revisions_of_text(access)
    found = [r for r in revisions if r.draft.slug == slug and number in {None, r.number}]
    if not found:
        raise Http404
    revision = found[-1]
    rounds = tuple(rounds_here(access))
    text = text_of(access, revision, where.open, rounds)
    round = round_among(rounds, revision.round_id, access.moment)
    query = {"section": where.asked_section, "against": where.against, "text": where.text}
    query |= {"askers": 1} if where.names_askers else {}
    url = address_of(access, revision, **query)
    opening = f"{url}{'&' if '?' in url else '?'}open="
    return Reading(access, revision, tuple(revisions), text, rounds, round, where, opening)


def address_of(access: Access, revision: Revision, **query: Any) -> str:
    """The address of the reading page of a revision."""
    url = reverse("reading", args=[access.consultation.slug, revision.draft.slug, revision.number])
    parameters = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"{url}?{urlencode(parameters)}" if parameters else url
