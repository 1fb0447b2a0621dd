"""Every address of the site map: who may read it, who may post, and what it reveals.

The addresses are taken from the URL configuration. A new one without a row in `site_map.py` fails
the first test below; with a row it is asked by everybody in the room, and by two outsiders.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from comments.models import Comment
from consultations.models import Round, Visibility
from tests.consultations.rules.rules import STAGES
from tests.consultations.web.site_map import ADDRESSES, CASES, READERS, Address, is_public
from tests.database import check_once
from tests.kept_room import KEPT
from tests.opened import words_of
from tests.room import Room, marker, speak_in_room


def _addresses(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(route, name with its namespace) of every address below these patterns."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name}"


def _site_map() -> dict[str, str]:
    """Name → route, of every address that is not one of the short list of public ones."""
    found = _addresses(get_resolver().url_patterns)
    return {name: route for route, name in found if not is_public(route)}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Room]:
    """The room for all addresses; inputs stay with the facilitators, so that much may leak."""
    with django_db_blocker.unblock(), transaction.atomic():
        room = KEPT.laid_out()
        speak_in_room(room)
        Round.objects.update(visibility=Visibility.FACILITATORS)
        check_once()
        yield room
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(built: Room) -> dict[str, Client]:
    """A signed-in browser for every reader, in the one capacity that the reader stands for."""
    return {letter: _client(built, who) for letter, who in READERS.items()}


def _client(room: Room, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(room.users[who])
        session = client.session
        session["capacity"] = room.capacities[who]
        session.save()
    return client


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(_site_map()) == sorted(ADDRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/account/login/", "/help/", "/nowhere/", "/api/v1/none/"]
)
def test_no_browser_keeps_what_is_open_to_all_or_found_nowhere(address: str) -> None:
    """It too says in its frame who is signed in, and in which language they read."""
    assert "no-store" in Client().get(address).headers["Cache-Control"]


def test_static_files_are_answered_before_so_that_browsers_keep_them() -> None:
    order = [path.rpartition(".")[2] for path in settings.MIDDLEWARE]
    assert order.index("WhiteNoiseMiddleware") < order.index("NotStoredMiddleware")


READABLE = [case for case in CASES if case[1].gets is not None]
WRITABLE = [case for case in CASES if case[1].posts is not None]


def _case(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), READABLE, ids=_case)
def test_an_address_opens_for_those_who_may_and_tells_nobody_too_much(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    Round.objects.update(visibility=address.visibility)
    url = address.url(built, name)
    wrong = []
    for letter, client in clients.items():
        with transaction.atomic():
            response = client.get(url)
            body = _body(response)
            transaction.set_rollback(True)
        is_opened = response.status_code < 400 and not _is_refused(response)
        if (letter in (address.gets or "")) != is_opened or response.status_code >= 500:
            wrong.append(f"{letter}: {response.status_code} {_error(response)}")
        if "no-store" not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{letter}: a browser keeps it")
        hidden = set(_hidden_from(built, letter, address.visibility))
        if name == "home" and letter in "cdf":
            hidden.remove("elsewhere meeting")  # Cabo Verde sits there as well
        wrong += [f"{letter} reads {what}" for what in hidden if marker(what) in body]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), WRITABLE, ids=_case)
def test_an_address_writes_for_those_who_may_and_for_nobody_else(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    Round.objects.update(visibility=address.visibility)
    url, data = address.url(built, name), address.data(built)
    before = _rows_of_everything()
    wrong = []
    for letter, client in clients.items():
        with transaction.atomic():
            capacity = built.capacities.get(READERS[letter], "")
            response = _send(client, address.method, url, data, capacity)
            body = _body(response)
            is_written = response.status_code < 500 and _rows_of_everything() != before
            transaction.set_rollback(True)
        may = letter in (address.posts or "")
        is_taken = response.status_code < 400 and not _is_refused(response)
        is_said = address.says_why and response.status_code == 422
        if may != is_taken or not (may or _is_refused(response) or is_said):
            wrong.append(f"{letter}: {response.status_code} {_error(response)} {body[-500:]}")
        if is_written and not may:
            wrong.append(f"{letter} wrote something")
        if "no-store" not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{letter}: a browser keeps it")
        hidden = _hidden_from(built, letter, address.visibility)
        wrong += [f"{letter} reads {what}" for what in hidden if marker(what) in body]
    assert wrong == []


ACTS = [case for case in WRITABLE if case[1].gets is None and not case[0].startswith("api")]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), ACTS, ids=_case)
def test_the_address_of_an_act_leads_who_opens_it_to_a_page(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    """After a sign-in, from a bookmark or a reloaded tab."""
    Round.objects.update(visibility=address.visibility)
    wrong = []
    for letter in address.posts or "":
        with transaction.atomic():
            answer = clients[letter].get(address.url(built, name), follow=True)
            transaction.set_rollback(True)
        if answer.status_code != 200:
            wrong.append((letter, answer.status_code, answer.redirect_chain))
    assert wrong == []


# --- What is refused ---------------------------------------------------------------------------

# What a script asks beside an open form, which keeps its words.
BESIDE_A_FORM = {"typed_words"}
FORMS = [
    case for case in WRITABLE if not case[0].startswith("api") and case[0] not in BESIDE_A_FORM
]
REFUSED = (400, 409, 422)


def _is_typed(value: object) -> bool:
    """Whether a person wrote it: a sentence, where numbers, ids and choices are one word."""
    return isinstance(value, str) and " " in value.strip()


def _wrong(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same form with one field left out, and with one that no field takes."""
    for name in data:
        yield f"without {name}", {key: value for key, value in data.items() if key != name}
        yield f"odd {name}", data | {name: "\N{WHITE SQUARE}" * 3}


