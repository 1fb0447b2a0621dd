"""The annexes of a table: inputs without attribution, the members of large groups, concordances
between its revisions, and open brackets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.translation import gettext, override

from comments.tables.bracket_annex import BracketAnnexes
from drafts.comparing.concordance import concordance_of
from drafts.comparing.concordance_lines import CitedParagraph, concordance_lines
from drafts.models import Revision
from drafts.shells.annex import Annex

MAX_MEMBERS = 5  # listed beside an input


@dataclass(frozen=True, slots=True)
class Membership:
    """The members that an input of a group lists, as they were when it was submitted."""

    number: str
    group: str
    members: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether it is too long to be listed beside the input."""
        return len(self.members) > MAX_MEMBERS


@dataclass(frozen=True, slots=True)
class TableAnnexes:
    """All annexes of a table, made when a paper needs them."""

    memberships: Callable[[], Iterable[Membership]]
    concordances: Iterable[Annex]
    language: str
    nameless: Iterable[Annex] = ()
    brackets: BracketAnnexes | None = None

    def __iter__(self) -> Iterator[Annex]:
        with override(self.language):
            members = members_annex(self.memberships())
        yield from self.nameless
        yield from members
        yield from self.concordances
        yield from self.brackets or ()


def members_annex(memberships: Iterable[Membership]) -> list[Annex]:
    """Each long list of members once, with the inputs that have it; no annex if none is long.

    A group that had other members at another time has a row for each.
    """
    inputs: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for membership in memberships:
        if membership.is_long:
            inputs.setdefault((membership.group, membership.members), []).append(membership.number)
    comma = gettext(", ")
    rows = tuple(
        (group, comma.join(numbers), str(len(members)), comma.join(members))
        for (group, members), numbers in inputs.items()
    )
    columns = (gettext("Group"), gettext("Inputs"), gettext("Number"), gettext("Members"))
    title = gettext("Members of groups")
    return [Annex(title, columns, rows, gettext("Members"), (4, 6, 2, 18))] if rows else []


@dataclass(frozen=True, slots=True)
class ConcordanceAnnexes:
    """One for each pair of neighbouring revisions of a text, made when a paper needs them."""

    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str

    def __iter__(self) -> Iterator[Annex]:
        # All are made before the first is returned: the language would leak across a yield.
        with override(self.language):
            annexes = [
                _concordance_annex(earlier, later, has_title=self._has_several)
                for earlier, later in self._pairs()
            ]
        return iter(annexes)

    def _pairs(self) -> Iterator[tuple[Revision, Revision]]:
        for _draft, revisions in groupby(self.revisions, key=lambda revision: revision.draft_id):
            yield from pairwise(revisions)

    @property
    def _has_several(self) -> bool:
        return len({revision.draft_id for revision in self.revisions}) > 1


def _concordance_annex(earlier: Revision, later: Revision, *, has_title: bool) -> Annex:
    values = {"then": earlier.stage, "now": later.stage, "text": later.draft.title}
    title = gettext("Concordance of %(then)s and %(now)s") % values
    return Annex(
        title=f"{later.draft.title}: {title}" if has_title else title,
        columns=(earlier.stage, later.stage, gettext("What became of it")),
        rows=tuple(
            (_labels(line.earlier_citations), _labels(line.later_citations), line.outcome_text)
            for line in concordance_lines(concordance_of(earlier, later))
        ),
        sheet=gettext("Concordance"),
        widths=(3, 3, 4),
    )


def _labels(side: Sequence[CitedParagraph]) -> str:
    """The labels with commas; a paragraph without one is cited by its opening words."""
    return gettext(", ").join(cited.label for cited in side) or "–"
