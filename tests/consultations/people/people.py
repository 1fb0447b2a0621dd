"""Rows for the tests of consultations: one with people in every capacity."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from consultations.founding.acts import create_consultation
from consultations.models import Consultation
from consultations.people.functions import give_function
from consultations.rules.access import Access
from consultations.rules.access_factory import capacities_of, make_access
from consultations.seats.acts import seat_delegation
from delegations.acts import add_delegation, add_user, give_post
from delegations.models import Delegation, User
from tests.kept_rows import Kept

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class House:
    """A consultation, founded through the actions, with Portugal and Cabo Verde in it."""

    consultation: Consultation
    portugal: Delegation
    cabo_verde: Delegation
    secretariat: User
    co_facilitator: User
    staff: User
    focal_point: User
    deputy: User
    contributor: User
    neighbour: User

    def access(self, user: User, moment: datetime | None = None) -> Access:
        return make_access(user, self.consultation.slug, key_of(user), moment=moment)

    def path(self, rest: str = "") -> str:
        return f"/consultations/{self.consultation.slug}/{rest}"


def key_of(user: User) -> str:
    return capacities_of(user)[0].key


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def furnish(slug: str = "plan", founder: str = "desk@un.example") -> House:
    """Everything through the actions, as the secretariat would."""
    desk = User.objects.create(email=founder, name="Desk", is_staff=True)
    consultation = create_consultation(user=desk, slug=slug, title="Plan of Action")
    access = make_access(desk, slug, key_of(desk))
    portugal = add_delegation(
        actor=access, kind="member_state", code=_code("PRT", slug), short_en="Portugal", iso2="PT"
    )
    cabo_verde = add_delegation(
        actor=access, kind="member_state", code=_code("CPV", slug), short_en="Cabo Verde"
    )
    for delegation in (portugal, cabo_verde):
        seat_delegation(access=access, delegation=delegation)

    def person(name: str) -> User:
        return add_user(actor=access, email=f"{name}.{slug}@example.org", name=name.title())

    people = {name: person(name) for name in ("cofacilitator", "helper", "ana", "duarte", "carla")}
    neighbour = person("nilda")
    give_function(
        access=access, user=people["cofacilitator"], role="co_facilitator", delegation=portugal
    )
    give_function(access=access, user=people["helper"], role="staff")
    give_post(actor=access, user=people["ana"], delegation=portugal, role="focal_point")
    give_post(actor=access, user=people["duarte"], delegation=portugal, role="deputy")
    give_post(actor=access, user=people["carla"], delegation=portugal, role="contributor")
    give_post(actor=access, user=neighbour, delegation=cabo_verde, role="focal_point")
    return House(
        consultation=consultation,
        portugal=portugal,
        cabo_verde=cabo_verde,
        secretariat=desk,
        co_facilitator=people["cofacilitator"],
        staff=people["helper"],
        focal_point=people["ana"],
        deputy=people["duarte"],
        contributor=people["carla"],
        neighbour=neighbour,
    )


KEPT = Kept(furnish, lasts=timedelta(minutes=5))


def _code(code: str, slug: str) -> str:
    return code if slug == "plan" else f"{code}-{slug}"


def later(**lead: float) -> datetime:
    return timezone.now() + timedelta(**lead)
