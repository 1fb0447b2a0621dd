"""Finds the page that sign-in leads to: a text to read, a front page, or the home page."""

from datetime import datetime

from django.urls import reverse

from comments.front.own_tasks import slug_of_only_text_to_read
from consultations.home.views import only_capacity
from consultations.rules.access_factory import make_access
from delegations.models import User


def url_after_sign_in(user: User, moment: datetime) -> str:
    """The text for people who have nothing else to do in their only consultation, else its front
    page; the home page where there are several or none.

    Not for people who accept an invitation: they see the front page, with the first steps on it.
    """
    capacity = only_capacity(user, moment)
    if capacity is None:
        return reverse("home")
    draft_slug = slug_of_only_text_to_read(
        make_access(user, capacity.consultation_slug, capacity.capacity_key, moment=moment)
    )
    if draft_slug:
        return reverse("latest", args=[capacity.consultation_slug, draft_slug])
    return reverse("consultation", args=[capacity.consultation_slug])
