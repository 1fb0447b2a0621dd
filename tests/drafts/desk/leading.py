"""A small consultation to test the desk in: its secretariat, a co-facilitator and one staff."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.founding.acts import create_consultation
from consultations.people.functions import give_function
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from delegations.models import User
from drafts.desk.acts import start_draft
from drafts.importing.acts import import_first
from drafts.models import Draft, Paragraph, Revision, Wording
from drafts.parsing.file_text import Kind, ReadParagraph, ReadText

SLUG = "demo-talks"


@dataclass(frozen=True)
class Leading:
    """Who acts: the accesses of the three functions, entered now."""

    leader: Access
    staff: Access
    clerk: Access

    def later(self, days: float) -> Access:
        """The co-facilitator, so many days from now."""
        return replace(self.leader, moment=self.leader.moment + timedelta(days=days))


def build_leading(now: datetime | None = None) -> Leading:
    """The consultation and the people who lead and serve it."""
    now = now or timezone.now()
    clerk_user = User.objects.create_user(
        "clerk@example.org", "a password", name="Ada Clerk", is_staff=True
    )
    create_consultation(
        user=clerk_user, slug=SLUG, title="Demo talks", moment=now - timedelta(days=9)
    )
    clerk = make_access(clerk_user, SLUG, capacities_of(clerk_user)[0].key, moment=now)
    accesses = []
    for role in ("co_facilitator", "staff"):
        user = User.objects.create_user(f"{role}@example.org", "a password", name=f"Bo {role}")
        held = give_function(access=clerk, user=user, role=role)
        accesses.append(make_access(user, SLUG, f"facilitation:{held.public_id}", moment=now))
    return Leading(accesses[0], accesses[1], clerk)


class Browser(Client):
    """A signed-in person in one capacity; every form carries that capacity."""

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.force_login(access.user)
        self.key = access.capacity.key
        session = self.session
        session["capacity"] = self.key
        session.save()

    def open(self, name: str, *args: Any, query: str = "", **more: Any) -> Any:
        return self.get(reverse(name, args=[SLUG, *args]) + query, **more)

    def send(
        self, name: str, *args: Any, query: str = "", htmx: object = False, **fields: Any
    ) -> Any:
        # `htmx` takes any object: a form given as `**words` of texts could hold that key, too.
        headers = {"HX-Request": "true"} if htmx else {}
        address = reverse(name, args=[SLUG, *args]) + query
        return self.post(address, {"capacity": self.key, **fields}, headers=headers)


def page(answer: Any) -> str:
    """The page as the browser gets it."""
    return str(answer.content.decode())


def read_of(*texts: str, kind: Kind = "operative", ids: str = "n") -> ReadText:
    """A file as read: one row a text, without numbers."""
    rows = [
        ReadParagraph(number, f"{ids}{number}", None, kind, "", 0, text, "", ())
        for number, text in enumerate(texts, 1)
    ]
    return ReadText("", tuple(rows), ())


def text_with(access: Access, *texts: str, slug: str = "plan") -> Draft:
    """A text on the desk with these paragraphs."""
    draft = start_draft(access=access, slug=slug, title="The plan")
    import_first(access=access, draft=draft, read_text=read_of(*texts))
    return draft


def desk_words(draft: Draft) -> list[str]:
    """What stands on the desk, in order."""
    rows = Paragraph.objects.filter(draft=draft).in_force().order_by("place", "pk")
    return [row.text for row in rows]


def rows_of(draft: Draft) -> list[Paragraph]:
    """The standing paragraphs with what the actions read of them."""
    rows = Paragraph.objects.filter(draft=draft).in_force().select_related("draft", "parent")
    return list(rows.order_by("place", "pk"))


def frozen(revision: Revision) -> list[Wording]:
    """What a revision holds, in order."""
    return list(Wording.objects.filter(revision=revision).order_by("place"))
