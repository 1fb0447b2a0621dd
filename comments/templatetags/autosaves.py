"""Where somebody has typed words and not kept them: a number and places, never the words."""

from dataclasses import dataclass

from django import template
from django.urls import reverse

from comments.models import Autosave
from comments.news.citations import named_paragraph
from consultations.rules.access import Access
from delegations.models import Post
from drafts.models import Kind, Wording

register = template.Library()


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """A paragraph as a list names it; the address for the person who types there alone."""

    text: str
    label: str
    url: str


@register.simple_tag
def typed_in(access: Access, post: Post) -> list[TypedPlace]:
    """Where the holder of a post is typing, in the order of the texts: one query."""
    rows = Autosave.objects.countable_by(access, post).select_related(
        "wording__revision__draft__consultation", "wording__paragraph"
    )
    ordered = rows.order_by("consultation", "wording__revision", "wording__place", "pk")
    is_own = post.user_id == access.user.pk
    return [
        TypedPlace(
            text=f"{row.wording.revision.draft.title}, {row.wording.revision.stage}",
            label=_label(row.wording),
            url=_address(row) if is_own else "",
        )
        for row in ordered
    ]


def _label(wording: Wording) -> str:
    return named_paragraph(wording.label) or str(Kind(wording.kind).label)


def _address(row: Autosave) -> str:
    """Its form, where the words come back."""
    revision, paragraph = row.wording.revision, row.wording.paragraph.public_id
    slug = revision.draft.consultation.slug
    if row.comment_id is not None:
        return reverse("workspace", args=[slug])
    text = reverse("reading", args=[slug, revision.draft.slug, revision.number])
    return f"{text}?open={paragraph}&write=1#p-{paragraph}"