@pytest.mark.night
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), FORMS, ids=_case)
def test_a_form_that_is_refused_keeps_what_was_typed(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    Round.objects.update(visibility=address.visibility)
    letter = next(letter for letter in clients if letter in (address.posts or ""))
    url, data = address.url(built, name), address.data(built)
    lost = []
    for what, wrong in _wrong(data):
        with transaction.atomic():
            answer = clients[letter].post(
                url, wrong | {"capacity": built.capacities[READERS[letter]]}
            )
            shown = unescape(answer.content.decode(errors="replace"))
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            lost.append((what, answer.status_code, ""))
        if answer.status_code not in REFUSED:
            continue
        lost += [
            (what, answer.status_code, key)
            for key, value in wrong.items()
            if _is_typed(value) and value not in shown
        ]
    assert lost == []


# --- On every server ------------------------------------------------------------------------------


@pytest.mark.every_server
@pytest.mark.again
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), CASES, ids=_case)
def test_an_address_answers_and_writes_on_every_server(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    """What it asks the database: for one who may open it, and one who may write through it."""
    Round.objects.update(visibility=address.visibility)
    url, data = address.url(built, name), address.data(built)
    if address.gets:
        with transaction.atomic():
            response = clients[address.gets[0]].get(url)
            _body(response)
            transaction.set_rollback(True)
        assert response.status_code < 400, _error(response)
        assert not _is_refused(response)
    if address.posts:
        letter = address.posts[0]
        with transaction.atomic():
            capacity = built.capacities.get(READERS[letter], "")
            response = _send(clients[letter], address.method, url, data, capacity)
            transaction.set_rollback(True)
        assert response.status_code < 400, _error(response)
        assert not _is_refused(response)


# --- Other phases of a round ----------------------------------------------------------------------


def _set_stage(room: Room, name: str, visibility: str) -> None:
    """All rounds of the room stand at this stage of the grid."""
    stage = STAGES[name]
    Round.objects.update(
        visibility=visibility,
        late_policy=stage.late_policy,
        opens_at=room.now + stage.opens,
        deadline=room.now + stage.deadline,
        closed_at=stage.closed and room.now + stage.closed,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), READABLE, ids=_case)
