"""A tag for the places where the holder of a post typed words and did not save them."""

from django import template

from comments.models import Autosave
from comments.news.unfinished import UnsavedPlace, unsaved_place, with_texts
from consultations.rules.access import Access
from delegations.models import Post

register = template.Library()


@register.simple_tag
def autosaved_places(access: Access, post: Post) -> list[UnsavedPlace]:
    """The places where the holder of a post typed, by consultation and in the order of each text.

    For people of the same delegation, the holder among them. Never the words themselves.
    One query.
    """
    autosaves = with_texts(Autosave.objects.countable_by(access, post))
    ordered_autosaves = autosaves.order_by(
        "consultation", "wording__revision", "wording__place", "pk"
    )
    is_own = post.user_id == access.user.pk
    return [unsaved_place(autosave, is_own=is_own) for autosave in ordered_autosaves]
