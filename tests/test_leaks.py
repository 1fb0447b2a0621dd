"""Unsubmitted words are in no log, report or mail, and not at the desk."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from celery.signals import task_failure
from django.apps import apps
from django.core import mail
from django.db import connection, models, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from comments.bridging.acts import BridgingAnswerContent, answer_bridging, close_bridging
from comments.drafting import acts
from comments.incorporating.acts import ChosenProposal, incorporate_words
from comments.inputs.content import CommentContent
from comments.models import (
    AskedSeat,
    Autosave,
    BridgingProposal,
    Comment,
    CommentLexemes,
    Note,
    Objection,
)
from consultations.admin import desk
from consultations.tasks import send_mails
from drafts.models import Paragraph, Spelling
from tests.consultations.bridging import ask_about_bridging
from tests.error_collectors import error_collector_at_hand
from tests.error_trackers import error_tracker_at_hand, events_in
from tests.kept_cache import empty_cache
from tests.room import SLUG, Room, marker, speak_in_room, words

pytestmark = [pytest.mark.usefixtures("own_cache")]

SECRET = marker("not yet said")
# What never leaves a delegation or a group room, in any state of the comment it is about.
INTERNAL = ("note on CPV", "note on FRA", "typing of CPV", "typing of FRA")
IN_ROOM = ("room note", "objection")


def _client(room: Room, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(room.users[who])
    session = client.session
    session["capacity"] = room.capacities[who]
    session.save()
    return client


def _form(room: Room, **more: str) -> dict[str, str]:
    return {
        "capacity": room.capacities["CPV contributor"],
        "kind": "comment",
        "type": "substantive",
        "language": "en",
        "rationale": f"Because {SECRET}.",
        "form_key": "5d0f3c9e-0000-4000-8000-000000000000",
        **more,
    }


def _address(room: Room) -> str:
    wording = room.wording(room.revision, 2)
    return reverse("draft_comment", args=[SLUG, wording.public_id])


# Address → what it calls, who sends the form, and the field that holds the words.
INTERNAL_WORDS = {
    "notes": ("comments.workspace.draft_views.write_note", "CPV deputy", "text"),
    "return_comment": ("comments.drafting.acts.return_comment", "CPV deputy", "reason"),
    "typing_of_comment": (
        "comments.reading.autosave_views.save_autosave",
        "CPV contributor",
        "rationale",
    ),
}


def _breaks(*args: Any, **how: Any) -> None:
    raise RuntimeError("the disk is full")


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that any logger says, down to each query."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("is_debug", [False, True])
def test_a_request_that_fails_leaves_no_words_in_the_log_and_gives_them_back_to_who_typed_them(
    room: Room,
    everything_logged: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    is_debug: bool,
) -> None:
    monkeypatch.setattr(acts, "draft_comment", _breaks)
    with override_settings(DEBUG=is_debug):
        response = _client(room, "CPV contributor").post(_address(room), _form(room))
    assert response.status_code == 500
    assert "the disk is full" in everything_logged.text
    assert SECRET not in everything_logged.text
    page = response.content.decode()
    assert is_debug or re.search(rf"<textarea[^>]*>[^<]*{SECRET}", page)


@override_settings(ADMINS=["keeper@example.org"])
@pytest.mark.parametrize("address", INTERNAL_WORDS)
def test_a_note_a_reason_and_words_being_typed_are_in_no_log_and_no_report(
    room: Room,
    everything_logged: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    """Of a request that fails in the middle; one that is taken says nothing either."""
    action, who, field = INTERNAL_WORDS[address]
    url = reverse(address, args=[SLUG, room.comment("CPV draft").public_id])
    form = _form(room, rationale="", version="1", capacity=room.capacities[who]) | {field: SECRET}
    monkeypatch.setattr(action, _breaks)
    assert _client(room, who).post(url, form).status_code == 500
    assert "the disk is full" in everything_logged.text
    assert SECRET not in everything_logged.text
    [report] = mail.outbox
    assert SECRET not in report.message().as_string()
    monkeypatch.undo()
    assert _client(room, who).post(url, form).status_code < 400
    kept = [r for r in everything_logged.records if not r.name.startswith("django.db")]
    assert SECRET not in "\n".join(record.getMessage() for record in kept)
    assert len(mail.outbox) == 1


@override_settings(ADMINS=["keeper@example.org"])
def test_an_error_report_by_mail_holds_no_words(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "draft_comment", _breaks)
    _client(room, "CPV contributor").post(_address(room), _form(room))
    [report] = mail.outbox
    assert "the disk is full" in report.body
    assert "rationale" in report.body
    assert SECRET not in report.message().as_string()


@pytest.mark.parametrize("more", [{}, {"kind": "shout"}, {"capacity": "post:other"}])
def test_a_request_that_is_taken_or_refused_leaves_no_words_in_the_log(
    room: Room, everything_logged: pytest.LogCaptureFixture, more: dict[str, str]
) -> None:
    client = _client(room, "CPV contributor")
    assert client.post(_address(room), _form(room, **more)).status_code < 500
    kept = [r for r in everything_logged.records if not r.name.startswith("django.db")]
    assert SECRET not in "\n".join(record.getMessage() for record in kept)
    assert mail.outbox == []


# Whatever the database refuses for, it quotes the row: here each new comment loses its kind.
LOSES_ITS_KIND = """
CREATE FUNCTION loses_its_kind() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.kind := NULL; RETURN NEW; END $$;
CREATE TRIGGER loses_its_kind BEFORE INSERT ON comments_comment
    FOR EACH ROW EXECUTE FUNCTION loses_its_kind();
