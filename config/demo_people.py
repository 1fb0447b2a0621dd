"""Who can be chosen on the demo's page of sign-in: invented people, with one public password."""

from collections import defaultdict
from dataclasses import dataclass

from config.demo_ground import read
from consultations.models import Facilitation
from delegations.models import Post, User


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demonstration, with each function and for whom it is held."""

    email: str
    name: str
    functions: tuple[tuple[str, str], ...]


def demo_people() -> list[DemoPerson]:
    """Those of the demonstration who hold a post or a function now, in its order: three queries."""
    emails = [person["email"] for person in read("people.json")]
    users = {user.email: user for user in User.objects.filter(email__in=emails, is_active=True)}
    functions = _functions_of(list(users.values()))
    return [
        DemoPerson(email, users[email].name, tuple(functions[users[email].pk]))
        for email in emails
        if email in users and functions[users[email].pk]
    ]


def _functions_of(users: list[User]) -> dict[int, list[tuple[str, str]]]:
    """By the user's key: the function in words, and the delegation (the secretariat has none)."""
    functions: dict[int, list[tuple[str, str]]] = defaultdict(list)
    facilitations = Facilitation.objects.filter(user__in=users, ended_at=None)
    for held in facilitations.select_related("delegation"):
        body = held.delegation.name if held.delegation else ""
        functions[held.user_id].append((held.get_role_display(), body))
    for post in Post.objects.held().filter(user__in=users).select_related("delegation"):
        functions[post.user_id].append((post.get_role_display(), post.delegation.name))
    return functions
