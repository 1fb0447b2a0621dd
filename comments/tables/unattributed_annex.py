"""The inputs without attribution, as an annex of a table that does not tell whose they are.

A delegation may allow that an input is shown without its name. So there is no number, language,
day or order of arrival either: they are sorted by paragraph, then by their words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext, override

from comments.models import Comment, CommentKind
from comments.tables.wording_places import WordingPlace
from comments.threads.id_arrays import ids_subquery
from consultations.rules.access import Access
from drafts.printing.annex import Annex

COMMENT_FIELDS = ("wording_id", "kind", "proposed", "rationale")


@dataclass(frozen=True, slots=True)
class UnattributedAnnex:
    """The annex, or none if there are no such inputs; made when a paper needs it.

    In a circulation copy only.
    """

    access: Access
    cut_off: datetime
    place_by_wording_id: Mapping[int, WordingPlace]
    language: str

    def __iter__(self) -> Iterator[Annex]:
        # A list, no generator: at a yield the language would stay set for other code.
        with override(self.language):
            rows = tuple(self._rows())
            annexes = [_annex(rows)] if rows else []
        return iter(annexes)

    def _rows(self) -> Iterator[tuple[str, ...]]:
        """The cells of each input: its paragraph, revision, kind, proposed words and reason."""
        words_by_kind = {kind: capfirst(str(label)) for kind, label in CommentKind.choices}
        not_withdrawn = Q(withdrawn_at=None) | Q(withdrawn_at__gt=self.cut_off)
        comments = Comment.objects.unattributed_to(self.access).as_at(self.cut_off)
        comments = comments.filter(
            not_withdrawn, wording__in=ids_subquery(self.place_by_wording_id)
        )
        values = comments.values_list(*COMMENT_FIELDS)
        for wording_id, kind, proposed, rationale in sorted(values, key=self._sort_key):
            place = self.place_by_wording_id[wording_id]
            yield _label(place), place.stage, words_by_kind[kind], proposed, rationale

    def _sort_key(self, values: tuple[int, str, str, str]) -> tuple[object, ...]:
        """The paragraph first, then kind and words; `values` are those of COMMENT_FIELDS."""
        wording_id, *words = values
        return self.place_by_wording_id[wording_id].sort_key, wording_id, *words


def _label(place: WordingPlace) -> str:
    return place.label_now or place.label_then


def _annex(rows: tuple[tuple[str, ...], ...]) -> Annex:
    return Annex(
        title=gettext("Inputs without attribution"),
        column_titles=(
            gettext("Paragraph"),
            gettext("Revision"),
            gettext("Kind"),
            gettext("Proposed wording"),
            gettext("Reason"),
        ),
        rows=rows,
        sheet_name=gettext("Without attribution"),
        width_shares=(2, 3, 3, 11, 11),
    )
