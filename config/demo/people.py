"""The invented people on the demo's sign-in page, all with one public password."""

from collections import defaultdict
from dataclasses import dataclass

from config.demo.ground import read_data
from consultations.models import Facilitation
from delegations.models import Post, User


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demonstration.

    `functions` are pairs: the name of a function, and the name of the delegation it is held for,
    empty where there is none, as for the secretariat.
    """

    email: str
    name: str
    functions: tuple[tuple[str, str], ...]


def demo_people() -> list[DemoPerson]:
    """The people of `people.json` who hold a post or function now, in its order: 3 queries."""
    emails = [person["email"] for person in read_data("people.json")]
    user_by_email = {
        user.email: user for user in User.objects.filter(email__in=emails, is_active=True)
    }
    functions_by_user_id = _functions_of(list(user_by_email.values()))
    return [
        DemoPerson(
            email, user_by_email[email].name, tuple(functions_by_user_id[user_by_email[email].pk])
        )
        for email in emails
        if email in user_by_email and functions_by_user_id[user_by_email[email].pk]
    ]


def _functions_of(users: list[User]) -> dict[int, list[tuple[str, str]]]:
    """User id → functions as in `DemoPerson`; none for somebody whose functions have ended."""
    functions_by_user_id: dict[int, list[tuple[str, str]]] = defaultdict(list)
    facilitations = Facilitation.objects.filter(user__in=users, ended_at=None)
    for facilitation in facilitations.select_related("delegation"):
        delegation_name = facilitation.delegation.name if facilitation.delegation else ""
        functions_by_user_id[facilitation.user_id].append(
            (facilitation.get_role_display(), delegation_name)
        )
    for post in Post.objects.held().filter(user__in=users).select_related("delegation"):
        functions_by_user_id[post.user_id].append((post.get_role_display(), post.delegation.name))
    return functions_by_user_id
