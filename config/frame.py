"""What every page's frame shows: as whom, what is due, and whether all of it is invented."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst

from comments.desks.rooms import silence_that_runs
from comments.news.fresh import rounds_here
from comments.news.unseen import count_new
from comments.threads.audience import next_deadline
from config.demo_other_side import OtherSide, other_side
from config.frame_sections import FrameSection, sections_of
from consultations.models import Consultation, Round
from consultations.pages.frame_facts import FrameFacts, frame_facts
from consultations.pages.view_decorators import present_actor
from consultations.rules.access import DELEGATES, Access, Actor


@dataclass(frozen=True, slots=True)
class Frame:
    """Takes its values from the view that entered; an anonymous page has an empty frame."""

    access: Actor | None = None
    capacity_name: str = ""
    capacity_role: str = ""
    capacity_code: str = ""
    capacity_key: str = ""
    due: Any = ""
    new_count: Any = 0
    new_url: str = ""
    search_url: str = ""
    sections: Any = ()
    is_demo: bool = False
    switch_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    help_url: str = ""
    # In the demonstration alone: who else to become.
    other_side: OtherSide | None = None


def frame(request: HttpRequest) -> dict[str, Frame]:
    """`frame` in every template."""
    facts = frame_facts(request)
    access = facts.actor if facts.is_known else _chosen_before(request)
    if access is None:
        return {"frame": _without_capacity(request)}
    name, role = _as_whom(access)
    here = access.consultation if isinstance(access, Access) else None
    return {
        "frame": Frame(
            access=access,
            capacity_name=name,
            capacity_role=role,
            capacity_code=access.capacity.code,
            capacity_key=access.capacity.key,
            due=SimpleLazyObject(_due_of(facts, access)),
            new_count=_new_on(facts, access),
            new_url=reverse("new", args=[here.slug]) if here else "",
            search_url=reverse("search", args=[here.slug]) if here else "",
            sections=_sections_on(request, access),
            is_demo=settings.DEMO or (here is not None and here.is_invented),
            switch_url=_switch_url(request),
            sign_out_url=reverse("account_logout"),
            account_url=reverse("account_change_password"),
            help_url=_help_url(here),
            other_side=other_side(access.role) if settings.DEMO else None,
        )
    }


def _chosen_before(request: HttpRequest) -> Actor | None:
    """The capacity on a page whose view asks for none: one's account, a wrong turn."""
    user = getattr(request, "user", None)
    return present_actor(request) if user is not None and user.is_authenticated else None


def _as_whom(access: Actor) -> tuple[str, str]:
    """Portugal, focal point; for who leads or serves the function comes first: Co-facilitator."""
    capacity = access.capacity
    if access.role in DELEGATES:
        return capacity.name, capacity.role_words
    return capfirst(capacity.role_words), Truncator(capacity.name).chars(36)


def _without_capacity(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Frame(
            is_demo=settings.DEMO, sign_in_url=reverse("account_login"), help_url=_help_url(None)
        )
    return Frame(
        is_demo=settings.DEMO,
        help_url=_help_url(None),
        sign_out_url=reverse("account_logout"),
        account_url=reverse("account_change_password"),
    )


def _help_url(here: Consultation | None) -> str:
    """The help, which leads back into the pages of this consultation."""
    query = f"?{urlencode({'in': here.slug})}" if here else ""
    return reverse("help") + query


def _switch_url(request: HttpRequest) -> str:
    """To the choice of capacity, and back to this page where it can be opened again."""
    here = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return f"{reverse('capacity')}?{here}" if here else reverse("capacity")


def _due_of(facts: FrameFacts, access: Actor) -> Callable[[], str]:
    """Asked only where a page shows it, with one query; one more for who sits in a group's room.

    A silence comes first: it ends before the round does, and whoever misses it has consented.
    """
    said = facts.due
    if said is not None or not isinstance(access, Access):
        return lambda: said or ""
    return lambda: silence_that_runs(access) or next_deadline(access, _rounds(facts, access))


def _sections_on(request: HttpRequest, access: Actor) -> Callable[[], Sequence[FrameSection]]:
    """Called where a page shows them: a thread alone has no frame around it."""
    if not isinstance(access, Access):
        return tuple
    page = request.resolver_match.view_name if request.resolver_match else ""
    return cache(lambda: sections_of(access, request.path, page))


def _rounds(facts: FrameFacts, access: Access) -> Sequence[Round]:
    """The rounds of the consultation, asked once for all that the frame shows."""
    if facts.rounds is None:
        facts.rounds = rounds_here(access)
    return facts.rounds


def _new_on(facts: FrameFacts, access: Actor) -> Any:
    """What the page counted already; else asked only where it is shown, with two queries."""
    if not isinstance(access, Access):
        return 0
    if facts.new_count is not None:
        return facts.new_count
    # Called where it is shown, and once: a lazy object is no number to the plural of Arabic.
    return cache(lambda: count_new(access, _rounds(facts, access)))
