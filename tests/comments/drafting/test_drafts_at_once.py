"""Two people act on one draft or one silence at the same moment: one of them is refused."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction

from comments.drafting.acts import copy_proposal, discard_comment, draft_comment, edit_comment
from comments.groups.acts import object_to, set_silence, withdraw_objection
from comments.inputs.content import CommentContent
from comments.models import Comment, Objection, Receipt
from comments.submitting.acts import submit_comment
from consultations.models import Round, Visibility
from consultations.rules.access import Refused
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page
from tests.locks import second_of, wait_until_another_waits, waiting_for
from tests.room import Room, loaded, marker, words

pytestmark = pytest.mark.every_server


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returns, or the refusal that it raises; begun at the same moment."""
    together, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        together.wait()
        try:
            found[place] = acts[place]()
        except (ValidationError, Refused) as refused:
            found[place] = refused  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_draft_that_changes_while_a_program_discards_it_is_kept(committed_room: Room) -> None:
    room, draft = committed_room, committed_room.comment("FRA draft")
    program, answers = with_key(room, "FRA contributor"), []
    path = address("comments", draft.public_id)
    etag = program.get(path)["ETag"]

    def discard() -> None:
        answers.append(program.delete(path, HTTP_IF_MATCH=etag))
        connections.close_all()

    discarding = threading.Thread(target=discard)
    with transaction.atomic():
        edit_comment(
            access=room.access("FRA deputy"),
            comment=draft,
            version=draft.version,
            content=CommentContent(**words("FRA changed")),
        )
        discarding.start()
        wait_until_another_waits()
    discarding.join()

    [answer] = answers
    assert answer.status_code == 409
    assert marker("FRA changed") in answer.json()["stands"]["proposed"]
    assert Comment.objects.get(pk=draft.pk).discarded_at is None


def test_a_draft_submitted_by_two_gets_one_number_and_one_receipt(committed_room: Room) -> None:
    room, draft = committed_room, committed_room.comment("FRA draft")
    receipts = Receipt.objects.count()
    access = room.access("FRA focal_point")
    both = _at_once(*[lambda: submit_comment(access=access, comment=draft).number] * 2)
    assert len(set(both)) == 1 and isinstance(both[0], int)
    assert Receipt.objects.count() == receipts + 1


def test_two_drafts_submitted_at_once_get_numbers_of_their_own(committed_room: Room) -> None:
    room, access = committed_room, committed_room.access("FRA focal_point")
    numbered = Comment.objects.filter(seat=access.seat).exclude(number=None)
    last = max(number or 0 for number in numbered.values_list("number", flat=True))
    numbers = _at_once(
        lambda: submit_comment(access=access, comment=room.comment("FRA draft")).number,
        lambda: submit_comment(access=access, comment=room.comment("FRA cleared")).number,
    )
    assert sorted(numbers) == [last + 1, last + 2]


def test_a_submission_does_not_wait_for_that_of_another_delegation(committed_room: Room) -> None:
    room = committed_room

    def submit_without_waiting() -> Comment:
        access, draft = room.access("FRA focal_point"), room.comment("FRA draft")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            return submit_comment(access=access, comment=draft)

    with transaction.atomic():
        submit_comment(access=room.access("CPV focal_point"), comment=room.comment("CPV draft"))
        [submitted] = _at_once(submit_without_waiting)
    assert isinstance(submitted, Comment) and submitted.submitted_at == room.now


def test_a_draft_changed_and_submitted_at_once_holds_the_words_that_its_history_tells(
    committed_room: Room,
) -> None:
    room, draft = committed_room, committed_room.comment("FRA draft")
    words = CommentContent(kind="comment", rationale="On reflection.")
    changed, submitted = _at_once(
        lambda: edit_comment(
            access=room.access("FRA deputy"), comment=draft, version=draft.version, content=words
        ),
        lambda: submit_comment(access=room.access("FRA focal_point"), comment=draft),
    )
    stored = Comment.objects.get(pk=draft.pk)
    assert isinstance(submitted, Comment) and stored.number == submitted.number
    is_changed = isinstance(changed, Comment)
    assert (stored.rationale == "On reflection.") is is_changed
    assert is_changed or isinstance(changed, ValidationError | Refused)
    last = draft.history.first()
    assert (last.rationale, last.version) == (stored.rationale, stored.version)


