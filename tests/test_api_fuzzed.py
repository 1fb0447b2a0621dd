"""Random requests to the API: every answer fits its schema.

Schemathesis makes requests out of the OpenAPI description, such as it allows and such as it does
not. The same ones on every run; `API_EXAMPLES=500` asks for so many new ones of each operation.
"""

import os
from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comments.letters.acts import begin_letter
from comments.minutes.acts import add_line, begin_minutes, offer_line
from comments.models import BridgingProposal, MinuteLine, OfficialLetter, Receipt, Reply, Review
from consultations.keys.acts import make_token
from consultations.rules.access_factory import make_actor
from drafts.models import Wording
from tests.consultations.bridging import ask_about_bridging, draft_on_bridging
from tests.nights import IS_NIGHT
from tests.room import ELSEWHERE, SLUG, Room

ASKED_FOR = os.environ.get("API_EXAMPLES", "")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = ("CPV focal_point", "co_facilitator", "secretariat")


def _operations() -> list[Any]:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(generator.get_schema(request=None, public=True))
    schema.app = get_wsgi_application()
    return [cast(Any, operation).ok() for operation in schema.get_all_operations()]


OPERATIONS = _operations()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request ends with its connection; here all of them share that of the test."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


def _write_what_the_room_has_not(room: Room) -> None:
    """A question on bridging words and a draft, a letter, and a line that is asked about."""
    ask_about_bridging(room)
    draft_on_bridging(room)
    staff = room.access("staff")
    begin_letter(access=staff, kind="other")
    minutes = begin_minutes(access=staff, meeting=room.meeting)
    words = Wording.objects.select_related("paragraph__draft").get(revision=room.revision, place=2)
    line = add_line(
        access=staff,
        minutes=minutes,
        paragraph=words.paragraph,
        words="So.",
        seat=room.seat("CPV focal_point"),
    )
    rows = MinuteLine.objects.select_related("minutes__meeting")
    offer_line(access=staff, line=rows.get(pk=line.pk))


def _ids(room: Room) -> dict[str, list[Any]]:
    """Rows to name, by the part of the address before the id."""
    return {
        "comments": [
            room.comment(name).public_id
            for name in ("CPV draft", "CPV submitted", "FRA submitted", "FRA draft", "CPV cleared")
        ],
        "bridging": list(BridgingProposal.objects.values_list("public_id", flat=True)),
        "letters": list(OfficialLetter.objects.values_list("public_id", flat=True)),
        "minute-lines": list(MinuteLine.objects.values_list("public_id", flat=True)),
        "minutes": [room.meeting.public_id],
        "drafts": [room.draft.public_id],
        "meetings": [room.meeting.public_id],
        "receipts": list(Receipt.objects.values_list("public_id", flat=True)),
        "replies": list(Reply.objects.values_list("public_id", flat=True)),
        "reviews": list(Review.objects.values_list("public_id", flat=True)),
        "revisions": [room.revision.public_id, room.other_revision.public_id],
        "rounds": [room.round.public_id],
        "wordings": list(Wording.objects.values_list("public_id", flat=True)),
    }


def _named(case: Any, ids: dict[str, list[Any]], draw: Any) -> None:
    """Mostly rows that there are: a random id is found nowhere.

    Names have at least the form of one: what is no address at all is no answer of the API.
    """
    named = {"slug": st.sampled_from([SLUG, ELSEWHERE, "nowhere"]), "id": st.uuids().map(str)}
    for name in case.path_parameters:
        case.path_parameters[name] = draw(named.get(name, st.sampled_from(["plan", "nothing"])))
    kind = case.path.removeprefix("/api/v1/consultations/{slug}/").partition("/")[0]
    if "id" in case.path_parameters and kind in ids and draw(st.integers(0, 4)):
        case.path_parameters["slug"] = SLUG
        case.path_parameters["id"] = str(draw(st.sampled_from(ids[kind])))
    if isinstance(case.body, dict) and "wording" in case.body and draw(st.booleans()):
        case.body["wording"] = str(draw(st.sampled_from(ids["wordings"])))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation.label))
def test_whatever_a_program_sends_it_gets_an_answer_of_the_schema(
    room: Room, operation: Any
) -> None:
    _write_what_the_room_has_not(room)
    ids, keys = _ids(room), []
    for who in WHO:
        actor = make_actor(room.users[who], room.capacities[who])
        keys.append(make_token(actor=actor, name="A program")[1])
    both = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=int(ASKED_FOR or (10 if IS_NIGHT else 5)),
        deadline=None,
        database=None,
        derandomize=not ASKED_FOR,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=both, data=st.data())
    def asked(case: Any, data: st.DataObject) -> None:
        _named(case, ids, data.draw)
        token = data.draw(st.sampled_from(keys))
        with transaction.atomic():
            # A WSGI application is asked without a wire: nobody would unpack the answer.
            plain = {"Authorization": f"Token {token}", "Accept-Encoding": "identity"}
            answer = case.call(headers=plain)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    asked()
