"""Where a table shows its inputs: under which paragraph, with its label then and now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from comments.threads.input_placement import InputPlacement, place_inputs
from drafts.comparing.concordance import LineageLink
from drafts.models import Descent, Draft, ParagraphKind, Revision, Wording
from drafts.text.labels import names_by_paragraph_id

# Inputs on these are general comments, which a table shows first (domain, rule 11).
GENERAL_KINDS = frozenset({ParagraphKind.TITLE, ParagraphKind.HEADING})


@dataclass(frozen=True, slots=True)
class WordingPlace:
    """One wording on which inputs were made, and where a table shows them."""

    sort_key: tuple[int, ...]  # by which a table sorts the inputs on it
    revision_id: int
    paragraph_id: int  # under which they are shown in the latest of the revisions
    draft_title: str
    stage: str  # of the revision: "First draft"
    label_then: str
    label_now: str  # "" where the paragraph was deleted since
    current_paragraph_id: int  # the paragraph with the label now
    text: str
    opening: str  # opening words, set in italics: "Recalling"
    language: str  # of the text


class WordingValues(NamedTuple):
    """The values of one wording that its place in the table is made of."""

    pk: int
    revision_id: int
    paragraph_id: int
    parent_id: int | None
    place: int  # its position in the revision
    kind: str
    label: str
    opening: str
    text: str


@dataclass(frozen=True, slots=True)
class RevisionLabels:
    """The labels of the paragraphs of each revision, and which revisions are the newest."""

    label_by_ids: dict[tuple[int, int], str]  # by the ids of the revision and the paragraph
    newest_revisions: tuple[Revision, ...] = ()  # of each text, by the cut-off

    def label_in(self, revision_id: int, paragraph_id: int | None) -> str:
        """The label of a paragraph in a revision; "" if that does not have it."""
        return self.label_by_ids.get((revision_id, paragraph_id or 0), "")


def read_wording_places(
    revisions: Sequence[Revision], cut_off: datetime, *, sorts_by_revision: bool
) -> tuple[dict[int, WordingPlace], RevisionLabels]:
    """The place of every wording of these revisions, by its id, in three queries.

    Paragraphs are in the order of the latest of the revisions, general ones (title, headings)
    first; one that was deleted since keeps its place. The label now is that of the newest revision
    circulated by the cut-off. With `sorts_by_revision` the inputs of one paragraph are sorted by
    the revision they were made on. Needs `draft` of each revision.
    """
    drafts = sorted(
        {revision.draft for revision in revisions}, key=lambda draft: (draft.place, draft.pk)
    )
    newest_by_draft_id = _newest_revisions(drafts, cut_off)
    wordings_by_revision_id = _read_wordings([*revisions, *newest_by_draft_id.values()])
    descents = _read_descents(drafts, cut_off)
    labels = RevisionLabels(_citations(wordings_by_revision_id), tuple(newest_by_draft_id.values()))
    place_by_wording_id: dict[int, WordingPlace] = {}
    for draft_position, draft in enumerate(drafts):
        chosen_revisions = sorted(
            (revision for revision in revisions if revision.draft == draft),
            key=lambda revision: revision.number,
        )
        last_chosen, newest_revision = chosen_revisions[-1], newest_by_draft_id[draft.pk]
        placement_in_last_chosen = _placement_in(
            wordings_by_revision_id[last_chosen.pk], descents, last_chosen.number
        )
        placement_in_newest = _placement_in(
            wordings_by_revision_id[newest_revision.pk], descents, newest_revision.number
        )
        sort_key_by_paragraph_id = _paragraph_order(
            [wordings_by_revision_id[revision.pk] for revision in chosen_revisions]
        )
        for index, revision in enumerate(chosen_revisions):
            for wording in wordings_by_revision_id[revision.pk]:
                paragraph_id = placement_in_last_chosen.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                current_paragraph_id = placement_in_newest.current_id_by_earlier_id.get(
                    wording.paragraph_id, wording.paragraph_id
                )
                place_by_wording_id[wording.pk] = WordingPlace(
                    sort_key=(
                        draft_position,
                        *sort_key_by_paragraph_id[paragraph_id],
                        index if sorts_by_revision else 0,
                    ),
                    revision_id=revision.pk,
                    paragraph_id=paragraph_id,
                    draft_title=draft.title,
                    stage=revision.stage,
                    label_then=labels.label_in(revision.pk, wording.paragraph_id),
                    label_now=labels.label_in(newest_revision.pk, current_paragraph_id),
                    current_paragraph_id=current_paragraph_id,
                    text=wording.text,
                    opening=wording.opening,
                    language=draft.language,
                )
    return place_by_wording_id, labels


# (paragraph id, id of the earlier paragraph that it follows, number of the revision).
NumberedDescent = tuple[int, int, int]


def _newest_revisions(drafts: Iterable[Draft], cut_off: datetime) -> dict[int, Revision]:
    """The newest revision of each text by the cut-off, by the id of the text."""
    circulated = Revision.objects.filter(draft__in=drafts, circulated_at__lte=cut_off)
    # In the dictionary later ones replace earlier ones.
    return {revision.draft_id: revision for revision in circulated.order_by("number")}


def _read_wordings(revisions: Iterable[Revision]) -> dict[int, list[WordingValues]]:
    """The wordings of each revision in the order of the text, by the id of the revision."""
    wordings_by_revision_id: dict[int, list[WordingValues]] = {
        revision.pk: [] for revision in revisions
    }
    rows = Wording.objects.filter(revision__in=list(wordings_by_revision_id)).order_by("place")
    for values in rows.values_list(*WordingValues._fields):
        wording = WordingValues(*values)
        wordings_by_revision_id[wording.revision_id].append(wording)
    return wordings_by_revision_id


def _read_descents(drafts: Iterable[Draft], cut_off: datetime) -> list[NumberedDescent]:
    """Which paragraph follows which earlier one, in the revisions circulated by the cut-off."""
    rows = Descent.objects.filter(revision__draft__in=drafts, revision__circulated_at__lte=cut_off)
    return list(rows.oldest_first().values_list("paragraph_id", "follows_id", "revision__number"))


def _placement_in(
    wordings: Sequence[WordingValues], descents: Iterable[NumberedDescent], revision_number: int
) -> InputPlacement:
    """Under which paragraphs of the revision with these wordings inputs on earlier ones are."""
    position_by_paragraph_id = {wording.paragraph_id: wording.place for wording in wordings}
    links: list[LineageLink] = [
        (paragraph_id, earlier_id)
        for paragraph_id, earlier_id, number in descents
        if number <= revision_number
    ]
    return place_inputs(position_by_paragraph_id, links)


def _paragraph_order(
    wordings_of_revisions: Sequence[Sequence[WordingValues]],
) -> dict[int, tuple[int, int]]:
    """The sort key of each paragraph, by its id: as in the last revision; paragraphs that it no
    longer has, where they were."""
    ordered_ids: list[int] = []
    kind_by_id: dict[int, str] = {}
    # Later revisions first; a paragraph that they lack is put after the one that it followed in its
    # own.
    for wordings in reversed(wordings_of_revisions):
        already_ordered = set(ordered_ids)
        position = 0
        for wording in wordings:
            kind_by_id.setdefault(wording.paragraph_id, wording.kind)
            if wording.paragraph_id in already_ordered:
                position = ordered_ids.index(wording.paragraph_id) + 1
                continue
            ordered_ids.insert(position, wording.paragraph_id)
            position += 1
    return {
        paragraph_id: (0 if kind_by_id[paragraph_id] in GENERAL_KINDS else 1, position)
        for position, paragraph_id in enumerate(ordered_ids)
    }


def _citations(
    wordings_by_revision_id: dict[int, list[WordingValues]],
) -> dict[tuple[int, int], str]:
    """The citation of each paragraph, by the ids of its revision and of itself.

    "OP3", "OP3(a)", or its opening words.
    """
    citation_by_ids: dict[tuple[int, int], str] = {}
    for revision_id, wordings in wordings_by_revision_id.items():
        names = names_by_paragraph_id(
            (wording.paragraph_id, wording.parent_id, wording.label, wording.kind, wording.text)
            for wording in wordings
        )
        for paragraph_id, name in names.items():
            citation_by_ids[revision_id, paragraph_id] = name
    return citation_by_ids
