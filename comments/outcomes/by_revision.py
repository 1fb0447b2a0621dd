"""What became of an input in each later revision, word by word, and whose step incorporated it.

Six queries, for one revision or twenty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from comments.models import Comment, CommentKind, Incorporation
from comments.news.citations import (
    POSITION_COLUMNS,
    ParagraphPositions,
    WordingPosition,
    positions_in_text,
)
from comments.outcomes.outcome import OwnInput, outcome_of, paragraphs_now
from comments.threads.threads import CommentView, comment_view, with_answers
from consultations.rules.access import Access
from drafts.models import Descent, Revision, Wording
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class LaterRevision:
    """A revision after the input, and what it has of the input."""

    revision: Revision
    own: OwnInput
    # How the paragraph is cited in it: several labels where it was split, () where it is deleted.
    labels: tuple[str, ...]
    # The redline from the wording that the input was made on; () where nothing changed.
    pieces: Redline
    # The steps of the desk that took its words into this revision.
    incorporations: tuple[Incorporation, ...]


@dataclass(frozen=True, slots=True)
class InputOutcomes:
    """An input, and what became of it in each revision since, the newest first."""

    view: CommentView
    later: tuple[LaterRevision, ...]
    # Incorporations not yet circulated: for those who read the working text.
    on_desk: tuple[Incorporation, ...]


def outcomes_by_revision(access: Access, comment: Comment) -> InputOutcomes:
    """For an input that this reader may read. Needs `wording.revision` and `paragraph`."""
    row = with_answers(access, Comment.objects.visible_to(access)).get(pk=comment.pk)
    number = row.wording.revision.number
    revisions = _later_revisions(access, row)
    places = _positions_by_revision(access, row, revisions)
    texts = _wordings_by_revision(access, row, number, places)
    incorporations = list(
        Incorporation.objects.visible_to(access)
        .in_force()
        .filter(comment=row)
        .select_related("step__revision", "comment__seat")
    )
    later = [
        _later_revision(
            row, revision, places[revision.pk], texts.get(revision.pk, {}), incorporations
        )
        for revision in revisions
    ]
    return InputOutcomes(
        view=comment_view(row),
        later=tuple(reversed(later)),
        on_desk=tuple(
            incorporation
            for incorporation in incorporations
            if incorporation.step.revision_id is None
        ),
    )


def _later_revisions(access: Access, row: Any) -> list[Revision]:
    revisions = Revision.objects.visible_to(access).select_related("draft")
    number = row.wording.revision.number
    return list(
        revisions.filter(draft=row.paragraph.draft_id, number__gt=number).order_by("number")
    )


def _positions_by_revision(
    access: Access, row: Any, revisions: Sequence[Revision]
) -> dict[int, ParagraphPositions]:
    """Where the paragraphs stand in each of the revisions: two queries, none of them for words."""
    rows = (
        Wording.objects.visible_to(access)
        .filter(revision__in=revisions)
        .order_by("revision__number", "place")
        .values_list("revision_id", *POSITION_COLUMNS)
    )
    descents = Descent.objects.filter(
        revision__draft=row.paragraph.draft_id, revision__draft__consultation=access.consultation
    ).order_by("pk")
    steps = list(descents.values_list("paragraph_id", "follows_id", "revision__number"))
    numbers = {revision.pk: revision.number for revision in revisions}
    return {
        key: positions_in_text(
            [WordingPosition(*values[1:]) for values in in_revision],
            [
                (paragraph, follows)
                for paragraph, follows, number in steps
                if number is not None and number <= numbers[key]
            ],
        )
        for key, in_revision in groupby(rows, key=lambda values: values[0])
    }


def _wordings_by_revision(
    access: Access, row: Any, number: int, places: Mapping[int, ParagraphPositions]
) -> dict[int, dict[int, Wording]]:
    """The wordings to compare with in each revision; for a proposed paragraph, all new ones too."""
    keys = {row.paragraph_id}
    for positions in places.values():
        keys |= {positions.current_id_of(row.paragraph_id), *paragraphs_now(row, positions)}
    condition = Q(paragraph__in=keys)
    if row.kind == CommentKind.ADD_AFTER:
        condition |= Q(first_number__gt=number)
    first = Wording.objects.filter(paragraph=OuterRef("paragraph")).order_by("revision__number")
    rows = (
        Wording.objects.visible_to(access)
        .filter(revision__in=list(places))
        .annotate(first_number=Subquery(first.values("revision__number")[:1]))
        .filter(condition)
        .select_related("revision")
    )
    texts: dict[int, dict[int, Wording]] = {}
    for wording in rows:
        texts.setdefault(wording.revision_id, {})[wording.paragraph_id] = wording
    return texts


def _later_revision(
    row: Any,
    revision: Revision,
    places: ParagraphPositions,
    texts: Mapping[int, Wording],
    incorporations: Iterable[Incorporation],
) -> LaterRevision:
    keys = paragraphs_now(row, places) or (places.current_id_of(row.paragraph_id),)
    standing = [key for key in keys if key in texts]
    now = " ".join(texts[key].text for key in standing)
    then = row.wording.text
    return LaterRevision(
        revision=revision,
        own=outcome_of(row, texts, places, {row.paragraph.draft_id: revision}),
        labels=tuple(places.standing[key].label for key in standing),
        pieces=redline(then, now) if standing and now != then else (),
        incorporations=tuple(
            incorporation
            for incorporation in incorporations
            if incorporation.step.revision_id == revision.pk
        ),
    )
