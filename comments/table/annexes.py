"""The annexes of a table: inputs without attribution, the members of large groups, concordances
between its revisions, and open brackets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext, override

from comments.inputs.queries import ids_subquery
from comments.models import Comment, CommentKind
from comments.table.queries import WordingPlace
from consultations.rules.access import Access
from drafts.brackets.annex import brackets_annex
from drafts.comparing.concordance import CitedParagraph, concordance_lines, concordance_of
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


MAX_MEMBERS = 5  # of a group, listed beside its input; more are listed in an annex


@dataclass(frozen=True, slots=True)
class GroupInputMembers:
    """The members that an input of a group lists, as they were when it was submitted."""

    input_number: str  # "EU-2"
    group_name: str
    member_names: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether there are too many to be listed beside the input."""
        return len(self.member_names) > MAX_MEMBERS


@dataclass(frozen=True, slots=True)
class TableAnnexes:
    """All annexes of a table, made when a paper needs them."""

    read_group_members: Callable[[], Iterable[GroupInputMembers]]
    concordances: Iterable[Annex]
    language: str
    unattributed_inputs: Iterable[Annex] = ()
    brackets: BracketAnnexes | None = None  # None: no annex of brackets

    def __iter__(self) -> Iterator[Annex]:
        with override(self.language):
            group_members_annexes = group_members_annex(self.read_group_members())
        yield from self.unattributed_inputs
        yield from group_members_annexes
        yield from self.concordances
        yield from self.brackets or ()


def group_members_annex(group_inputs: Iterable[GroupInputMembers]) -> list[Annex]:
    """Each long list of members once, with the inputs that have it; no annex if none is long.

    A group that had other members at another time has a row for each.
    """
    numbers_by_group: dict[tuple[str, tuple[str, ...]], list[str]] = {}  # by name and members
    for group_input in group_inputs:
        if group_input.is_long:
            group = (group_input.group_name, group_input.member_names)
            numbers_by_group.setdefault(group, []).append(group_input.input_number)
    comma = gettext(", ")
    rows = tuple(
        (group_name, comma.join(input_numbers), str(len(member_names)), comma.join(member_names))
        for (group_name, member_names), input_numbers in numbers_by_group.items()
    )
    column_titles = (gettext("Group"), gettext("Inputs"), gettext("Number"), gettext("Members"))
    title = gettext("Members of groups")
    if not rows:
        return []
    return [
        Annex(
            title,
            column_titles,
            rows,
            sheet_name=gettext("Members"),
            width_shares=(4, 6, 2, 18),
        )
    ]


# --- Concordances --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConcordanceAnnexes:
    """A concordance for each pair of successive revisions of a text, made when a paper needs it."""

    revisions: Sequence[Revision]  # in the order of texts and numbers
    language: str

    def __iter__(self) -> Iterator[Annex]:
        # All are made first: between two yields the language would stay set for other code.
        with override(self.language):
            annexes = [
                _concordance_annex(earlier, later, has_text_title=self._has_several_texts)
                for earlier, later in self._successive_revisions()
            ]
        return iter(annexes)

    def _successive_revisions(self) -> Iterator[tuple[Revision, Revision]]:
        """Each of the revisions with the next one of the same text among them."""
        for _draft, revisions in groupby(self.revisions, key=lambda revision: revision.draft_id):
            yield from pairwise(revisions)

    @property
    def _has_several_texts(self) -> bool:
        return len({revision.draft_id for revision in self.revisions}) > 1


def _concordance_annex(earlier: Revision, later: Revision, *, has_text_title: bool) -> Annex:
    """What became of each paragraph; the annex names its text if the table has several."""
    values = {"then": earlier.stage, "now": later.stage}
    title = gettext("Concordance of %(then)s and %(now)s") % values
    return Annex(
        title=f"{later.draft.title}: {title}" if has_text_title else title,
        column_titles=(earlier.stage, later.stage, gettext("What became of it")),
        rows=tuple(
            (
                _joined_labels(line.earlier_citations),
                _joined_labels(line.later_citations),
                line.description,
            )
            for line in concordance_lines(concordance_of(earlier, later))
        ),
        sheet_name=gettext("Concordance"),
        width_shares=(3, 3, 4),
    )


def _joined_labels(cited_paragraphs: Sequence[CitedParagraph]) -> str:
    """The labels, joined with commas; a paragraph without one is cited by its opening words."""
    return gettext(", ").join(cited.name for cited in cited_paragraphs) or "–"


# --- Inputs without attribution ------------------------------------------------------------------


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
