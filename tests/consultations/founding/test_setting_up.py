"""The secretariat's pages seat and invite 193 delegations in an empty database."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consultations.models import Consultation, Facilitation, FunctionInvitation, Seat
from delegations.models import Delegation, Invitation, User
from delegations.reference_data import load_reference_data

pytestmark = pytest.mark.django_db


class Clerk:
    """A person of the secretariat at their browser, who counts the forms that they send."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.sent = 0
        self.page = ""

    def get(self, path: str) -> Any:
        answer = self.client.get(path, follow=True)
        self.page = unescape(answer.content.decode())
        assert answer.status_code == 200, self.page
        return answer

    def send(self, path: str, **fields: Any) -> Any:
        """Fill in the form of a page and send it, as the capacity that the page shows."""
        self.get(path)
        shown = re.search(r'name="capacity" value="([^"]*)"', self.page)
        self.sent += 1
        with CaptureQueriesContext(connection) as self.queries:
            answer = self.client.post(
                path, {"capacity": shown[1] if shown else "", **fields}, follow=True
            )
        self.page = unescape(answer.content.decode())
        return answer


@pytest.fixture
def clerk() -> Clerk:
    load_reference_data()
    return Clerk(User.objects.create(email="desk@un.example", name="Desk", is_staff=True))


def everybody() -> str:
    """Two people of every Member State, in the columns of a spreadsheet."""
    lines = ["Delegation,E-mail,Name,Function,Language"]
    for row in Delegation.objects.filter(kind="member_state"):
        name = f'"{row.short_en}"'
        lines.append(f"{name},first.{row.code}@example.org,First {row.code},focal point,French")
        lines.append(f"{row.code},second.{row.code}@example.org,,deputy,")
    return "\n".join(lines)


def test_193_delegations_are_seated_and_invited_in_at_most_twelve_acts(clerk: Clerk) -> None:
    clerk.send("/consultations/new/", title="Plan of Action", time_zone="America/New_York")
    founded = Consultation.objects.get(slug="plan-of-action")
    at = f"/consultations/{founded.slug}"
    for kind in ("member-states", "observers", "agencies", "groups"):
        clerk.send(f"{at}/seats/all/{kind}/")
        assert len(clerk.queries) < 40, len(clerk.queries)
    assert Seat.objects.filter(status="participant", delegation__kind="member_state").count() == 193
    people = everybody()
    clerk.send(f"{at}/people/list/", rows=people)
    assert "386 people get an invitation." in clerk.page
    assert not Invitation.objects.exists()
    clerk.send(f"{at}/people/list/", rows=people, confirm="yes")
    assert len(clerk.queries) < 60, len(clerk.queries)
    assert Invitation.objects.count() == 386
    for name in ("ana", "ben"):
        clerk.send(
            f"{at}/people/functions/",
            email=f"{name}@example.org",
            role="co_facilitator",
            language="en",
        )
    assert FunctionInvitation.objects.count() == 2
    assert clerk.sent <= 12
    assert Facilitation.objects.filter(user__email="desk@un.example").count() == 1
