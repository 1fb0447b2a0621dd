"""A person is erased: no column and no file names them any more, and the record remains."""

from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from comments.drafting.acts import return_comment, save_autosave, write_note
from comments.erasing.acts import erase_person
from comments.exports.acts import get_or_create_export, make_export_file
from comments.models import Autosave, Comment, Export, Note, Receipt
from comments.table.selection import TableSelection
from comments.tasks import clear_expired_exports
from consultations.keys.acts import make_feed, make_token
from consultations.models import ApiToken, CalendarFeed, Facilitation, Mail, MailChoice, MailKind
from consultations.people.functions import invite_to_function
from consultations.people.inviting import invite
from consultations.people.posts import edit_user
from consultations.rules.access import Access, Refused
from delegations.helping import Operator, make_sign_in_link
from delegations.models import Invitation, Post, SignInLink, User
from drafts.models import FileOffer, Revision
from tests.room import SLUG, Room, marker

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]

# Every name and address that the person ever had.
NAMES = ("Zacarias Quibanda", "Zé Quibanda-Moss")
ADDRESSES = ("zacarias@mission.example", "ze.quibanda@mission.example")
WHO = "CPV deputy"


def found_in_columns(*wanted: str) -> list[tuple[str, str, str]]:
    """Where any of these words stand: table, column, word. Every column that can hold text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT columns.table_name, column_name FROM information_schema.columns
            JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN (
                'text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea',
                'inet', 'tsvector', 'USER-DEFINED'
            )
            """
        )
        columns = cursor.fetchall()
        found = []
        for table, column in columns:
            for word in wanted:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" '
                    f'WHERE position(lower(%s) in lower("{column}"::text)) > 0 LIMIT 1',
                    [word],
                )
                if cursor.fetchone():
                    found.append((table, column, word))
    assert len(columns) > 200
    return found


def found_in_sessions(*wanted: str) -> list[str]:
    sessions = " ".join(str(session.get_decoded()).lower() for session in Session.objects.all())
    return [word for word in wanted if word.lower() in sessions]


@pytest.fixture
def person(room: Room, foreign_pages: type, own_cache: None) -> User:
    """Somebody who left a trace everywhere, under two names and two addresses."""
    desk = room.access("secretariat")
    user = room.users[WHO]
    edit_user(actor=desk, user=user, name=NAMES[0], email=ADDRESSES[0])
    _invited(room)
    user = edit_user(actor=desk, user=user, name=NAMES[1], email=ADDRESSES[1])
    room.users[WHO] = user
    own = room.access(WHO)
    _signs_in(user, foreign_pages)
    make_token(actor=own, name=f"Laptop of {NAMES[1]}")
    make_feed(access=own, name=NAMES[1])
    MailChoice.objects.create(user=user, capacity=own.capacity.key, unwanted=["room"])
    save_autosave(
        access=own,
        wording=room.wording(room.revision, 2),
        text_by_field={"rationale": f"Ask {NAMES[1]} first"},
    )
    for typed in (f"For @{NAMES[1]} and @ze.", "@Zé, please look."):
        write_note(
            access=room.access("CPV contributor"),
            comment=room.comment("CPV draft"),
            text=typed,
            named_public_ids=[str(user.public_id)],
        )
    FileOffer.objects.update(author=NAMES[0])
    _stands_in_the_log(room, user)
    return user


def _invited(room: Room) -> None:
    france = room.bodies["FRA"]
    focal_point = room.access("FRA focal_point")
    invite(actor=focal_point, delegation=france, email=ADDRESSES[0].title(), role="deputy")
    Invitation.objects.update(name=NAMES[0])
    invite_to_function(
        access=room.access("secretariat"), email=ADDRESSES[0], role="staff", language="en"
    )


def _signs_in(user: User, foreign_pages: type) -> None:
    EmailAddress.objects.create(user=user, email=ADDRESSES[1], verified=True)
    SocialAccount.objects.create(user=user, provider="geneva", uid=ADDRESSES[1])
    Authenticator.objects.create(user=user, type="webauthn", data={"name": f"{NAMES[1]}’s key"})
    make_sign_in_link(actor=Operator("a test"), user=user)
    Client().force_login(user)
    with foreign_pages():
        Client().post(reverse("account_request_login_code"), {"email": ADDRESSES[1]})


def _stands_in_the_log(room: Room, user: User) -> None:
    post = Post.objects.select_related("user", "delegation").get(user=user, ended_at=None)
    for row in (user, post):
        LogEntry.objects.create(
            user=room.users["secretariat"],
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=str(row),
            action_flag=CHANGE,
        )


