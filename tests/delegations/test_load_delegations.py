"""The shipped list of delegations is loaded once, and again without change."""

import pytest

from delegations.models import Delegation, DelegationKind, GroupMembership
from delegations.reference_data import load_reference_data

pytestmark = pytest.mark.django_db


def test_every_member_state_observer_group_and_iom_is_loaded() -> None:
    loaded = load_reference_data()
    kinds = Delegation.objects.values_list("kind", flat=True)
    assert list(kinds).count(DelegationKind.MEMBER_STATE) == 193
    assert list(kinds).count(DelegationKind.OBSERVER_STATE) == 2
    assert Delegation.objects.get(code="IOM").kind == DelegationKind.RELATED_ORGANIZATION
    assert loaded.added == Delegation.objects.count()
    assert loaded.added_memberships == GroupMembership.objects.count() > 800


def test_delegations_stand_in_the_order_of_the_united_nations() -> None:
    load_reference_data()
    names = list(
        Delegation.objects.filter(kind=DelegationKind.MEMBER_STATE).values_list(
            "short_en", flat=True
        )
    )
    here = (
        names.index("Côte d'Ivoire") if "Côte d'Ivoire" in names else names.index("Côte d’Ivoire")
    )
    assert names[here - 1 : here + 2][::2] == ["Costa Rica", "Croatia"]
    assert names.index("Qatar") < names.index("Republic of Korea") < names.index("Romania")


def test_loading_again_writes_nothing() -> None:
    load_reference_data()
    history = Delegation.history.count(), GroupMembership.history.count()
    again = load_reference_data()
    assert (again.added, again.changed, again.added_memberships) == (0, 0, 0)
    assert (Delegation.history.count(), GroupMembership.history.count()) == history


def test_groups_have_short_codes_and_keep_their_rows_when_those_change() -> None:
    load_reference_data()
    groups = Delegation.objects.filter(kind=DelegationKind.GROUP)
    assert max(len(code) for code in groups.values_list("code", flat=True)) <= len("CARICOM")
    group = Delegation.objects.get(code="AG")
    Delegation.objects.filter(pk=group.pk).update(code="AFRICAN-GROUP", is_corrected=True)
    again = load_reference_data()
    assert (again.added, again.changed, again.added_memberships) == (0, 1, 0)
    assert Delegation.objects.get(pk=group.pk).code == "AG"


def test_a_row_that_the_secretariat_corrected_is_left_alone() -> None:
    load_reference_data()
    Delegation.objects.filter(code="PRT").update(short_fr="Le Portugal", is_corrected=True)
    Delegation.objects.filter(code="CPV").update(short_fr="Cap-Vert, ancien nom")
    again = load_reference_data()
    assert again.changed == 1
    assert Delegation.objects.get(code="PRT").short_fr == "Le Portugal"
    assert Delegation.objects.get(code="CPV").short_fr != "Cap-Vert, ancien nom"


def test_a_membership_that_was_ended_by_hand_does_not_come_back() -> None:
    load_reference_data()
    membership = GroupMembership.objects.filter(group__code="EU", ends_on=None).first()
    assert membership is not None
    GroupMembership.objects.filter(pk=membership.pk).update(ends_on="2026-01-01")
    assert load_reference_data().added_memberships == 0
    assert not GroupMembership.objects.filter(
        group__code="EU", member=membership.member_id, ends_on=None
    ).exists()


def test_who_loaded_the_rows_stands_in_their_history() -> None:
    load_reference_data()
    first = Delegation.history.filter(code="PRT").get()
    assert (first.history_user_id, first.history_change_reason) == (None, "reference data")
