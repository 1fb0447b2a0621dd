"""What every page's frame shows: as whom, what is due, and whether all of it is invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst

from comments.desks.rooms import silence_that_runs
from comments.news.fresh import rounds_here
from comments.news.unseen import count_new
from comments.threads.audience import next_deadline
from config.demo_other_side import OtherSide, other_side
from config.frame_sections import FrameSection, sections_of
from consultations.models import Round
from consultations.pages.frame_facts import FrameFacts, frame_facts
from consultations.pages.view_decorators import present_actor
from consultations.rules.access import DELEGATES, Access, Actor


def frame(request: HttpRequest) -> dict[str, "Frame"]:
    """`frame` in every template."""
    facts = frame_facts(request)
    actor = facts.actor if facts.is_known else _chosen_before(request)
    return {"frame": Frame(request, actor, facts)}


def _chosen_before(request: HttpRequest) -> Actor | None:
    """The capacity on a page whose view asks for none: one's account, a wrong turn."""
    user = getattr(request, "user", None)
    return present_actor(request) if user is not None and user.is_authenticated else None


@dataclass(frozen=True)
class Frame:
    """Each value is worked out where a template shows it: a thread alone has no frame around it.

    Without a request it asks nothing of anybody, and is empty.
    """

    request: HttpRequest | None = None
    access: Actor | None = None
    facts: FrameFacts = field(default_factory=FrameFacts)

    # As whom: "Portugal, focal point"; for who leads or serves "Co-facilitator, Portugal".

    @property
    def capacity_name(self) -> str:
        if self.access is None:
            return ""
        capacity = self.access.capacity
        is_delegate = capacity.role in DELEGATES
        return capacity.name if is_delegate else capfirst(capacity.role_words)

    @property
    def capacity_role(self) -> str:
        if self.access is None:
            return ""
        capacity = self.access.capacity
        is_delegate = capacity.role in DELEGATES
        return capacity.role_words if is_delegate else Truncator(capacity.name).chars(36)

    @property
    def capacity_code(self) -> str:
        return self.access.capacity.code if self.access else ""

    @property
    def capacity_key(self) -> str:
        return self.access.capacity.key if self.access else ""

    @property
    def switch_url(self) -> str:
        """To the choice of capacity, and back to this page where it can be opened again."""
        if self.access is None or self.request is None:
            return ""
        here = {"next": self.request.get_full_path()} if self.request.method == "GET" else {}
        return f"{reverse('capacity')}?{urlencode(here)}" if here else reverse("capacity")

    @property
    def other_side(self) -> OtherSide | None:
        """In the demonstration alone: who else to become."""
        return other_side(self.access.role) if self.access and settings.DEMO else None

    # Where one is: what is due, new, and to be opened.

    @cached_property
    def due(self) -> str:
        """What the page found out already; else one query, two for who sits in a group's room.

        A silence comes first: it ends before the round does, and whoever misses it has consented.
        """
        if self.facts.due is not None or not isinstance(self.access, Access):
            return self.facts.due or ""
        return silence_that_runs(self.access) or next_deadline(self.access, self._rounds)

    @cached_property
    def new_count(self) -> int:
        """What the page counted already; else two queries."""
        if not isinstance(self.access, Access):
            return 0
        counted = self.facts.new_count
        return count_new(self.access, self._rounds) if counted is None else counted

    @cached_property
    def _rounds(self) -> Sequence[Round]:
        """The rounds of the consultation, asked once for all that the frame shows."""
        assert isinstance(self.access, Access)
        return rounds_here(self.access) if self.facts.rounds is None else self.facts.rounds

    @cached_property
    def sections(self) -> Sequence[FrameSection]:
        if self.request is None or not isinstance(self.access, Access):
            return ()
        match = self.request.resolver_match
        return sections_of(self.access, self.request.path, match.view_name if match else "")

    @property
    def new_url(self) -> str:
        return reverse("new", args=[self._slug]) if self._slug else ""

    @property
    def search_url(self) -> str:
        return reverse("search", args=[self._slug]) if self._slug else ""

    @property
    def is_demo(self) -> bool:
        """Whether the words on the page are invented."""
        is_invented = isinstance(self.access, Access) and self.access.consultation.is_invented
        return settings.DEMO or is_invented

    @cached_property
    def _slug(self) -> str:
        return self.access.consultation.slug if isinstance(self.access, Access) else ""

    # The way in, out, and to the help.

    @cached_property
    def _is_signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and user.is_authenticated

    @property
    def sign_in_url(self) -> str:
        return "" if self.request is None or self._is_signed_in else reverse("account_login")

    @property
    def sign_out_url(self) -> str:
        return reverse("account_logout") if self._is_signed_in else ""

    @property
    def account_url(self) -> str:
        return reverse("account_change_password") if self._is_signed_in else ""

    @property
    def help_url(self) -> str:
        """The help, which leads back into the pages of this consultation."""
        if self.request is None:
            return ""
        return reverse("help") + (f"?{urlencode({'in': self._slug})}" if self._slug else "")
