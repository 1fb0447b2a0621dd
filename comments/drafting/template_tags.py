"""Tags on drafts: where somebody typed words and did not save them, and a key for a form."""

import uuid

from django import template

from comments.drafting.unfinished import UnsavedPlace, own_place, unsaved_place, with_texts
from comments.inputs.queries import rounds_of_consultation
from comments.models import Autosave
from consultations.rules.access import Access
from delegations.models import Post

register = template.Library()


@register.simple_tag
def autosaved_places(access: Access, post: Post) -> list[UnsavedPlace]:
    """The places where the holder of a post typed, by consultation and in the order of each text.

    For people of the same delegation, the holder among them. Never the words themselves.
    One query; for the holder, one more where there are any.
    """
    autosaves = with_texts(Autosave.objects.countable_by(access, post))
    ordered_autosaves = list(
        autosaves.order_by("consultation", "wording__revision", "wording__place", "pk")
    )
    if post.user_id != access.user.pk:
        return [unsaved_place(autosave) for autosave in ordered_autosaves]
    rounds = rounds_of_consultation(access) if ordered_autosaves else []
    return [own_place(access, autosave, rounds) for autosave in ordered_autosaves]


@register.simple_tag
def new_form_key() -> uuid.UUID:
    """A key that identifies one form, so that a double click writes once."""
    return uuid.uuid4()
