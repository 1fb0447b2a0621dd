"""Two acts on posts at the same moment: one post, one invitation, always a focal point."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from delegations.acts import end_post, give_post
from delegations.invitations import NewAccountDetails, accept_invitation, invite
from delegations.models import Invitation, Post, User
from tests.consultations.people.people import KEPT, House

pytestmark = [pytest.mark.every_server, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> House:
    return KEPT.laid_out()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What each act, begun at the same moment in a thread of its own, was told; "" if done."""
    start, messages = Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
        except ValidationError as error:
            messages[place] = " ".join(error.messages)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return messages


def invited(house: House, email: str = "luisa@example.org") -> Invitation:
    access = house.access(house.focal_point)
    return invite(actor=access, delegation=house.portugal, email=email, role="deputy")


def test_an_invitation_accepted_twice_at_once_gives_one_post(house: House) -> None:
    invitation, luisa = invited(house), NewAccountDetails(name="Luísa")

    def accept() -> None:
        accept_invitation(invitation=invitation, moment=timezone.now(), account_details=luisa)

    assert sorted(at_once(accept, accept, accept)) == [
        "",
        "This invitation is no longer valid. Ask for a new one.",
        "This invitation is no longer valid. Ask for a new one.",
    ]
    assert Post.objects.filter(user__email="luisa@example.org").count() == 1


def test_two_delegations_that_invite_one_newcomer_open_one_account(house: House) -> None:
    here = invited(house)
    there = invite(
        actor=house.access(house.neighbour),
        delegation=house.cabo_verde,
        email="luisa@example.org",
        role="contributor",
    )

    def accepting(invitation: Invitation) -> Callable[[], Any]:
        newcomer = NewAccountDetails(name="Luísa")
        return lambda: accept_invitation(
            invitation=invitation, moment=timezone.now(), account_details=newcomer
        )

    assert at_once(accepting(here), accepting(there)) == ["", ""]
    luisa = User.objects.get(email="luisa@example.org")
    assert Post.objects.held().filter(user=luisa).count() == 2


def test_one_address_invited_twice_at_once_holds_one_open_invitation(house: House) -> None:
    assert at_once(lambda: invited(house), lambda: invited(house)) == ["", ""]
    assert Invitation.objects.unanswered().count() == 1
    assert Invitation.objects.count() == 2


def test_two_focal_points_that_end_each_other_at_once_leave_one(house: House) -> None:
    Post.objects.filter(user=house.deputy).update(ended_at=timezone.now())
    give_post(
        actor=house.access(house.secretariat),
        user=house.deputy,
        delegation=house.portugal,
        role="focal_point",
    )
    ana = Post.objects.get(user=house.focal_point)
    duarte = Post.objects.get(user=house.deputy, ended_at=None)
    by_ana, by_duarte = house.access(house.focal_point), house.access(house.deputy)
    messages = at_once(
        lambda: end_post(actor=by_ana, post=duarte),
        lambda: end_post(actor=by_duarte, post=ana),
    )
    assert sorted(map(bool, messages)) == [False, True]
    assert "is the last focal point of Portugal" in "".join(messages)
    assert Post.objects.held().filter(delegation=house.portugal, role="focal_point").count() == 1
