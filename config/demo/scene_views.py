"""The demo's page of scenes, the button that plays a step, and the line that says what to do."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from config.demo.people import DemoPerson, demo_people
from config.demo.scenes import SCENE_BY_KEY, SCENES, Scene, Step
from config.demo.views import demo_only
from delegations.models import User

SESSION_KEY = "demo_step"


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step on a page: its number from 1, its person, and the number of the next; 0: the last."""

    scene: Scene
    step: Step
    number: int
    person: DemoPerson

    @property
    def next_number(self) -> int:
        return self.number + 1 if self.number < len(self.scene.steps) else 0


@demo_only
def scenes(request: HttpRequest) -> HttpResponse:
    """All scenes, each with its people and the button that begins it."""
    person_by_email = _person_by_email()
    # Each scene with its people, in the order in which they act.
    shown_scenes = [
        (scene, [person_by_email[email] for email in dict.fromkeys(_emails(scene))])
        for scene in SCENES
    ]
    return render(request, "demo/scenes.html", {"scenes": shown_scenes})


@require_POST
def play_step(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Sign in as the person of a step, on its page; 404 outside the demonstration."""
    scene = SCENE_BY_KEY.get(key)
    if not settings.DEMO or scene is None or number not in _numbers(scene):
        raise Http404
    step = scene.steps[number - 1]
    user = get_object_or_404(User, email=f"{step.person}@demo.example", is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SESSION_KEY] = [key, number]
    return redirect(step.page())


@require_POST
def leave_scene(request: HttpRequest) -> HttpResponse:
    """Take the line of the scene away, and lead back to all of them."""
    if not settings.DEMO:
        raise Http404
    request.session.pop(SESSION_KEY, None)
    return redirect("demo_scenes")


def step_under_way(request: HttpRequest) -> tuple[ShownStep, ShownStep | None] | None:
    """The step that this session plays and the one after it; None where it plays none."""
    if not hasattr(request, "session") or SESSION_KEY not in request.session:
        return None
    key, number = request.session[SESSION_KEY]
    scene, person_by_email = SCENE_BY_KEY[key], _person_by_email()
    shown = _shown(scene, number, person_by_email)
    return shown, (_shown(scene, shown.next_number, person_by_email) if shown.next_number else None)


def _numbers(scene: Scene) -> range:
    return range(1, len(scene.steps) + 1)


def _emails(scene: Scene) -> list[str]:
    return [f"{step.person}@demo.example" for step in scene.steps]


def _person_by_email() -> dict[str, DemoPerson]:
    return {person.email: person for person in demo_people()}


def _shown(scene: Scene, number: int, person_by_email: dict[str, DemoPerson]) -> ShownStep:
    step = scene.steps[number - 1]
    return ShownStep(scene, step, number, person_by_email[f"{step.person}@demo.example"])
