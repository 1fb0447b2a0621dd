"""Where somebody typed words and did not save them: how many and where, never the words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.urls import reverse

from comments.models import Autosave
from comments.models.delegation_internal import AutosaveQuerySet
from consultations.rules.access import Access
from drafts.citing import citation_of
from drafts.models import ParagraphKind, Wording


@dataclass(frozen=True, slots=True)
class UnsavedPlace:
    """Where words were typed: the paragraph as a list names it, and the address of its form.

    The address is empty for all but the person who typed there.
    """

    draft_and_stage: str
    label: str
    url: str


def with_texts(autosaves: AutosaveQuerySet) -> AutosaveQuerySet:
    """The rows with what `unsaved_place` needs, and without the words that were typed."""
    autosaves_with_comment = autosaves.annotate(
        comment_public_id=F("comment__public_id"), comment_submitted_at=F("comment__submitted_at")
    )
    return autosaves_with_comment.defer("words").select_related(
        "wording__revision__draft__consultation", "wording__paragraph"
    )


def unsaved_place(autosave: Any, *, is_own: bool) -> UnsavedPlace:
    """A place for a list, with a link where `is_own`. Needs what `with_texts` reads."""
    revision = autosave.wording.revision
    return UnsavedPlace(
        draft_and_stage=f"{revision.draft.title}, {revision.stage}",
        label=_paragraph_label(autosave.wording),
        url=_form_url(autosave) if is_own else "",
    )


def read_unsaved_places(access: Access, *, limit: int) -> tuple[int, tuple[UnsavedPlace, ...]]:
    """What this person typed and did not save here: how many, and the last ones. One query."""
    autosaves = Autosave.objects.visible_to(access).annotate(total=Window(Count("*")))
    last_autosaves: list[Any] = list(with_texts(autosaves).order_by("-saved_at", "-pk")[:limit])
    places = tuple(unsaved_place(autosave, is_own=True) for autosave in last_autosaves)
    return (last_autosaves[0].total if last_autosaves else 0), places


def _paragraph_label(wording: Wording) -> str:
    """How one cites a wording; one without a label by its kind."""
    return citation_of(wording.label) or str(ParagraphKind(wording.kind).label)


def _form_url(autosave: Any) -> str:
    """The address of the form into which the typed words come back."""
    revision, paragraph_public_id = autosave.wording.revision, autosave.wording.paragraph.public_id
    slug = revision.draft.consultation.slug
    if autosave.comment_id is not None:
        # An input that is submitted changes only by a new version.
        url_name = "supersede_comment" if autosave.comment_submitted_at else "edit_comment"
        return reverse(url_name, args=[slug, autosave.comment_public_id])
    text_url = reverse("reading", args=[slug, revision.draft.slug, revision.number])
    return f"{text_url}?open={paragraph_public_id}&write=1#p-{paragraph_public_id}"
