"""New revisions as news on what one watches: paragraphs changed, added or deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from comments.inputs.citations import (
    ParagraphPosition,
    ParagraphPositions,
    paragraph_url,
    revision_url,
)
from comments.models import Watch
from comments.news.items import FreshItem
from comments.news.unseen import Unseen
from comments.news.watched import watched_news
from consultations.rules.access import Access
from delegations.models import User
from drafts.models import Draft, ParagraphKind, Revision, Wording
from drafts.text.citing import citation_of_wording

SOURCE_NAME = "revisions"  # the source of this news


@dataclass(frozen=True, slots=True)
class RewordedParagraph:
    """A paragraph that a revision changed, and who circulated that revision."""

    fresh_item: FreshItem
    circulated_by_id: int


def read_reworded_paragraphs(access: Access, since: datetime) -> list[RewordedParagraph]:
    """The paragraphs that revisions circulated since a moment changed: two queries.

    A deleted paragraph gives a row of its own, and one on the heading above it, if any, for those
    who watch that section. Nothing is deleted silently (domain, rule 13).
    """
    changed_wordings = (
        Wording.objects.visible_to(access)
        # With a redline the words were changed, without a previous wording they were added.
        .filter(Q(redline__isnull=False) | Q(previous=None), revision__number__gt=1)
        .filter(revision__circulated_at__gt=since, revision__circulated_at__lte=access.moment)
        .values_list(
            "paragraph",
            "revision",
            "revision__circulated_at",
            "revision__circulated_by",
        )
    )
    reworded_paragraphs = [
        _reworded_paragraph(*columns) for columns in changed_wordings.order_by("pk")
    ]
    deleted_wordings = _deleted_wordings(access, since).values_list(*DELETED_COLUMNS)
    for deleted_id, heading_id, *revision_columns in deleted_wordings:
        reworded_paragraphs += [
            _reworded_paragraph(paragraph_id, *revision_columns)
            for paragraph_id in (deleted_id, heading_id)
            if paragraph_id
        ]
    return reworded_paragraphs


def circulated_by_others(
    reworded_paragraphs: Iterable[RewordedParagraph], user: User
) -> list[FreshItem]:
    """The news on the paragraphs that this person did not circulate themselves."""
    return [
        reworded.fresh_item
        for reworded in reworded_paragraphs
        if reworded.circulated_by_id != user.pk
    ]


def watched_rewordings(
    watches: Sequence[Watch], unseen: Unseen, positions: ParagraphPositions
) -> Mapping[int, datetime]:
    """The ids of watched paragraphs whose words are new to the reader, and when they became so."""
    reworded_at_by_paragraph_id = unseen.reworded_at_by_paragraph_id or {}
    fresh_items = [
        FreshItem(
            source=SOURCE_NAME,
            pk=0,  # `watched_news` does not read it
            paragraph_id=paragraph_id,
            seat_id=None,
            readable_from=circulated_at,
        )
        for paragraph_id, circulated_at in reworded_at_by_paragraph_id.items()
        # One that has left the text since is not shown (`reworded_texts`), and not counted.
        if paragraph_id in positions.position_by_id
    ]
    return {
        fresh_item.paragraph_id: fresh_item.readable_from
        for fresh_item in watched_news(watches, fresh_items, positions)
    }


def _reworded_paragraph(
    paragraph_id: int, revision_id: int, circulated_at: datetime, user_id: int
) -> RewordedParagraph:
    """A paragraph changed by a revision, which this person circulated then."""
    return RewordedParagraph(
        FreshItem(
            source=SOURCE_NAME,
            pk=revision_id,
            paragraph_id=paragraph_id,
            seat_id=None,
            readable_from=circulated_at,
        ),
        user_id,
    )


# Of a deleted paragraph the ids of itself, of the heading above it and of the revision without it;
# then when that was circulated, and by whom.
DELETED_COLUMNS = ("paragraph", "heading_id", "deleted_in_id", "deleted_at", "deleted_by_id")


def _deleted_wordings(access: Access, since: datetime) -> QuerySet[Any]:
    """The last wordings of paragraphs that revisions since a moment deleted, annotated with the
    columns above."""
    next_revision = Revision.objects.filter(
        draft=OuterRef("revision__draft"),
        number=OuterRef("revision__number") + 1,
        circulated_at__gt=since,
        circulated_at__lte=access.moment,
    )
    headings_above = Wording.objects.filter(
        revision=OuterRef("revision"),
        place__lt=OuterRef("place"),
        kind__in=[ParagraphKind.HEADING, ParagraphKind.TITLE],
    ).order_by("-place")  # the nearest first
    # Those that no wording of the next revision continues.
    last_wordings = Wording.objects.visible_to(access).filter(next=None)
    deleted_wordings: QuerySet[Any] = last_wordings.annotate(
        heading_id=Subquery(headings_above.values("paragraph")[:1]),
        deleted_in_id=Subquery(next_revision.values("pk")[:1]),
        deleted_at=Subquery(next_revision.values("circulated_at")[:1]),
        deleted_by_id=Subquery(next_revision.values("circulated_by")[:1]),
    ).filter(deleted_in_id__isnull=False)
    return deleted_wordings.order_by("pk")


# --- By text -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RewordedText:
    """A text with the paragraphs that were reworded or added in it, or deleted from it."""

    title: str
    # How one cites each, and the address of it in the newest revision that has it.
    paragraphs: tuple[tuple[str, str], ...]


def reworded_texts(
    access: Access, reworded_paragraph_ids: Iterable[int] | None, positions: ParagraphPositions
) -> list[RewordedText]:
    """Where words changed since the reader last saw them, in the order of the texts: one query.

    `reworded_paragraph_ids` is None at the reader's first visit, when nothing counts as changed.
    """
    changed_positions = [
        position
        for paragraph_id in reworded_paragraph_ids or ()
        # One that has left the text since has no position.
        if (position := positions.position_by_id.get(paragraph_id))
    ]
    if not changed_positions:
        return []
    positions_by_draft_id: dict[int, list[ParagraphPosition]] = {}
    for position in sorted(changed_positions, key=lambda position: position.sort_key):
        positions_by_draft_id.setdefault(position.draft_id, []).append(position)
    draft_by_id = {draft.pk: draft for draft in Draft.objects.visible_to(access)}
    return [
        RewordedText(
            draft_by_id[draft_id].title,
            tuple(
                (
                    position.citation,
                    paragraph_url(access, draft_by_id[draft_id], position.public_id),
                )
                for position in positions_in_draft
            ),
        )
        for draft_id, positions_in_draft in positions_by_draft_id.items()
    ]


# --- Deleted paragraphs --------------------------------------------------------------------------


def unseen_deletions(access: Access, unseen: Unseen, positions: ParagraphPositions) -> list[Any]:
    """The last wordings of paragraphs that left the texts since the reader last saw them.

    One that goes on in another paragraph is not deleted. One query, none without a new revision.
    """
    if unseen.since is None or not unseen.new_revision_ids:
        return []
    deleted_wordings = _deleted_wordings(access, unseen.since).filter(
        deleted_in_id__in=unseen.new_revision_ids
    )
    return [
        wording
        for wording in deleted_wordings.select_related("revision__draft", "paragraph")
        if unseen.is_after_look(wording.paragraph_id, wording.deleted_at)
        and positions.position_of(wording.paragraph_id) is None
    ]


def watched_deletions(
    unseen: Unseen, deletions: Iterable[Any], positions: ParagraphPositions
) -> list[Any]:
    """Those of `unseen_deletions` that the reader watches, by themselves or with their section."""
    return [
        wording
        for wording in deletions
        if watched_news(
            unseen.watches,
            [
                FreshItem(
                    SOURCE_NAME, wording.deleted_in_id, paragraph_id, None, wording.deleted_at
                )
                for paragraph_id in (wording.paragraph_id, wording.heading_id)
                if paragraph_id
            ],
            positions,
        )
    ]


def deleted_texts(access: Access, deletions: Iterable[Any]) -> list[RewordedText]:
    """The deleted paragraphs by text, each with its page in the last revision that has it."""
    wordings = sorted(
        deletions,
        key=lambda wording: (
            wording.revision.draft.place,
            wording.revision.draft_id,
            wording.revision.number,
            wording.place,
        ),
    )
    paragraphs_by_draft: dict[Draft, list[tuple[str, str]]] = {}
    for wording in wordings:
        draft, public_id = wording.revision.draft, wording.paragraph.public_id
        url = f"{revision_url(access, draft, wording.revision.number)}?open={public_id}"
        paragraphs_by_draft.setdefault(draft, []).append(
            (citation_of_wording(wording), f"{url}#p-{public_id}")
        )
    return [
        RewordedText(draft.title, tuple(paragraphs))
        for draft, paragraphs in paragraphs_by_draft.items()
    ]
