"""Translate a capacity from the record, which is in English, into the language of the page."""

from typing import Any

from django.utils.translation import get_language, gettext as _

from consultations.models import FacilitationRole
from delegations.models import PostRole
from delegations.reader_names import name_for_reader

# By the role as `Actor.capacity_words` writes it: "co-facilitator", "focal point".
LABEL_BY_RECORDED_ROLE = {
    role.value.replace("co_", "co-").replace("_", " "): role.label
    for roles in (PostRole, FacilitationRole)
    for role in roles
}


def capacity_for_reader(recorded_words: str | None) -> str:
    """ "focal point, Egypt" → "جهة التنسيق، مصر"; what begins with no role stands as it is.

    Empty where the record names no capacity.
    """
    role, _comma, name = (recorded_words or "").partition(", ")
    if role not in LABEL_BY_RECORDED_ROLE or (get_language() or "en").startswith("en"):
        return recorded_words or ""
    return _(", ").join((str(LABEL_BY_RECORDED_ROLE[role]), name_for_reader(name)))


def recorded_author(record: Any) -> str:
    """Who made the change that a row of a history records: the person, and in which capacity."""
    return f"{record.history_user}, {capacity_for_reader(record.history_change_reason)}"