def test_until_the_close_no_address_tells_what_another_delegation_said(
    built: Room, clients: dict[str, Client], name: str, address: Address
) -> None:
    url = address.url(built, name)
    _set_stage(built, "open", Visibility.AT_CLOSE)
    told = []
    for letter in "fx":
        with transaction.atomic():
            body = _body(clients[letter].get(url))
            transaction.set_rollback(True)
        hidden = set(_hidden_from(built, letter, Visibility.AT_CLOSE))
        hidden -= {"elsewhere meeting"}  # Cabo Verde sits there as well
        told += [f"{letter} reads {what}" for what in hidden if marker(what) in body]
    assert told == []


# What is taken while a round asks for inputs, and at no other time.
IN_AN_OPEN_ROUND = {
    *"draft_comment edit_comment send_for_clearance clear_comment return_comment".split(),
    *"submit_comment submit_all api-comments-send-for-clearance".split(),
    *"workspace carry_over supersede_comment set_silence object_to opt_out received kit".split(),
    *"api-comments-list api-comments-clear api-comments-send-back api-comments-submit".split(),
    *"api-comments-submit-several api-comments-supersede api-comments-silence".split(),
    *"api-comments-objections api-comments-opt-outs".split(),
}
TAKEN_WHILE_OPEN = [case for case in WRITABLE if case[0] in IN_AN_OPEN_ROUND]


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["not open", "first moment after"])
@pytest.mark.parametrize(("name", "address"), TAKEN_WHILE_OPEN, ids=_case)
def test_outside_an_open_round_no_address_takes_an_input(
    built: Room, clients: dict[str, Client], name: str, address: Address, stage: str
) -> None:
    url, data = address.url(built, name), address.data(built)
    _set_stage(built, stage, Visibility.AT_ONCE)
    before = _rows_of_everything()
    wrote = []
    for letter in (address.posts or "") + "L":
        with transaction.atomic():
            capacity = built.capacities.get(READERS[letter], "")
            response = _send(clients[letter], address.method, url, data, capacity)
            if response.status_code >= 500 or _rows_of_everything() != before:
                wrote.append(f"{letter}: {response.status_code} {_error(response)}")
            transaction.set_rollback(True)
    assert wrote == []


def _send(client: Client, method: str, url: str, data: dict[str, Any], capacity: str) -> Any:
    """As a page's form, or as a program, in the capacity that the session has."""
    if url.startswith("/api/"):
        send = getattr(client, method)
        claim = {"X-Capacity": capacity}
        return send(url, data, content_type="application/json", headers=claim)
    return client.post(url, data | {"capacity": capacity})


def _body(response: Any) -> str:
    """All words of an answer; a paper is opened, for its words are packed in the file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return words_of(content)


def _error(response: Any) -> str:
    return repr(response.exc_info[1]) if getattr(response, "exc_info", None) else ""


def _is_refused(response: Any) -> bool:
    """404, 403, 401, 405; or sent to sign in, or to choose a capacity that leads there."""
    if response.status_code in {302, 303}:
        return str(response["Location"]).startswith(("/account/login/", "/capacity/"))
    return response.status_code in {401, 403, 404, 405}


@cache
def _count_of_everything() -> str:
    """One question for all tables: it is asked hundreds of times."""
    rooms = ("delegations", "consultations", "drafts", "comments")
    tables = [m._meta.db_table for app in rooms for m in apps.get_app_config(app).get_models()]
    return " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)


def _rows_of_everything() -> dict[str, int]:
    """How many rows each table has, the history's too: an edit adds one there."""
    with connection.cursor() as cursor:
        cursor.execute(_count_of_everything())
        return dict(cursor.fetchall())


# --- What must not be told -----------------------------------------------------------------------

