"""No row of another consultation is visible, whatever the rules of its model say besides.

Each reader of the room is led into another consultation, with all that they are in this one: what
is still visible is only held back by the consultation.
"""

from collections import deque
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet

from consultations.models import Consultation
from consultations.rules.access import Access
from tests.consultations.web.site_map import IN_THE_ROOM, READERS
from tests.room import Room, speak_in_room

pytestmark = pytest.mark.django_db

APPS = ("consultations", "drafts", "comments")
MODELS = [
    model
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    if hasattr(model._default_manager, "visible_to")
]


def path_to_consultation(model: type[Model]) -> str:
    """The shortest way by foreign keys: "paragraph__draft__consultation"."""
    waiting: deque[tuple[Any, str]] = deque([(model, "")])
    while waiting:
        reached, path = waiting.popleft()
        for field in reached._meta.concrete_fields:
            if field.remote_field is None:
                continue
            further = f"{path}__{field.name}".removeprefix("__")
            if field.remote_field.model is Consultation:
                return further
            waiting.append((field.remote_field.model, further))
    raise AssertionError(f"{model.__name__} belongs to no consultation")


@pytest.fixture
def readers(room: Room) -> list[Access]:
    """Everybody who takes part in the room, in the capacity that they have there."""
    speak_in_room(room)
    return [room.access(READERS[letter]) for letter in IN_THE_ROOM]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_row_is_visible_in_its_consultation_alone(
    room: Room, readers: list[Access], model: Any
) -> None:
    path = path_to_consultation(model)
    for access in readers:
        elsewhere = replace(access, consultation=room.elsewhere)
        visible = model.objects.visible_to(elsewhere)
        assert not visible.exclude(**{path: room.elsewhere}).exists(), access.capacity.key
        # Many tables are empty in the room: then the consultation stands at least in the question.
        assert _asked(visible) != _asked(model.objects.visible_to(access)), access.capacity.key


def _asked(rows: QuerySet[Any]) -> str:
    try:
        return str(rows.query)
    except EmptyResultSet:
        return f"nothing {id(rows)}"
