"""The open brackets of the texts behind a table: where each stands, and who asks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, override

from comments.tables.annexes import Annex
from consultations.rules.access import Access
from drafts.desk.bracket_ledger import Ledger, ledger_of
from drafts.models import Revision


@dataclass(frozen=True, slots=True)
class BracketAnnexes:
    """One for the last of the chosen revisions of each text; read when a paper asks for it.

    A copy for circulation names who asked only where the revision went out with the names.
    """

    access: Access
    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str
    is_for_facilitators: bool

    def __iter__(self) -> Iterator[Annex]:
        # Made whole before it is handed on: the language would leak across a yield.
        with override(self.language):
            made = [annex for revision in self._last_ones() for annex in self._annex(revision)]
        return iter(made)

    def _last_ones(self) -> list[Revision]:
        return list({revision.draft_id: revision for revision in self.revisions}.values())

    def _annex(self, revision: Revision) -> Iterator[Annex]:
        ledger = ledger_of(self.access, revision)
        if not ledger.total:
            return
        shows_names = self.is_for_facilitators or revision.names_askers
        columns = (gettext("Paragraph"), gettext("Words in brackets"))
        words = {"text": revision.draft.title, "stage": revision.stage}
        yield Annex(
            title=gettext("Brackets of %(text)s, %(stage)s") % words,
            columns=(*columns, gettext("Asked by")) if shows_names else columns,
            rows=tuple(_rows(ledger, shows_names=shows_names)),
            sheet=gettext("Brackets"),
            widths=(2, 14, 8) if shows_names else (2, 22),
        )


def _rows(ledger: Ledger, *, shows_names: bool) -> Iterator[tuple[str, ...]]:
    """A row a bracket, in the order of the text."""
    for entry in ledger.entries:
        for held, names in zip(entry.held, entry.names, strict=True):
            row = (entry.label or "–", f"[{held}]")
            yield (*row, gettext(", ").join(names)) if shows_names else row
