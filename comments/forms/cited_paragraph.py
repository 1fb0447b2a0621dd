"""Which paragraph of a text somebody means who types its number into a form."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drafts.text.labels import citations_by_paragraph_id, paragraph_ids_cited_as

# In characters; room for the first words of a paragraph without a label, too.
MAX_CITATION_LENGTH = 120


def id_of_cited_paragraph(typed_label: str, rows: Sequence[tuple[int, int | None, str]]) -> int:
    """The id of the paragraph cited as somebody typed. Rows as in `citations_by_paragraph_id`.

    Raises ValidationError where the text has none, or where several fit. Of paragraphs with the
    same citation, as a text and its annex can have, it is the first: no number tells them apart.
    """
    paragraph_ids = paragraph_ids_cited_as(typed_label, rows)
    if not paragraph_ids:
        raise ValidationError(
            _("There is no paragraph %(label)s in this text.") % {"label": typed_label}
        )
    citation_by_id = citations_by_paragraph_id(rows)
    first, *others = dict.fromkeys(citation_by_id[paragraph_id] for paragraph_id in paragraph_ids)
    if others:
        raise ValidationError(
            _("%(label)s fits several paragraphs. Write, for example, %(first)s or %(second)s.")
            % {"label": typed_label, "first": first, "second": others[0]}
        )
    return paragraph_ids[0]