"""


@override_settings(ADMINS=["keeper@example.org"])
def test_a_row_that_the_database_refuses_leaves_no_words_in_log_and_report(
    room: Room, everything_logged: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOSES_ITS_KIND)
    assert _client(room, "CPV contributor").post(_address(room), _form(room)).status_code == 500
    kept = [r for r in everything_logged.records if not r.name.startswith("django.db")]
    log = "\n".join(logging.Formatter().format(record) for record in kept)
    assert 'null value in column "kind"' in log
    assert SECRET not in log
    [report] = mail.outbox
    assert "draft_comment" in report.body
    assert SECRET not in report.body


# --- Errors that are reported ---------------------------------------------------------------------


def _fail_in_every_way(room: Room, monkeypatch: pytest.MonkeyPatch, told: str) -> str:
    """Five errors: in drafts, notes, reasons, words being typed, a row that is refused. The key of
    the session; `told` is what the page says."""
    client, draft = _client(room, "CPV contributor"), room.comment("CPV draft")
    with monkeypatch.context() as patch:
        patch.setattr(acts, "draft_comment", _breaks)
        asked = f"{_address(room)}?q={SECRET}"
        page = client.post(asked, _form(room), headers={"Referer": f"http://x/{SECRET}"})
        assert told in page.content.decode()
        for address, (action, who, field) in INTERNAL_WORDS.items():
            patch.setattr(action, _breaks)
            url = reverse(address, args=[SLUG, draft.public_id])
            form = _form(room, rationale="", version="1", capacity=room.capacities[who])
            assert _client(room, who).post(url, form | {field: SECRET}).status_code == 500
    with connection.cursor() as cursor:
        cursor.execute(LOSES_ITS_KIND)
    assert client.post(_address(room), _form(room)).status_code == 500
    return str(client.session.session_key)


def _words_in(text: str, room: Room, session: str) -> list[str]:
    person = room.users["CPV contributor"]
    words = [SECRET, person.email, person.name, session, *map(marker, room.comments)]
    return [word for word in words if word in text]


def test_a_report_to_the_error_tracker_holds_no_words(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of drafts, notes, reasons and words being typed, of a row that is refused, of a secret."""
    with error_tracker_at_hand() as taken:
        session = _fail_in_every_way(room, monkeypatch, told="We have been told.")
    events = events_in(taken)
    assert len(events) == 5
    reports = "".join(taken)
    assert "the disk is full" in reports and 'null value in column \\"kind\\"' in reports
    assert "draft_comment" in reports
    assert _words_in(reports, room, session) == []
    kept = {"event_id", "timestamp", "level", "platform", "transaction", "exception"}
    assert {frozenset(event) for event in events} == {frozenset(kept | {"tags"})}


