"""A new version of an input is drafted, cleared and submitted like every draft."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from comments.drafting.acts import clear_comment, edit_comment, return_comment
from comments.drafting.versions import draft_version
from comments.inputs.content import CommentContent
from comments.models import Comment, CommentState
from comments.submitting.acts import submit_comments, withdraw_comment
from consultations.rules.access import Refused
from tests.api_clients import address, with_key
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import Room, loaded, marker, words

pytestmark = pytest.mark.django_db


def _version(room: Room, who: str = "FRA contributor", name: str = "FRA anew") -> Comment:
    old = room.comment("FRA submitted")
    made = draft_version(
        access=room.access(who), comment=old, content=CommentContent(**words(name))
    )
    row: Comment = loaded().get(pk=made.pk)
    return row


def _now(row: Comment) -> Comment:
    stored: Comment = loaded().get(pk=row.pk)
    return stored


def test_a_contributor_drafts_it_a_deputy_clears_it_and_the_focal_point_submits(
    room: Room,
) -> None:
    old = room.comment("FRA submitted")
    draft = _version(room)
    assert (draft.state, draft.number, draft.replaced_reference) == (
        CommentState.DRAFTED,
        None,
        "FRA-1",
    )
    assert (draft.seat, draft.wording, draft.round) == (old.seat, old.wording, old.round)
    assert _now(old).state is CommentState.SUBMITTED  # it stands meanwhile
    return_comment(access=room.access("FRA deputy"), comment=draft, reason="Say which.")
    edit_comment(
        access=room.access("FRA contributor"),
        comment=draft,
        version=_now(draft).version,
        content=CommentContent(**words("FRA mended")),
    )
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    assert _now(draft).amends == 1
    [sent] = submit_comments(access=room.access("FRA focal_point"), comments=[draft])
    assert (sent.reference, sent.supersedes_id, sent.replaced_reference) == ("FRA-1", old.pk, "")
    assert _now(sent).state is CommentState.SUBMITTED and _now(old).state is CommentState.SUPERSEDED


def test_only_the_focal_point_submits_it_and_nobody_else_drafts_it(room: Room) -> None:
    draft = _version(room)
    with pytest.raises(Refused):
        submit_comments(access=room.access("FRA deputy"), comments=[draft])
    for who in ("CPV focal_point", "staff", "secretariat"):
        with pytest.raises(Refused):
            draft_version(
                access=room.access(who),
                comment=room.comment("FRA submitted"),
                content=CommentContent(**words("no")),
            )


@pytest.mark.parametrize("state", ["withdrawn", "superseded", "draft"])
def test_what_does_not_stand_gets_no_new_version(room: Room, state: str) -> None:
    with pytest.raises(Refused):
        draft_version(
            access=room.access("FRA focal_point"),
            comment=room.comment(f"FRA {state}"),
            content=CommentContent(**words("FRA no")),
        )


def test_a_new_version_goes_with_other_drafts_under_one_receipt(room: Room) -> None:
    other, draft = room.comment("FRA cleared"), _version(room)
    sent = submit_comments(access=room.access("FRA focal_point"), comments=[draft, other])
    assert len({row.receipt_id for row in sent}) == 1
    numbers = [row.number for row in sent]
    assert numbers[0] == 1 and (numbers[1] or 0) > 1
    assert _now(other).supersedes_id is None


def test_of_two_drafts_of_one_new_version_one_goes_and_the_other_can_replace_it(
    room: Room,
) -> None:
    first, second = _version(room), _version(room, "FRA deputy", "FRA otherwise")
    access = room.access("FRA focal_point")
    with pytest.raises(ValidationError, match="Submit one of them"):
        submit_comments(access=access, comments=[first, second])
    assert _now(room.comment("FRA submitted")).state is CommentState.SUBMITTED
    version_before = room.comment("FRA submitted").version
    submit_comments(access=access, comments=[first])
    assert room.comment("FRA submitted").version == version_before + 1
    submit_comments(access=access, comments=[_now(second)])
    assert _now(second).supersedes_id == first.pk
    assert _now(first).state is CommentState.SUPERSEDED


def test_where_the_input_is_withdrawn_its_new_version_is_a_draft_of_its_own(room: Room) -> None:
    draft = _version(room)
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    old = room.comment("FRA submitted")
    withdraw_comment(access=room.access("FRA focal_point"), comment=old, reason="Overtaken.")
    assert (_now(draft).amends, _now(draft).state) == (None, CommentState.DRAFTED)
    [sent] = submit_comments(access=room.access("FRA focal_point"), comments=[_now(draft)])
    assert sent.number != old.number and sent.supersedes_id is None


def test_a_draft_of_another_delegation_stays_what_it_is_where_an_input_is_withdrawn(
    room: Room,
) -> None:
    theirs = draft_version(
        access=room.access("CPV contributor"),
        comment=room.comment("CPV submitted"),
        content=CommentContent(**words("CPV anew")),
    )
    old = room.comment("FRA submitted")
    assert theirs.amends == old.number == 1
    withdraw_comment(access=room.access("FRA focal_point"), comment=old, reason="Overtaken.")
    assert _now(theirs).amends == 1


def test_a_new_version_of_one_input_stays_it_where_another_is_withdrawn(room: Room) -> None:
    speaker, draft = room.access("FRA focal_point"), _version(room)
    [other] = submit_comments(access=speaker, comments=[room.comment("FRA cleared")])
    assert draft.amends == 1 != other.number
    withdraw_comment(access=speaker, comment=other, reason="Overtaken.")
    assert _now(draft).amends == 1


def test_what_was_withdrawn_under_a_new_version_is_not_replaced_by_it(room: Room) -> None:
    draft, old = _version(room), room.comment("FRA submitted")
    withdraw_comment(access=room.access("FRA focal_point"), comment=old, reason="Overtaken.")
    # As where both came at once, and the draft was read before it was set free.
    Comment.objects.filter(pk=draft.pk).update(amends=old.number)
    with pytest.raises(ValidationError, match="FRA-1 was withdrawn or replaced"):
        submit_comments(access=room.access("FRA focal_point"), comments=[_now(draft)])
    assert _now(old).superseded_at is None


def test_two_presses_draft_one_version_also_after_it_was_submitted(room: Room) -> None:
    person, old = Person(room, "FRA focal_point"), room.comment("FRA submitted")
    sent = proposal(then="submit")
    first = person.post("supersede_comment", old.public_id, **sent)
    draft = Comment.objects.get(amends=old.number, filed_by=old.filed_by)
    assert first.headers["Location"].endswith(f"/{draft.public_id}/submit/")
    submit_comments(access=room.access("FRA focal_point"), comments=[draft])
    again = person.post("supersede_comment", old.public_id, **sent)
    receipt = person.client.get(again.headers["Location"])
    assert "/receipts/" in receipt.headers["Location"]
    assert Comment.objects.filter(seat=old.seat, number=old.number).count() == 2


# --- On the pages ---------------------------------------------------------------------------------


def test_the_card_offers_it_to_all_own_people_and_to_nobody_else(room: Room) -> None:
    old = room.comment("FRA submitted")
    for who, offered in (
        ("FRA contributor", True),
        ("FRA deputy", True),
        ("FRA focal_point", True),
        ("CPV focal_point", False),
        ("co_facilitator", False),
    ):
        shown = page(Person(room, who).get("comment", old.public_id))
        assert (f"/comments/{old.public_id}/new-version/" in shown) is offered, who


@pytest.mark.parametrize(
    ("who", "buttons"),
    [
        ("FRA contributor", ["Save and send for clearance", "Save draft"]),
        ("FRA deputy", ["Save and clear", "Save draft"]),
        ("FRA focal_point", ["Submit…", "Save draft"]),
    ],
)
def test_each_takes_it_as_far_as_their_function_goes(
    room: Room, who: str, buttons: list[str]
) -> None:
    old = room.comment("FRA submitted")
    shown = page(Person(room, who).get("supersede_comment", old.public_id))
    assert "FRA-1 stays on record until you submit the new version" in shown
    card = shown.partition('class="writing"')[2].partition("</form>")[0]
    assert re.findall(r"<button[^>]*>([^<]+)</button>", card) == buttons


def test_nothing_goes_before_the_page_that_shows_what_it_replaces(room: Room) -> None:
    person, old = Person(room, "FRA focal_point"), room.comment("FRA submitted")
    answer = person.post("supersede_comment", old.public_id, **proposal(then="submit"))
    assert _now(old).state is CommentState.SUBMITTED
    shown = page(person.client.get(answer.headers["Location"]))
    assert re.search(r"<dt>Replaces</dt>\s*<dd>\s*<span[^>]*>\s*FRA-1\s*</span>", shown)
    assert "new version of FRA-1" in shown
    assert re.search(r"(?s)awareness of\s+<ins>.*?all.*?</ins>\s*trafficking", shown)
    assert "All delegations in this consultation can read it immediately." in shown


def test_the_workspace_says_what_a_draft_replaces(room: Room) -> None:
    _version(room)
    assert "new version of FRA-1" in page(Person(room, "FRA deputy").get("workspace"))


def test_who_submits_sees_it_against_the_version_before_and_against_the_text(room: Room) -> None:
    draft = _version(room)
    clear_comment(access=room.access("FRA deputy", 0.01), comment=draft)
    shown = page(Person(room, "FRA focal_point").get("submit_comment", draft.public_id))
    table, _heading, before = shown.partition("Compared with the previous version")
    assert "FRA-1" in before
    assert re.search(r"<del\b(?:(?!</del>).)*submitted", before, re.DOTALL)
    assert re.search(r"<ins\b(?:(?!</ins>).)*anew", before, re.DOTALL)
    assert marker("FRA anew") in re.sub(r"<[^>]*>", "", table)


def test_the_own_people_read_how_it_came_about_and_others_only_that_it_came(room: Room) -> None:
    draft = _version(room)
    clear_comment(access=room.access("FRA deputy", 0.01), comment=draft)
    access = room.access("FRA focal_point", 0.02)
    [sent] = submit_comments(access=access, comments=[draft])
    own = page(Person(room, "FRA contributor").get("comment", sent.public_id))
    other = page(Person(room, "CPV contributor").get("comment", sent.public_id))
    steps = re.findall(r"(began a new version|cleared it|submitted a new version)", own)
    assert steps == ["submitted a new version", "cleared it", "began a new version"]
    assert "began a new version" not in other and "submitted a new version" in other
    for shown in (own, other):  # one redline, from the words before to the new ones
        told = shown.split('class="history"')[1]
        assert re.search(r"<del\b(?:(?!</del>).)*submitted", told, re.DOTALL)
        assert len(re.findall(r"<ins\b(?:(?!</ins>).)*anew", told, re.DOTALL)) == 2


@pytest.mark.parametrize("who", ["CPV focal_point", "co_facilitator", "secretariat"])
def test_that_a_new_version_is_being_written_changes_nothing_for_others(
    room: Room, who: str
) -> None:
    old, person = room.comment("FRA submitted"), Person(room, who)

    def seen() -> list[str]:
        pages = [
            person.get("comment", old.public_id),
            person.get("latest", "plan", open=room.wording(room.revision, 2).paragraph.public_id),
            person.get("search", q="awareness"),
        ]
        bodies = [re.sub(r'name="form_key" value="[^"]*"', "", page(shown)) for shown in pages]
        return [re.sub(r"(?i)csrf\w*token\W+(value=)?\W*\w{64}", "", text) for text in bodies]

    seen()  # a first look is noted, and may change what is new
    before = seen()
    draft = _version(room)
    clear_comment(access=room.access("FRA deputy"), comment=draft)
    assert seen() == before
    told = with_key(room, who).get(address("comments", old.public_id)).json()
    assert told["superseded_by"] is None


def test_a_program_drafts_it_once_and_reads_what_it_replaces(room: Room) -> None:
    old = room.comment("FRA submitted")
    client, key = with_key(room, "FRA contributor"), str(uuid.uuid4())
    body: dict[str, Any] = {"kind": "comment", "rationale": "We insist."}
    path = address("comments", old.public_id, "draft-version")
    first = client.post(path, body, HTTP_IDEMPOTENCY_KEY=key)
    again = client.post(path, body, HTTP_IDEMPOTENCY_KEY=key)
    assert [first.status_code, again.status_code] == [201, 200]
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["state"], first.json()["replaces"]) == ("drafted", "FRA-1")
    sent = with_key(room, "FRA focal_point").post(address("comments", first.json()["id"], "submit"))
    assert (sent.json()["reference"], sent.json()["replaces"]) == ("FRA-1", "")
    assert sent.json()["supersedes"] == str(old.public_id)
