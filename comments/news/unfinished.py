"""Where somebody typed words and did not save them: how many and where, never the words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Window
from django.urls import reverse

from comments.models import Autosave
from comments.models.delegation_internal import AutosaveQuerySet
from comments.news.citations import citation_of
from consultations.rules.access import Access
from drafts.models import Kind, Wording


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """A paragraph as a list names it; its address only for the person who typed there."""

    text: str
    label: str
    url: str


def with_places(rows: AutosaveQuerySet) -> AutosaveQuerySet:
    """The rows with what `typed_place` needs."""
    return rows.defer("words").select_related(
        "wording__revision__draft__consultation", "wording__paragraph"
    )


def typed_place(row: Autosave, *, is_own: bool) -> TypedPlace:
    """Needs what `with_places` reads."""
    return TypedPlace(
        text=f"{row.wording.revision.draft.title}, {row.wording.revision.stage}",
        label=_paragraph_label(row.wording),
        url=_form_url(row) if is_own else "",
    )


def unfinished_places(access: Access, *, limit: int) -> tuple[int, tuple[TypedPlace, ...]]:
    """What this person typed and did not save here: how many, and the last ones. One query."""
    rows = Autosave.objects.visible_to(access).annotate(total=Window(Count("*")))
    last_rows: list[Any] = list(with_places(rows).order_by("-saved_at", "-pk")[:limit])
    places = tuple(typed_place(row, is_own=True) for row in last_rows)
    return (last_rows[0].total if last_rows else 0), places


def _paragraph_label(wording: Wording) -> str:
    return citation_of(wording.label) or str(Kind(wording.kind).label)


def _form_url(row: Autosave) -> str:
    """The page with the form into which the typed words come back."""
    revision, paragraph = row.wording.revision, row.wording.paragraph.public_id
    slug = revision.draft.consultation.slug
    if row.comment_id is not None:
        return reverse("workspace", args=[slug])
    text = reverse("reading", args=[slug, revision.draft.slug, revision.number])
    return f"{text}?open={paragraph}&write=1#p-{paragraph}"
