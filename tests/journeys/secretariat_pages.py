"""Secretariat administration: every list and every form to add, and a page of each other kind."""

from functools import partial
from typing import Any

from consultations.admin import desk
from consultations.models import Seat
from delegations.models import Delegation, Post
from tests.journeys.demo_pages import SECRETARIAT
from tests.journeys.shown import Shown

MODELS = sorted(desk._registry, key=lambda model: model._meta.label_lower)

FORMS = (Delegation, Post, Seat)


def _at(model: Any, kind: str) -> str:
    return f"desk:{model._meta.app_label}_{model._meta.model_name}_{kind}"


def _a_row(model: Any) -> Any:
    return lambda: {"object_id": model.objects.order_by("pk")[0].pk}


DESK = (
    Shown("desk:index", SECRETARIAT),
    *(
        Shown("desk:app_list", SECRETARIAT, partial(dict, app_label=room), note=room)
        for room in sorted({model._meta.app_label for model in MODELS})
    ),
    *(Shown(_at(model, "changelist"), SECRETARIAT) for model in MODELS),
    *(Shown(_at(model, "add"), SECRETARIAT) for model in MODELS),
    # A row that is corrected, one that is ended, one that is both; and what is kept of it.
    *(Shown(_at(model, "change"), SECRETARIAT, _a_row(model)) for model in FORMS),
    Shown(_at(Post, "history"), SECRETARIAT, _a_row(Post)),
)

# Addresses of the desk that are no pages, each with the reason.
NO_PAGES_OF_DESK = {
    "desk:login": "leads to the sign-in of all pages",
    "desk:logout": "leads to the sign-out of all pages",
    "desk:password_change": "leads to the password page of all pages",
    "desk:password_change_done": "leads to the password page of all pages",
    "desk:autocomplete": "JSON",
    "desk:jsi18n": "a script",
    "desk:view_on_site": "no model of the desk has a page of its own elsewhere",
    **{_at(model, "delete"): "nothing is deleted" for model in MODELS},
    **{_at(model, "change"): "as that of the others" for model in MODELS if model not in FORMS},
    **{_at(model, "history"): "as that of a post" for model in MODELS if model is not Post},
}
