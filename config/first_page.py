"""The page that sign-in leads to: what waits for its reader, or the text where that is all."""

from datetime import datetime

from django.urls import reverse

from comments.news.own_tasks import only_text_to_read
from consultations.pages.home_pages import only_place
from consultations.rules.access_factory import enter
from delegations.models import User


def first_page(user: User, moment: datetime) -> str:
    """Straight into the text for whom nothing else waits in their only consultation.

    Whoever comes by an invitation is shown the front page first, with the first steps on it.
    """
    only = only_place(user, moment)
    if only is None:
        return reverse("home")
    text = only_text_to_read(enter(user, only.slug, only.capacity, moment=moment))
    if text:
        return reverse("latest", args=[only.slug, text])
    return reverse("consultation", args=[only.slug])