def test_a_proposal_copied_twice_at_once_is_one_draft(committed_room: Room) -> None:
    room = committed_room
    Round.objects.filter(pk=room.round.pk).update(visibility=Visibility.AT_ONCE)
    proposals = loaded().select_related("wording__revision__draft")
    proposal = proposals.get(pk=room.comments["FRA submitted"])
    access = room.access("CPV contributor")
    drafts = Comment.objects.filter(seat=access.seat, submitted_at=None)
    before = drafts.count()
    second = second_of(lambda: copy_proposal(access=access, comment=proposal))
    assert isinstance(second, Comment)
    assert drafts.count() == before + 1


def test_what_is_saved_while_one_presses_submit_is_not_submitted_unseen(
    committed_room: Room,
) -> None:
    room, draft = committed_room, committed_room.comment("FRA cleared")
    words = CommentContent(kind="comment", rationale="On reflection.")
    person = Person(room, "FRA focal_point")
    box = f"{draft.public_id}:{draft.version}"
    answer = waiting_for(
        lambda: edit_comment(
            access=room.access("FRA deputy"), comment=draft, version=draft.version, content=words
        ),
        lambda: person.post("submit_all", comment=[box]),
    )
    assert "Something changed since this page was shown." in page(answer)
    assert Comment.objects.get(pk=draft.pk).submitted_at is None


def test_a_draft_discarded_and_submitted_at_once_is_one_of_the_two(committed_room: Room) -> None:
    room, draft = committed_room, committed_room.comment("FRA draft")
    results = _at_once(
        lambda: discard_comment(access=room.access("FRA deputy"), comment=draft),
        lambda: submit_comment(access=room.access("FRA focal_point"), comment=draft),
    )
    stored = Comment.objects.get(pk=draft.pk)
    assert sum(isinstance(found, Comment) for found in results) == 1
    assert (stored.discarded_at is None) is (stored.number is not None)


def _silent(room: Room) -> Comment:
    """A draft in the African Group's room, under silence."""
    access = room.access("CIV contributor", -2)
    draft = draft_comment(
        access=access,
        wording=room.wording(room.revision, 4),
        content=CommentContent(kind="comment", rationale="As agreed."),
        seat=access.group_room_seats[0],
        in_room=True,
    )
    set_silence(access=room.access("CPV focal_point", -1), comment=draft, until=room.at(1))
    found: Comment = loaded().get(pk=draft.pk)
    return found


def test_a_silence_broken_twice_by_one_delegation_is_broken_once(committed_room: Room) -> None:
    room, draft = committed_room, _silent(committed_room)
    found = _at_once(
        lambda: object_to(access=room.access("CIV focal_point"), comment=draft).pk,
        lambda: object_to(access=room.access("CIV deputy"), comment=draft).pk,
    )
    assert len(set(found)) == 1
    assert Objection.objects.filter(comment=draft, withdrawn_at=None).count() == 1


def test_a_silence_is_never_both_unbroken_and_objected_to(committed_room: Room) -> None:
    """One takes its objection back while another objects."""
    room, draft = committed_room, _silent(committed_room)
    first = object_to(access=room.access("CIV focal_point"), comment=draft)
    _at_once(
        lambda: withdraw_objection(access=room.access("CIV focal_point"), objection=first),
        lambda: object_to(access=room.access("CPV deputy"), comment=draft),
    )
    stored = Comment.objects.get(pk=draft.pk)
    standing = Objection.objects.filter(comment=draft, withdrawn_at=None).count()
    assert (stored.silence_broken_at is not None) is (standing > 0)


def test_a_silence_set_anew_while_somebody_objects_tells_which_came_last(
    committed_room: Room,
) -> None:
    room, draft = committed_room, _silent(committed_room)
    _at_once(
        lambda: object_to(access=room.access("CIV focal_point"), comment=draft),
        lambda: set_silence(access=room.access("CPV focal_point"), comment=draft, until=room.at(2)),
    )
    stored = Comment.objects.get(pk=draft.pk)
    standing = Objection.objects.filter(comment=draft, withdrawn_at=None).count()
    assert (stored.silence_broken_at is not None) is (standing > 0)
