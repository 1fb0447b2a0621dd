"""Accounts that left the directory's nightly list are closed; an incomplete list closes none."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from consultations.keys.acts import make_feed, make_token
from consultations.models import ApiToken, CalendarFeed, Facilitation, FunctionInvitation
from consultations.people.functions import invite_to_function
from delegations.models import Post, User
from tests.consultations.people.people import House, furnish, signed_in

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]


@pytest.fixture
def house() -> House:
    """Ten people of one directory, and those of the house, who are of others."""
    for number in range(10):
        User.objects.create_user(f"p{number}@Directory.example", name=f"P {number}")
    built = furnish()
    User.objects.filter(pk=built.deputy.pk).update(email="deputy@directory.example")
    built.deputy.refresh_from_db()
    return built


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("follow_directory", *arguments, "--domain", "directory.example", stdout=output)
    return output.getvalue()


def directory_list(folder: Path, *addresses: str) -> str:
    path = folder / "list"
    path.write_text("\n".join(addresses) + "\n")
    return str(path)


TEN = tuple(f"P{number}@directory.example" for number in range(10))


def test_who_is_no_longer_listed_ends_at_once(house: House, tmp_path: Path) -> None:
    browser = signed_in(house.deputy)
    page = house.path()
    assert browser.get(page).status_code == 200
    output = run(directory_list(tmp_path, *TEN))
    assert output == "deputy@directory.example\nClosed: 1 of 11\n"
    assert browser.get(page).status_code == 302
    assert not Post.objects.filter(user=house.deputy, ended_at=None).exists()
    house.deputy.refresh_from_db()
    assert not house.deputy.is_active
    told = house.deputy.history.first().history_change_reason
    assert told == "operator, manage.py follow_directory"
    assert run(directory_list(tmp_path, *TEN)) == "Closed: 0 of 10\n"
    assert User.objects.get(pk=house.focal_point.pk).is_active, "of another directory"


def test_who_is_no_longer_listed_leaves_no_function_key_or_invitation(
    house: House, tmp_path: Path
) -> None:
    house.secretariat.email = "desk@directory.example"
    house.secretariat.set_unusable_password()
    house.secretariat.save()
    access = house.access(house.secretariat)
    make_token(actor=access, name="script")
    make_feed(access=access, name="calendar")
    invite_to_function(access=access, email="new@un.example", role="staff")
    run(directory_list(tmp_path, *TEN, house.deputy.email))
    assert not User.objects.get(pk=house.secretariat.pk).is_active
    for model in (Facilitation, ApiToken, CalendarFeed):
        assert list(model.objects.filter(user=house.secretariat, ended_at=None)) == []
        assert model.objects.filter(user=house.secretariat).exists()
    assert FunctionInvitation.objects.get().revoked_at is not None
    function = Facilitation.objects.get(user=house.secretariat)
    recorded = function.history.latest().history_change_reason
    assert recorded == "operator, manage.py follow_directory"


def test_a_look_closes_nothing(house: House, tmp_path: Path) -> None:
    assert "Would be closed: 1 of 11" in run(directory_list(tmp_path, *TEN), "--dry-run")
    assert User.objects.get(pk=house.deputy.pk).is_active


def test_half_a_list_closes_nobody_until_asked_for(house: House, tmp_path: Path) -> None:
    half = directory_list(tmp_path, *TEN[:5])
    with pytest.raises(CommandError, match="6 of 11 accounts are not in the list"):
        run(half)
    assert User.objects.filter(is_active=False).count() == 0
    assert "Closed: 6 of 11" in run(half, "--even-many")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([""], "it is empty"),
        (["name,address"], "is no address"),
        (["a b@c.example"], "no address"),
        (["P 0 <p0@directory.example>"], "no address"),
        (["@directory.example"], "no address"),
        (["p0@directory"], "no address"),
        ([*TEN, "\ufeffdeputy@directory.example"], "no address"),
    ],
)
def test_what_is_no_list_of_addresses_is_not_used(
    house: House, tmp_path: Path, lines: list[str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        run(directory_list(tmp_path, *lines), "--even-many")
    assert User.objects.filter(is_active=False).count() == 0


@pytest.mark.parametrize("is_piped", [False, True], ids=["in a file", "piped in"])
def test_a_byte_order_mark_hides_nobody(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_piped: bool
) -> None:
    text = "\ufeff" + "\r\n".join([*TEN, "deputy@directory.example"])
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", StringIO(text))
    assert run("-" if is_piped else str(path)) == "Closed: 0 of 11\n"
    assert User.objects.filter(is_active=False).count() == 0


def test_an_address_that_no_account_here_can_have_is_no_fault_of_the_list(
    house: House, tmp_path: Path
) -> None:
    lines = [*TEN, "deputy@directory.example", "josé@directory.example"]
    assert run(directory_list(tmp_path, *lines)) == "Closed: 0 of 11\n"


def test_a_missing_list_is_a_sentence(house: House, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "none"))
