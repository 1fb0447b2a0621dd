"""What templates show in the demonstration alone: whom to sign in as."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from config.demo.people import DemoPerson, demo_people
from config.demo.scene_views import ShownStep, step_under_way
from config.demo.seed import PASSWORD
from config.demo.switch_person import OtherDemoPerson, other_demo_person
from config.frame.context import frame_actor


def demo(request: HttpRequest) -> dict[str, "Demo"]:
    """`demo` in every template of the demonstration."""
    return {"demo": Demo(request)} if settings.DEMO else {}


class Demo:
    """Values for templates, each computed where it is shown."""

    password = PASSWORD

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def people(self) -> list[DemoPerson]:
        """The people on the sign-in page."""
        return demo_people()

    @cached_property
    def scene(self) -> tuple[ShownStep, ShownStep | None] | None:
        """The step of a scene that is played, and the one after it."""
        return step_under_way(self._request)

    @cached_property
    def other_person(self) -> OtherDemoPerson | None:
        """Somebody of the other side (facilitator, delegate) to sign in as; None signed out."""
        actor = frame_actor(self._request)
        return other_demo_person(actor.role) if actor else None
