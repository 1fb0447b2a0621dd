"""Finds the page that sign-in leads to: the front page, or the text where nothing else waits."""

from datetime import datetime

from django.urls import reverse

from comments.news.own_tasks import slug_of_only_text_to_read
from consultations.pages.home_pages import only_capacity
from consultations.rules.access_factory import make_access
from delegations.models import User


def first_page(user: User, moment: datetime) -> str:
    """The address of the first page: the text for people with nothing to do in their only place.

    After an invitation people see the front page first, with the first steps on it.
    """
    capacity = only_capacity(user, moment)
    if capacity is None:
        return reverse("home")
    draft_slug = slug_of_only_text_to_read(
        make_access(user, capacity.slug, capacity.capacity, moment=moment)
    )
    if draft_slug:
        return reverse("latest", args=[capacity.slug, draft_slug])
    return reverse("consultation", args=[capacity.slug])
