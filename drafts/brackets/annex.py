"""The open brackets of a circulated text as an annex: where each stands, and who asks for it."""

from collections.abc import Iterator

from django.utils.translation import gettext

from consultations.rules.access import Access
from drafts.brackets.ledger import Ledger, ledger_of
from drafts.models import Revision
from drafts.printing.annex import Annex


def brackets_annex(access: Access, revision: Revision, *, shows_names: bool) -> Annex | None:
    """A row for each bracket, in the order of the text; None where none is open. Two queries.

    In the active language. With names: those that this reader may see.
    """
    ledger = ledger_of(access, revision)
    if not ledger.total:
        return None
    column_titles = (gettext("Paragraph"), gettext("Words in brackets"))
    text_names = {"text": revision.draft.title, "stage": revision.stage}
    return Annex(
        title=gettext("Brackets of %(text)s, %(stage)s") % text_names,
        column_titles=(*column_titles, gettext("Asked by")) if shows_names else column_titles,
        rows=tuple(_annex_rows(ledger, shows_names=shows_names)),
        sheet_name=gettext("Brackets"),
        width_shares=(3, 13, 8) if shows_names else (3, 21),
    )


def _annex_rows(ledger: Ledger, *, shows_names: bool) -> Iterator[tuple[str, ...]]:
    """The cells of each row: paragraph, words in the bracket and, if shown, who asks for it."""
    for entry in ledger.entries:
        for words_in_bracket, delegation_names in zip(
            entry.words_of_brackets, entry.asker_names_of_brackets, strict=True
        ):
            cells = (entry.label or "–", f"[{words_in_bracket}]")
            yield (*cells, gettext(", ").join(delegation_names)) if shows_names else cells
