"""The annex of a table that spans revisions: under which label each paragraph stood before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.translation import gettext, override

from drafts.comparing.concordance import concordance_of
from drafts.comparing.concordance_lines import Cited, concordance_lines
from drafts.models import Revision


@dataclass(frozen=True, slots=True)
class Annex:
    """A concordance as a paper prints it: its columns, and a row for each paragraph."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ConcordanceAnnexes:
    """One for each two neighbouring revisions of a text; read when a paper asks for them."""

    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str

    def __iter__(self) -> Iterator[Annex]:
        # Made whole before the first is handed on: the language would leak across a yield.
        with override(self.language):
            made = [_annex(then, now, is_named=self._has_several) for then, now in self._pairs()]
        return iter(made)

    def _pairs(self) -> Iterator[tuple[Revision, Revision]]:
        for _draft, of_text in groupby(self.revisions, key=lambda revision: revision.draft_id):
            yield from pairwise(of_text)

    @property
    def _has_several(self) -> bool:
        return len({revision.draft_id for revision in self.revisions}) > 1


def _annex(then: Revision, now: Revision, *, is_named: bool) -> Annex:
    words = {"then": then.stage, "now": now.stage, "text": now.draft.title}
    title = gettext("Concordance of %(then)s and %(now)s") % words
    return Annex(
        title=f"{now.draft.title}: {title}" if is_named else title,
        columns=(then.stage, now.stage, gettext("What became of it")),
        rows=tuple(
            (_named(line.then), _named(line.now), line.became)
            for line in concordance_lines(concordance_of(then, now))
        ),
    )


def _named(side: Sequence[Cited]) -> str:
    """The labels in a row; what has none goes by its opening words."""
    return gettext(", ").join(one.label for one in side) or "–"