ON_THE_DESK = ("working text", "unsent text", "offered in a file")
ELSEWHERE = ("elsewhere text", "elsewhere meeting", "elsewhere reply", "elsewhere review")
BEFORE_SUBMISSION = ("draft", "cleared", "discarded", "before submission", "group draft")
IN_ROOM = ("draft", "silent", "agreed", "objected", "discarded")
# What never leaves a delegation or a group room: notes, objections, and words still being typed
# (those by one person alone, here each delegation's deputy).
NOTES = {"CPV": ("note on CPV", "room note", "objection"), "FRA": ("note on FRA",)}
TYPED = {"CPV deputy": "typing of CPV", "FRA deputy": "typing of FRA"}

GROUP_OF = {"CPV": "ROOM"}


def _hidden_from(room: Room, letter: str, visibility: str) -> list[str]:
    """The names of everything whose words this reader must never see in this consultation."""
    elsewhere = [*ELSEWHERE, *(name for name in room.comments if name.startswith("elsewhere"))]
    here = [name for name in room.comments if not name.startswith("elsewhere")]
    drafts = [name for name in here if name.split(" ", 1)[1] in BEFORE_SUBMISSION]
    drafts += [f"{code} before submission" for code in ("CPV", "FRA")]
    drafts += [f"ROOM {state}" for state in IN_ROOM]
    home = READERS[letter].partition(" ")[0]
    internal = [what for code, notes in NOTES.items() for what in notes if code != home]
    internal += [what for who, what in TYPED.items() if who != READERS[letter]]
    if letter in "LSA":
        return elsewhere + drafts + internal
    inputs = [name for name in here if name not in drafts]
    reviews = [f"review of {name}" for name in inputs]
    answers = [f"reply to {name}" for name in inputs] + reviews
    answers += [
        f"{what} {code}" for what in ("note of", "reservation on") for code in ("CPV", "FRA")
    ]
    if letter in "oen":
        hidden = [*drafts, *inputs, *answers, *internal, *ON_THE_DESK]
        return hidden + (elsewhere if letter == "n" else [])
    unpublished = [name for name in reviews if not name.endswith(" submitted")]
    others = drafts if visibility == Visibility.AT_ONCE else drafts + inputs + answers
    return [
        *elsewhere,
        *ON_THE_DESK,
        *unpublished,
        *internal,
        *(name for name in others if not {home, GROUP_OF.get(home)} & set(name.split())),
    ]


@pytest.mark.django_db
def test_the_markers_that_are_looked_for_are_really_there(built: Room) -> None:
    words = "\n".join(
        f"{proposed} {rationale}"
        for proposed, rationale in Comment.history.values_list("proposed", "rationale")
    )
    for name in built.comments:
        assert marker(name) in words, name
    for code in ("CPV", "FRA"):
        assert marker(f"{code} before submission") in words


# A file, who of the own delegation takes it, and words that it gives them.
PAPERS = [
    ("kit_file", "c", "docx", "CPV draft"),
    ("kit_file", "c", "xlsx", "CPV draft"),
    ("table_file", "f", "csv", "CPV submitted"),
    ("table_file", "f", "docx", "CPV submitted"),
    ("table_file", "f", "xlsx", "CPV submitted"),
    ("table_file", "f", "pdf", "CPV submitted"),
    ("rolling_file", "L", "docx", "FRA submitted"),
    ("receipt_file", "d", "docx", "CPV submitted"),
    ("receipt_file", "d", "pdf", "CPV submitted"),
    ("brief_file", "d", "", "CPV submitted"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "letter", "form", "what"), PAPERS)
def test_in_a_paper_the_words_of_its_own_reader_are_found(
    built: Room, clients: dict[str, Client], name: str, letter: str, form: str, what: str
) -> None:
    """Or the search above would find nothing in any paper, whatever stands in it."""
    named = {"format_name": lambda room: form} if form else {}
    url = replace(ADDRESSES[name], named=named).url(built, name)
    response = clients[letter].get(url)
    assert response.status_code == 200
    assert marker(what) in _body(response)
