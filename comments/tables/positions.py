"""Where a table shows its inputs: the place of their paragraph, and its label then and now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from comments.threads.input_placement import DescentLink, InputPlacement, place_inputs
from drafts.labels import names_by_paragraph_id
from drafts.models import Descent, Draft, Kind, Revision, Wording

GENERAL = frozenset({Kind.TITLE, Kind.HEADING})


@dataclass(frozen=True, slots=True)
class WordingPlace:
    """One wording on which inputs were made, and where a table shows them."""

    rank: tuple[int, ...]  # the sort key of its inputs
    revision_id: int
    paragraph_id: int  # under which they are shown in the latest of the revisions
    draft: str
    revision: str
    label_then: str
    label_now: str  # "" where the paragraph was struck
    current_id: int  # the paragraph with the label now
    text: str
    opening: str
    language: str


class WordingKeys(NamedTuple):
    """A wording as read for its place."""

    pk: int
    revision_id: int
    paragraph_id: int
    parent_id: int | None
    place: int
    kind: str
    label: str
    opening: str
    text: str


@dataclass(frozen=True, slots=True)
class RevisionLabels:
    """The labels of the paragraphs of each revision; keys are (revision, paragraph)."""

    words: dict[tuple[int, int], str]
    newest: tuple[Revision, ...] = ()  # of each text, by the cut-off

    def of(self, revision: int, paragraph: int | None) -> str:
        return self.words.get((revision, paragraph or 0), "")


def places_of(
    revisions: Sequence[Revision], cut_off: datetime, *, by_revision: bool
) -> tuple[dict[int, WordingPlace], RevisionLabels]:
    """The place of every wording of these revisions, by its key, in three queries.

    Paragraphs are in the order of the latest of the revisions, general ones (title, headings)
    first; one that was struck by then keeps its place. The label now is that of the newest revision
    circulated by the cut-off. With `by_revision` the inputs of one paragraph are sorted by the
    revision they were made on. Needs `draft` of each revision.
    """
    drafts = sorted({revision.draft for revision in revisions}, key=lambda d: (d.place, d.pk))
    newest = _newest_revisions(drafts, cut_off)
    wordings = _wordings_of([*revisions, *newest.values()])
    descents = _descents(drafts, cut_off)
    labels = RevisionLabels(_citations(wordings), tuple(newest.values()))
    places: dict[int, WordingPlace] = {}
    for number, draft in enumerate(drafts):
        chosen = sorted((r for r in revisions if r.draft == draft), key=lambda r: r.number)
        homes_then = _homes(wordings[chosen[-1].pk], descents, until=chosen[-1].number)
        newest_revision = newest[draft.pk]
        homes_now = _homes(wordings[newest_revision.pk], descents, until=newest_revision.number)
        order = _paragraph_order([wordings[revision.pk] for revision in chosen])
        for index, revision in enumerate(chosen):
            for wording in wordings[revision.pk]:
                paragraph = homes_then.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                current_id = homes_now.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                places[wording.pk] = WordingPlace(
                    rank=(number, *order[paragraph], index if by_revision else 0),
                    revision_id=revision.pk,
                    paragraph_id=paragraph,
                    draft=draft.title,
                    revision=revision.stage,
                    label_then=labels.of(revision.pk, wording.paragraph_id),
                    label_now=labels.of(newest_revision.pk, current_id),
                    current_id=current_id,
                    text=wording.text,
                    opening=wording.opening,
                    language=draft.language,
                )
    return places, labels


# A paragraph, the one that it follows, and the number of the revision.
DescentKeys = tuple[int, int, int]


def _newest_revisions(drafts: Iterable[Draft], cut_off: datetime) -> dict[int, Revision]:
    """The newest revision of each text by the cut-off."""
    circulated = Revision.objects.filter(draft__in=drafts, circulated_at__lte=cut_off)
    return {revision.draft_id: revision for revision in circulated.order_by("number")}


def _wordings_of(revisions: Iterable[Revision]) -> dict[int, list[WordingKeys]]:
    """The wordings of each revision in the order of the text."""
    found: dict[int, list[WordingKeys]] = {revision.pk: [] for revision in revisions}
    rows = Wording.objects.filter(revision__in=list(found)).order_by("place")
    for row in rows.values_list(*WordingKeys._fields):
        wording = WordingKeys(*row)
        found[wording.revision_id].append(wording)
    return found


def _descents(drafts: Iterable[Draft], cut_off: datetime) -> list[DescentKeys]:
    rows = Descent.objects.filter(revision__draft__in=drafts, revision__circulated_at__lte=cut_off)
    return list(rows.in_time().values_list("paragraph_id", "follows_id", "revision__number"))


def _homes(
    wordings: Sequence[WordingKeys], descents: Iterable[DescentKeys], *, until: int
) -> InputPlacement:
    places = {wording.paragraph_id: wording.place for wording in wordings}
    steps: list[DescentLink] = [
        (paragraph, follows) for paragraph, follows, number in descents if number <= until
    ]
    return place_inputs(places, steps)


def _paragraph_order(revisions: Sequence[Sequence[WordingKeys]]) -> dict[int, tuple[int, int]]:
    """Sort keys of paragraphs as in the last revision; those it no longer has, where they were."""
    order: list[int] = []
    kinds: dict[int, str] = {}
    for wordings in reversed(revisions):
        known = set(order)
        position = 0
        for wording in wordings:
            kinds.setdefault(wording.paragraph_id, wording.kind)
            if wording.paragraph_id in known:
                position = order.index(wording.paragraph_id) + 1
                continue
            order.insert(position, wording.paragraph_id)
            position += 1
    return {
        paragraph: (0 if kinds[paragraph] in GENERAL else 1, place)
        for place, paragraph in enumerate(order)
    }


def _citations(revisions: dict[int, list[WordingKeys]]) -> dict[tuple[int, int], str]:
    """The citation of each paragraph: "OP3", "OP3(a)", or its opening words."""
    return {
        (revision, paragraph): name
        for revision, wordings in revisions.items()
        for paragraph, name in names_by_paragraph_id(
            (row.paragraph_id, row.parent_id, row.label, row.kind, row.text) for row in wordings
        ).items()
    }
