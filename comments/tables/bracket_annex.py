"""The open brackets of the texts behind a table, as its annexes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import override

from consultations.rules.access import Access
from drafts.models import Revision
from drafts.papers.open_brackets import brackets_annex
from drafts.shells.annex import Annex


@dataclass(frozen=True, slots=True)
class BracketAnnexes:
    """One for the last of the chosen revisions of each text; read when a paper asks for it.

    A copy for circulation names who asked only where the revision went out with the names.
    """

    access: Access
    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str
    is_for_facilitators: bool
    has_names: bool = True

    def __iter__(self) -> Iterator[Annex]:
        # Made whole before it is handed on: the language would leak across a yield.
        with override(self.language):
            made = [self._annex(revision) for revision in self._last_ones()]
        return (annex for annex in made if annex)

    def _last_ones(self) -> list[Revision]:
        return list({revision.draft_id: revision for revision in self.revisions}.values())

    def _annex(self, revision: Revision) -> Annex | None:
        is_shown = self.is_for_facilitators or revision.names_askers
        return brackets_annex(self.access, revision, shows_names=self.has_names and is_shown)