def test_an_error_sent_to_a_collector_holds_no_words(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with error_collector_at_hand() as taken:
        session = _fail_in_every_way(room, monkeypatch, told="The error is in our log.")
        task_failure.send(sender=send_mails, exception=RuntimeError("the queue is full"))
    assert len(taken.errors) == 6
    assert "the disk is full" in taken.text and "null value in column" in taken.text
    assert "draft_comment" in taken.text and "send_mails" in taken.text
    assert _words_in(taken.text, room, session) == []
    kept = {"name", "request_id", "exception.type", "exception.message", "exception.stacktrace"}
    assert {frozenset(error) - {"http.route"} for error in taken.errors} == {frozenset(kept)}
    assert {one["x-key"] for one in taken.headers} == {"of the test"}


@pytest.mark.parametrize("status", [503, 413])
def test_the_page_says_that_we_were_told_only_where_it_is_so(
    room: Room, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """With no tracker, with one that refuses: the log has it, and the page says that."""
    monkeypatch.setattr(acts, "draft_comment", _breaks)
    client = _client(room, "CPV contributor")
    page = client.post(_address(room), _form(room)).content.decode()
    assert "We have been told." not in page and "The error is in our log." in page
    with error_tracker_at_hand(status) as taken:
        page = client.post(_address(room), _form(room)).content.decode()
    assert events_in(taken)
    assert "We have been told." not in page and "The error is in our log." in page


# --- Secretariat administration ---

OF_DELEGATIONS = {"comments", "drafts"}


def test_nothing_that_delegations_say_is_registered_at_the_desk() -> None:
    shown = {model._meta.app_label for model in desk._registry}
    assert shown & OF_DELEGATIONS == set()
    assert not any("Historical" in model.__name__ for model in desk._registry)


def _pages_of_the_desk() -> list[str]:
    """The list, the form of a stored row and its history, of each registered model."""
    return [
        f"desk:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in sorted(desk._registry, key=lambda model: model.__name__)
        for page in ("changelist", "change", "history")
    ]


@pytest.mark.parametrize("page", _pages_of_the_desk())
def test_the_desk_is_the_secretariats_and_shows_no_words(
    room: Room,
    page: str,
    foreign_pages: Callable[[], AbstractContextManager[None]],
) -> None:
    label, model = page.removeprefix("desk:").rpartition("_")[0].split("_")
    row = apps.get_model(label, model)._default_manager.order_by("pk").first()
    of_a_row = [] if page.endswith("_changelist") else [row.pk if row else 0]
    url = reverse(page, args=of_a_row)
    with foreign_pages():
        for who in ("CPV focal_point", "staff", "co_facilitator", "JPN focal_point"):
            assert _client(room, who).get(url).status_code in {302, 403, 404}, who
        assert Client().get(url).status_code == 302
        response = _client(room, "secretariat").get(url)
    assert response.status_code in {200, 302, 404} if row is None else response.status_code == 200
    body = response.content.decode()
    assert [name for name in (*room.comments, *INTERNAL) if marker(name) in body] == []


# --- Counts, numbers, history, mails -------------------------------------------------------------


@pytest.mark.parametrize("who", ["co_facilitator", "staff", "secretariat", "FRA focal_point"])
@pytest.mark.parametrize(
    "page", ["consultation", "latest", "review_queue", "search", "table", "digest"]
)
def test_a_draft_of_another_delegation_changes_no_page_by_a_byte(
    room: Room, who: str, page: str
) -> None:
    """No count, number, moment or notice tells that somebody is drafting."""
    named: dict[str, list[Any]] = {
        "latest": [SLUG, "plan"],
        "digest": [SLUG, room.meeting.public_id],
    }
    args = named.get(page, [SLUG])
    queries = {"table": {"cut_off": room.at(-0.1).isoformat()}, "search": {"q": "awareness"}}
    query = queries.get(page, {})
    before = _page(room, who, page, args, query)
    for count in range(3):
        comment = acts.draft_comment(
            access=room.access("CPV contributor"),
            wording=room.wording(room.revision, 2),
            content=CommentContent(**words(f"CPV new {count}")),
        )
    deputy = room.access("CPV deputy")
    acts.clear_comment(access=deputy, comment=comment)
    acts.write_note(access=deputy, comment=comment, text="Ask home.")
    acts.return_comment(access=deputy, comment=comment, reason="Ask again.")
    acts.save_autosave(access=deputy, wording=comment.wording, text_by_field={"rationale": "Half"})
    assert _page(room, who, page, args, query) == before


@pytest.mark.parametrize("who", ["CPV focal_point", "FRA focal_point", "IOM contributor"])
@pytest.mark.parametrize(
    "page",
    [
        "outcome_of_input",
        "brief",
        "comment",
        "consultation",
        "latest",
        "rolling",
        "table",
        "wording_history",
    ],
)
def test_words_taken_onto_the_desk_change_no_page_of_a_delegation_by_a_byte(
    room: Room, who: str, page: str
) -> None:
    """Whose words the facilitators took is theirs alone until the text is circulated."""
    comment = room.comment("CPV submitted")
    row = Paragraph.objects.select_related("draft").get(pk=comment.paragraph_id)
    named: dict[str, list[Any]] = {
        "outcome_of_input": [SLUG, comment.public_id],
        "comment": [SLUG, comment.public_id],
        "latest": [SLUG, "plan"],
        "rolling": [SLUG, "plan", room.revision.number],
        "wording_history": [SLUG, row.public_id],
    }
    args = named.get(page, [SLUG])
    query = {"cut_off": room.at(-0.1).isoformat()} if page in {"rolling", "table"} else {}
    with time_machine.travel(timezone.now(), tick=False):  # some pages say what time it is
        before = _page(room, who, page, args, query)
        incorporate_words(
            access=room.access("staff"),
            paragraph=row,
            chosen_proposals=[ChosenProposal(comment)],
            version=row.version,
        )
        assert _page(room, who, page, args, query) == before


BRIDGED = [
    "bridging_list",
    "consultation",
    "latest",
    "new",
    "table",
    "workspace",
    "wording_history",
]


@pytest.mark.parametrize("page", BRIDGED)
def test_bridging_words_and_answers_change_no_page_of_who_is_not_asked_by_a_byte(
    room: Room, page: str
) -> None:
    """Not as a draft, nor as a question to others, nor answered, nor closed for those asked."""
    spoken_on = Paragraph.objects.get(pk=room.comment("CPV submitted").paragraph_id)
    named: dict[str, list[Any]] = {
        "latest": [SLUG, "plan"],
        "wording_history": [SLUG, spoken_on.public_id],
    }
    args = named.get(page, [SLUG])
    query = {"cut_off": room.at(-0.1).isoformat()} if page == "table" else {}
    with time_machine.travel(timezone.now(), tick=False):
        before = _page(room, "IOM focal_point", page, args, query)
        asked = ask_about_bridging(room, seen_by="asked")
        assert _page(room, "IOM focal_point", page, args, query) == before
        _answer_bridging(room, asked, "FRA")
        assert _page(room, "IOM focal_point", page, args, query) == before
        close_bridging(access=room.access("staff", -1), proposal=asked)
        assert _page(room, "IOM focal_point", page, args, query) == before


@pytest.mark.parametrize("page", [*BRIDGED, "bridging_proposal"])
def test_before_the_close_the_answers_of_others_change_no_page_by_a_byte(
    room: Room, page: str
) -> None:
    """No count, number or moment of them, for whoever is asked as well; nor whom else one asks."""
    asked = ask_about_bridging(room, seen_by="all")
    spoken_on = Paragraph.objects.get(pk=room.comment("CPV submitted").paragraph_id)
    named: dict[str, list[Any]] = {
        "latest": [SLUG, "plan"],
        "wording_history": [SLUG, spoken_on.public_id],
        "bridging_proposal": [SLUG, asked.public_id],
    }
    args = named.get(page, [SLUG])
    query = {"cut_off": room.at(-0.1).isoformat()} if page == "table" else {}
    with time_machine.travel(timezone.now(), tick=False):
        before = _page(room, "FRA focal_point", page, args, query)
        assert page != "bridging_proposal" or "Cabo Verde" not in before
        _answer_bridging(room, asked, "CPV")
        assert _page(room, "FRA focal_point", page, args, query) == before


def _answer_bridging(room: Room, proposal: BridgingProposal, code: str) -> None:
    seats = AskedSeat.objects.select_related("proposal")
    answer_bridging(
        access=room.access(f"{code} focal_point", -4),
        asked_seat=seats.get(proposal=proposal, seat__code=code),
        content=BridgingAnswerContent(stance="no", reason=marker("bridging answer")),
    )


def _page(room: Room, who: str, page: str, args: list[Any], query: dict[str, str]) -> str:
    """What the page says at a first look, without the token and the key that are new on each.

    Made anew each time: a part that was kept would hide what it tells now.
    """
    empty_cache()
    with transaction.atomic():
        response = _client(room, who).get(reverse(page, args=args), query)
        transaction.set_rollback(True)
    text = re.sub(r'(name="form_key" value=)"[^"]*"', r"\1", response.content.decode())
    return re.sub(r"(?i)(csrf\w*token\W+(?:value=)?\W*)\w{64}", r"\1", text)


def test_no_row_that_others_read_holds_the_words_of_a_draft_or_of_a_note(room: Room) -> None:
    """Only the tables made for them do: no digest, export or history of something else.

    The list of spellings says nothing of whose they are; who is offered which: `test_search`.
    """
    speak_in_room(room)
    own: dict[str, set[type[models.Model]]] = {
        name: {Comment, Comment.history.model, CommentLexemes, Spelling}
        for name in room.comments
        if name.endswith("draft")
    }
    for name in (*INTERNAL, *IN_ROOM):
        kept_in: Any = {"typing": Autosave, "objection": Objection}.get(name.split()[0], Note)
        own[name] = {kept_in} | ({kept_in.history.model} if kept_in is not Autosave else set())
    found: dict[str, set[type[models.Model]]] = {name: set() for name in own}
    for model in apps.get_models():
        stored = str(list(model._default_manager.values_list(*_texts(model))))
        for name in own:
            if marker(name) in stored:
                found[name].add(model)
    assert found == own


def _texts(model: type[models.Model]) -> list[str]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
    return [f.name for f in model._meta.fields if isinstance(f, kinds)] or ["pk"]
