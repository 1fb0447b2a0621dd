"""Posts and people: invitations at the desk and behind their link, a post that is handed over."""

from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Page

from consultations.people.mail import sign_in_link_url, token_of
from delegations.helping import Operator, make_sign_in_link
from delegations.invitations import invite
from delegations.models import Invitation, Post, User
from tests.journeys.demo_pages import FOCAL_POINT, access_of
from tests.journeys.shown import Shown

NEWCOMER = "clara@portugal.example"


def _invitation() -> Invitation:
    """A deputy of Portugal who has not answered yet."""
    found = Invitation.objects.unanswered().filter(email=NEWCOMER).first()
    if found is not None:
        return found
    access = access_of(FOCAL_POINT)
    assert access.delegation is not None
    return invite(actor=access, delegation=access.delegation, email=NEWCOMER, role="deputy")


def _its_id() -> dict[str, Any]:
    return {"invitation": _invitation().public_id}


def _own_post() -> dict[str, Any]:
    own = Post.objects.held().get(user__email=f"{FOCAL_POINT}@demo.example", role="focal_point")
    return {"post": own.public_id}


def _open_link(page: Page) -> None:
    page.goto(reverse("open_invitation", args=[token_of(_invitation())]))


def _open_sign_in_link(page: Page) -> None:
    user = User.objects.get(email=f"{FOCAL_POINT}@demo.example")
    link = make_sign_in_link(actor=Operator("manage.py help_person"), user=user)
    page.goto(urlsplit(sign_in_link_url(link)).path)


def _send_empty(page: Page) -> None:
    _open_link(page)
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


PEOPLE = (
    Shown("revoke_invitation", FOCAL_POINT, _its_id),
    Shown("hand_over", FOCAL_POINT, _own_post),
    Shown("sign_in_link", note="closed", status=410),
    Shown("sign_in_link", note="opened", act=_open_sign_in_link),
    Shown("invitation", note="closed", status=410),
    Shown("invitation", note="opened", act=_open_link),
    Shown("invitation", note="nothing-given", act=_send_empty, status=422),
)

NO_PAGES_OF_PEOPLE = {
    "open_invitation": "leads on to invitation",
    "open_sign_in_link": "leads on to sign_in_link",
    "resend_invitation": "takes a form and leads back",
    "end_session": "takes a form and leads back",
}