def test_no_column_and_no_session_names_an_erased_person(room: Room, person: User) -> None:
    wanted = (*NAMES, *ADDRESSES, "quibanda", "@zé")
    stood = {table for table, _column, _word in found_in_columns(*wanted)}
    assert stood >= {
        "account_emailaddress",
        "comments_historicalnote",
        "comments_note",
        "comments_typing",
        "consultations_apitoken",
        "consultations_calendarfeed",
        "consultations_functioninvitation",
        "consultations_mail",
        "delegations_historicaluser",
        "delegations_invitation",
        "delegations_user",
        "django_admin_log",
        "drafts_fileoffer",
        "mfa_authenticator",
        "socialaccount_socialaccount",
    }
    assert found_in_sessions(ADDRESSES[1])
    erase_person(access=room.access("secretariat"), user=person)
    assert found_in_columns(*wanted) == []
    assert found_in_sessions(*wanted) == []


@pytest.mark.parametrize(
    ("address", "is_deleted"),
    [
        ("ann@exämple.org", True),
        ("joann@exämple.org", False),
        ("jo.ann@exämple.org", False),
        ("ann@exämple.org.example", False),
    ],
)
def test_of_sessions_only_those_go_that_hold_the_whole_address(
    room: Room, address: str, is_deleted: bool
) -> None:
    """As somebody leaves them who began to sign in with this address."""
    user = edit_user(
        actor=room.access("secretariat"),
        user=room.users[WHO],
        name=NAMES[0],
        email="ann@exämple.org",
    )
    session = SessionStore()
    session["account_authentication_methods"] = [{"method": "password", "email": address}]
    session.save()
    erase_person(access=room.access("secretariat"), user=user)
    is_left = Session.objects.filter(session_key=session.session_key).exists()
    assert is_left is not is_deleted


def test_a_colleague_who_shares_a_word_of_the_name_stays_in_the_notes(
    room: Room, person: User
) -> None:
    desk = room.access("secretariat")
    colleague = room.users["CPV contributor"]
    edit_user(actor=desk, user=colleague, name="Zé Quibanda-Moss Lima")
    note = write_note(
        access=room.access("CPV focal_point"),
        comment=room.comment("CPV draft"),
        text=f"@{NAMES[1]}, @Zé quibanda-moss LIMA and @Lima, please.",
    )

    erased = erase_person(access=desk, user=person)

    note.refresh_from_db()
    replaced = f"@{erased.name}, @Zé quibanda-moss LIMA and @Lima, please."
    assert {note.text, *note.history.values_list("text", flat=True)} == {replaced}


def test_the_name_goes_from_reasons_for_sending_back_too(room: Room, person: User) -> None:
    desk = room.access("secretariat")
    edit_user(actor=desk, user=room.users["CPV contributor"], name="Zé Lima")
    return_comment(
        access=room.access("CPV focal_point"),
        comment=room.comment("CPV draft"),
        reason=f"Ask @{NAMES[1]} or @quibanda-moss, not @Zé Lima. @Zé knows more.",
    )
    return_comment(
        access=room.access("FRA focal_point"),
        comment=room.comment("FRA draft"),
        reason="Ask @Zé.",
    )

    erased = erase_person(access=desk, user=person)

    reasons = Note.objects.filter(is_return=True)
    own = f"Ask @{erased.name} or @{erased.name}, not @Zé Lima. @Zé knows more."
    assert {own, "Ask @Zé."} <= {*reasons.values_list("text", flat=True)}
    [note] = reasons.filter(text=own)
    assert {*note.history.values_list("text", flat=True)} == {own}


def test_the_record_of_the_delegation_stays_under_the_replaced_name(
    room: Room, person: User
) -> None:
    focal_point = room.users["CPV focal_point"]
    edit_user(actor=room.access("secretariat"), user=focal_point, name=NAMES[0])
    counted: tuple[type[models.Model], ...] = (Comment, Receipt, Note, Post, User)
    before = [model._default_manager.count() for model in counted]
    words = list(Comment.objects.order_by("pk").values_list("proposed", "rationale", "number"))
    erased = erase_person(access=room.access("secretariat"), user=focal_point)
    assert [model._default_manager.count() for model in counted] == before
    comments = Comment.objects.order_by("pk").values_list("proposed", "rationale", "number")
    assert list(comments) == words
    shown = f"Erased person {erased.public_id.hex[:4].upper()}"
    assert str(erased) == shown and erased.email.endswith("@erased.invalid")
    assert {row.submitted_by.name for row in Receipt.objects.select_related("submitted_by")} >= {
        shown
    }
    client = Client()
    client.force_login(room.users["CPV deputy"])
    page = client.get(reverse("receipts", args=[SLUG])).content.decode()
    assert shown in page and NAMES[0] not in page


def test_the_history_says_who_erased(room: Room, person: User) -> None:
    erase_person(access=room.access("secretariat"), user=person)
    last = person.history.select_related("history_user").first()
    assert last.history_user == room.users["secretariat"]
    assert last.history_change_reason == "secretariat, Plan of Action: erasure"


