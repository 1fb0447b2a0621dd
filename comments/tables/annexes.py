"""The annexes of a table: inputs without attribution, who are the members of its large groups,
where it spans revisions under which label each paragraph stood before, and open brackets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.translation import gettext, override

from comments.tables.bracket_annex import BracketAnnexes
from drafts.comparing.concordance import concordance_of
from drafts.comparing.concordance_lines import Cited, concordance_lines
from drafts.models import Revision
from drafts.shells.annex import Annex

MOST_MEMBERS = 5  # that stand beside an input


@dataclass(frozen=True, slots=True)
class Membership:
    """The members that an input of a group lists, as they were when it was submitted."""

    number: str
    group: str
    members: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Too long to stand beside the input."""
        return len(self.members) > MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class TableAnnexes:
    """All annexes of a table; read when a paper asks for them."""

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
    """Each long list of members once, with the inputs that it stands for; none where none is long.

    A group that had other members at another time has a row for each.
    """
    inputs: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in memberships:
        if one.is_long:
            inputs.setdefault((one.group, one.members), []).append(one.number)
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
        sheet=gettext("Concordance"),
        widths=(3, 3, 4),
    )


def _named(side: Sequence[Cited]) -> str:
    """The labels in a row; what has none goes by its opening words."""
    return gettext(", ").join(one.label for one in side) or "–"
