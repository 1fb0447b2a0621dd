"""The frame around the content of every page: capacity, next deadline, sections, sign-in, help."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst

from comments.groups.sentences import next_silence
from comments.inputs.audience import next_deadline
from comments.inputs.queries import rounds_of_consultation
from comments.news.unseen import count_new_inputs
from config.frame.sections import FrameSection, frame_sections_of
from consultations.models import Round
from consultations.rules.access import DELEGATE_ROLES, Access, Actor
from consultations.web.frame_facts import Due, FrameFacts, frame_facts
from consultations.web.view_decorators import current_actor


def frame(request: HttpRequest) -> dict[str, "Frame"]:
    """`frame` in every template."""
    return {"frame": Frame(request, frame_actor(request), frame_facts(request))}


def frame_actor(request: HttpRequest) -> Actor | None:
    """Who acts on this page; None without sign-in.

    Some views set nobody: one's account, a 404.
    """
    facts = frame_facts(request)
    if facts.is_actor_set:
        return facts.actor
    user = getattr(request, "user", None)
    return current_actor(request) if user is not None and user.is_authenticated else None


@dataclass(frozen=True)
class Frame:
    """Values for templates, each computed where it is shown: a fragment of a page shows none.

    Without request and actor, on an error page, all but `is_demo` are empty, and no query is made.
    """

    request: HttpRequest | None = None
    actor: Actor | None = None
    known_facts: FrameFacts = field(default_factory=FrameFacts)

    # The capacity: "Portugal, focal point"; for facilitators and staff "Co-facilitator, Portugal".

    @property
    def capacity_name(self) -> str:
        if self.actor is None:
            return ""
        capacity = self.actor.capacity
        is_delegate = capacity.role in DELEGATE_ROLES
        return capacity.name if is_delegate else capfirst(capacity.role_words)

    @property
    def capacity_role(self) -> str:
        if self.actor is None:
            return ""
        capacity = self.actor.capacity
        is_delegate = capacity.role in DELEGATE_ROLES
        # Where no short title is given, so many characters of the title fit.
        return (
            capacity.role_words
            if is_delegate
            else Truncator(capacity.consultation_name or capacity.name).chars(36)
        )

    @property
    def has_title_as_role(self) -> bool:
        """Whether the role is the title of the consultation in which one is."""
        return isinstance(self.actor, Access) and self.actor.capacity.role not in DELEGATE_ROLES

    @property
    def capacity_code(self) -> str:
        return self.actor.capacity.code if self.actor else ""

    @property
    def capacity_key(self) -> str:
        return self.actor.capacity.key if self.actor else ""

    @property
    def switch_url(self) -> str:
        """The address of the choice of capacity, which leads back to this page after a GET."""
        if self.actor is None or self.request is None:
            return ""
        query = {"next": self.request.get_full_path()} if self.request.method == "GET" else {}
        return f"{reverse('capacity')}?{urlencode(query)}" if query else reverse("capacity")

    # In a consultation: what is due, what is new, and its sections.

    @cached_property
    def due(self) -> Due:
        """The next deadline; one query unless the page knows it, two for members of a group room.

        A silence in the room of a group comes first: whoever misses its end has consented.
        """
        if self.known_facts.due is not None or not isinstance(self.actor, Access):
            return self.known_facts.due or Due()
        return next_silence(self.actor) or next_deadline(self.actor, self._rounds)

    @cached_property
    def new_count(self) -> int:
        """How many inputs are new; two queries unless the page has counted them."""
        if not isinstance(self.actor, Access):
            return 0
        known_count = self.known_facts.new_count
        return count_new_inputs(self.actor, self._rounds) if known_count is None else known_count

    @cached_property
    def _rounds(self) -> Sequence[Round]:
        """The rounds of the consultation, queried once for the whole frame."""
        assert isinstance(self.actor, Access)
        return (
            rounds_of_consultation(self.actor)
            if self.known_facts.rounds is None
            else self.known_facts.rounds
        )

    @cached_property
    def sections(self) -> Sequence[FrameSection]:
        """The links to the sections of the consultation; none outside of one."""
        if self.request is None or not isinstance(self.actor, Access):
            return ()
        match = self.request.resolver_match
        return frame_sections_of(self.actor, self.request.path, match.view_name if match else "")

    @property
    def new_url(self) -> str:
        return reverse("new", args=[self._slug]) if self._slug else ""

    @property
    def search_url(self) -> str:
        return reverse("search", args=[self._slug]) if self._slug else ""

    @property
    def is_demo(self) -> bool:
        """Whether the words on the page are invented, so that the page says so."""
        is_invented = isinstance(self.actor, Access) and self.actor.consultation.is_invented
        return settings.DEMO or is_invented

    @cached_property
    def _slug(self) -> str:
        return self.actor.consultation.slug if isinstance(self.actor, Access) else ""

    # Sign-in, sign-out, account and help.

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
        """The address of the help, whose links lead back into this consultation."""
        if self.request is None:
            return ""
        return reverse("help") + (f"?{urlencode({'in': self._slug})}" if self._slug else "")