def test_every_way_in_ends_for_good(room: Room, person: User) -> None:
    browser = Client()
    browser.force_login(person)
    erase_person(access=room.access("secretariat"), user=person)
    assert browser.get(reverse("capacity")).status_code == 302
    person.refresh_from_db()
    assert not (person.is_active or person.has_usable_password())
    assert not Post.objects.filter(user=person, ended_at=None).exists()
    of_theirs: tuple[type[models.Model], ...] = (ApiToken, CalendarFeed, MailChoice)
    for model in (*of_theirs, Authenticator, SocialAccount, Autosave):
        assert not model._default_manager.filter(user=person).exists(), model
    assert not SignInLink.objects.get(user=person).expires_at > timezone.now()
    assert not Mail.objects.filter(reader=person).waiting().exists()
    assert not Invitation.objects.unanswered().exists()
    for told in Mail.objects.filter(kind=MailKind.ADDRESS_CHANGED, reader=None):
        assert told.dropped_at and told.address == person.email
    with pytest.raises(Exception, match="was erased"):
        edit_user(actor=room.access("secretariat"), user=person, is_active=True)


def _made(access: Access, revision: Revision) -> Export:
    asked = TableSelection((revision,), access.moment)
    export, _is_new = get_or_create_export(access=access, selection=asked, format_name="docx")
    make_export_file(export.pk)
    export.refresh_from_db()
    return export


def test_files_name_no_person_and_those_for_the_erased_one_go(
    room: Room, person: User, settings: Settings, tmp_path: Path
) -> None:
    stores = dict(settings.STORAGES)
    stores["default"] = stores["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = stores
    own = _made(room.access(WHO), room.revision)
    others = [_made(room.access(who), room.revision) for who in ("CPV focal_point", "staff")]
    erase_person(access=room.access("secretariat"), user=person)
    clear_expired_exports()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == len(others)
    for path in kept:
        with ZipFile(path) as paper:
            content = " ".join(
                paper.read(part).decode(errors="ignore") for part in paper.namelist()
            )
        assert marker("CPV submitted") in content
        assert not [word for word in (*NAMES, *ADDRESSES) if word in content]
    own.refresh_from_db()
    assert own.file == ""


def test_a_second_time_and_the_own_account_are_refused(room: Room, person: User) -> None:
    desk = room.access("secretariat")
    erase_person(access=desk, user=person)
    with pytest.raises(Exception, match="erased before"):
        erase_person(access=desk, user=person)
    with pytest.raises(Exception, match="your own account"):
        erase_person(access=desk, user=room.users["secretariat"])


def test_what_a_person_was_elsewhere_is_out_of_reach(room: Room) -> None:
    desk = room.access("secretariat")
    led, sat = room.users["elsewhere co_facilitator"], room.users["JPN deputy"]
    held: tuple[tuple[type[models.Model], User], ...] = ((Facilitation, led), (Post, sat))
    for model, user in held:
        model._default_manager.filter(user=user).update(ended_at=timezone.now())
    with pytest.raises(Refused, match="had a function in another consultation"):
        erase_person(access=desk, user=led)
    with pytest.raises(Refused, match="had a post in a delegation without a seat"):
        erase_person(access=desk, user=sat)


def test_the_pages_lead_from_the_people_to_the_erasure(room: Room, person: User) -> None:
    client = Client()
    client.force_login(room.users["secretariat"])
    people = reverse("people", args=[SLUG])
    find = reverse("find_person", args=[SLUG])
    assert f'href="{find}"' in client.get(people).content.decode()
    capacity = {"capacity": room.capacities["secretariat"]}
    for address in ("nobody@example.org", "jpn.focal_point@example.org"):
        refused = client.post(find, {"email": address, **capacity})
        assert refused.status_code == 422
        assert "within your reach" in refused.content.decode()
    found = client.post(find, {"email": ADDRESSES[1].upper(), **capacity})
    confirm = reverse("erase_person", args=[SLUG, person.public_id])
    assert found.headers["Location"] == confirm
    page = client.get(confirm).content.decode()
    for sentence in (
        "What goes",
        "What stays",
        ADDRESSES[1],
        "deputy of Cabo Verde",
        "Erased person",
    ):
        assert sentence in page, sentence
    assert client.post(confirm, capacity).headers["Location"] == people
    person.refresh_from_db()
    assert person.is_erased


def test_the_command_says_first_and_erases_by_address_or_number(room: Room, person: User) -> None:
    def run(*arguments: str) -> str:
        output = StringIO()
        call_command("erase_person", *arguments, stdout=output)
        return output.getvalue()

    looked = run(ADDRESSES[1])
    assert "deputy, Cabo Verde" in looked and "Nothing was changed" in looked
    assert not User.objects.get(pk=person.pk).is_erased
    done = run(str(person.public_id), "--yes")
    assert str(person.public_id) in done and not any(name in done for name in NAMES)
    with pytest.raises(CommandError, match="erased before"):
        run(str(person.public_id), "--yes")
    with pytest.raises(CommandError, match="no account"):
        run(ADDRESSES[1], "--yes")
    reason = User.objects.get(pk=person.pk).history.first().history_change_reason
    assert reason == "operator, manage.py erase_person: erasure"
