"""Where the inputs of a table stand: the place of their paragraph, and its label then and now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from comments.threads.homes import Homes, Step, homes_in
from drafts.labels import names_by_key
from drafts.models import Descent, Draft, Kind, Revision, Wording

GENERAL = frozenset({Kind.TITLE, Kind.HEADING})


@dataclass(frozen=True, slots=True)
class WordingPlace:
    """One wording on which inputs were made, and where a table shows them."""

    rank: tuple[int, ...]  # inputs stand in the order of these
    revision_id: int
    paragraph_id: int  # under which they stand in the latest of the revisions
    draft: str
    revision: str
    label_then: str
    label_now: str  # "" where the paragraph was struck
    standing_id: int  # the paragraph that the label now calls
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
    """How the paragraphs of each revision are cited; keys are (revision, paragraph)."""

    words: dict[tuple[int, int], str]
    newest: tuple[Revision, ...] = ()  # of each text, by the cut-off

    def of(self, revision: int, paragraph: int | None) -> str:
        return self.words.get((revision, paragraph or 0), "")


def places_of(
    revisions: Sequence[Revision], cut_off: datetime, *, by_revision: bool
) -> tuple[dict[int, WordingPlace], RevisionLabels]:
    """The place of every wording of these revisions, by its key, in three queries.

    Paragraphs stand as in the latest of the revisions, general ones (title, headings) first; one
    that was struck by then stands where it stood. The label now is that of the newest revision
    circulated by the cut-off. With `by_revision` the inputs of one paragraph are parted by the
    revision they were made on. Needs `draft` of each revision.
    """
    drafts = sorted({revision.draft for revision in revisions}, key=lambda d: (d.place, d.pk))
    newest = _newest(drafts, cut_off)
    words = _words_of([*revisions, *newest.values()])
    descents = _descents(drafts, cut_off)
    labels = RevisionLabels(_cited(words), tuple(newest.values()))
    places: dict[int, WordingPlace] = {}
    for number, draft in enumerate(drafts):
        chosen = sorted((r for r in revisions if r.draft == draft), key=lambda r: r.number)
        here = _homes(words[chosen[-1].pk], descents, until=chosen[-1].number)
        now = newest[draft.pk]
        later = _homes(words[now.pk], descents, until=now.number)
        sequence = _sequence([words[revision.pk] for revision in chosen])
        for turn, revision in enumerate(chosen):
            for wording in words[revision.pk]:
                paragraph = here.moved.get(wording.paragraph_id, wording.paragraph_id)
                standing = later.moved.get(wording.paragraph_id, wording.paragraph_id)
                places[wording.pk] = WordingPlace(
                    rank=(number, *sequence[paragraph], turn if by_revision else 0),
                    revision_id=revision.pk,
                    paragraph_id=paragraph,
                    draft=draft.title,
                    revision=revision.stage,
                    label_then=labels.of(revision.pk, wording.paragraph_id),
                    label_now=labels.of(now.pk, standing),
                    standing_id=standing,
                    text=wording.text,
                    opening=wording.opening,
                    language=draft.language,
                )
    return places, labels


# What followed what, and in which number of the text's revisions.
Descended = tuple[int, int, int]


def _newest(drafts: Iterable[Draft], cut_off: datetime) -> dict[int, Revision]:
    """The newest revision of each text by the cut-off."""
    circulated = Revision.objects.filter(draft__in=drafts, circulated_at__lte=cut_off)
    return {revision.draft_id: revision for revision in circulated.order_by("number")}


def _words_of(revisions: Iterable[Revision]) -> dict[int, list[WordingKeys]]:
    """The wordings of each revision in the order of the text."""
    found: dict[int, list[WordingKeys]] = {revision.pk: [] for revision in revisions}
    rows = Wording.objects.filter(revision__in=list(found)).order_by("place")
    for row in rows.values_list(*WordingKeys._fields):
        wording = WordingKeys(*row)
        found[wording.revision_id].append(wording)
    return found


def _descents(drafts: Iterable[Draft], cut_off: datetime) -> list[Descended]:
    rows = Descent.objects.filter(revision__draft__in=drafts, revision__circulated_at__lte=cut_off)
    return list(rows.in_time().values_list("paragraph_id", "follows_id", "revision__number"))


def _homes(words: Sequence[WordingKeys], descents: Iterable[Descended], *, until: int) -> Homes:
    places = {wording.paragraph_id: wording.place for wording in words}
    steps: list[Step] = [(one, other) for one, other, number in descents if number <= until]
    return homes_in(places, steps)


def _sequence(texts: Sequence[Sequence[WordingKeys]]) -> dict[int, tuple[int, int]]:
    """Paragraphs as the last text has them; those it no longer has, where they stood."""
    order: list[int] = []
    kinds: dict[int, str] = {}
    for words in reversed(texts):
        known = set(order)
        spot = 0
        for wording in words:
            kinds.setdefault(wording.paragraph_id, wording.kind)
            if wording.paragraph_id in known:
                spot = order.index(wording.paragraph_id) + 1
                continue
            order.insert(spot, wording.paragraph_id)
            spot += 1
    return {
        paragraph: (0 if kinds[paragraph] in GENERAL else 1, place)
        for place, paragraph in enumerate(order)
    }


def _cited(texts: dict[int, list[WordingKeys]]) -> dict[tuple[int, int], str]:
    """Each paragraph as one cites it: "OP3", "OP3(a)", or by its opening words."""
    return {
        (revision, paragraph): name
        for revision, words in texts.items()
        for paragraph, name in names_by_key(
            (row.paragraph_id, row.parent_id, row.label, row.kind, row.text) for row in words
        ).items()
    }
