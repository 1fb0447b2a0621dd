"""The open brackets of the texts behind a table, as its annexes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import override

from consultations.rules.access import Access
from drafts.brackets.annex import brackets_annex
from drafts.models import Revision
from drafts.printing.annex import Annex


@dataclass(frozen=True, slots=True)
class BracketAnnexes:
    """The open brackets of the latest chosen revision of each text, made when a paper needs them.

    A copy for circulation names the delegations that asked for the words in brackets only if the
    revision was circulated with their names.
    """

    access: Access
    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str
    is_for_facilitators: bool
    shows_names: bool = True  # False: not in the facilitators' copy either

    def __iter__(self) -> Iterator[Annex]:
        # All are made first: between two yields the language would stay set for other code.
        with override(self.language):
            annexes = [self._annex_of(revision) for revision in self._latest_revisions()]
        return (annex for annex in annexes if annex)

    def _latest_revisions(self) -> list[Revision]:
        """The last revision of each text: in the dictionary later ones replace earlier ones."""
        return list({revision.draft_id: revision for revision in self.revisions}.values())

    def _annex_of(self, revision: Revision) -> Annex | None:
        """The annex of a revision; None where no bracket is open in it."""
        may_show_names = self.is_for_facilitators or revision.names_askers
        return brackets_annex(
            self.access, revision, shows_names=self.shows_names and may_show_names
        )
