"""The delegation's workspace: lists, filters, clearing, sending back, and its queries."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from comments.drafting.acts import draft_comment, return_comment
from comments.drafting.lines import own_comments_for_lines, shorten_to_first_change
from comments.drafting.passing_on import (
    DraftsChanged,
    clear_comments,
    return_comments,
    send_for_clearance,
)
from comments.inputs.content import CommentContent
from comments.models import Acknowledgement, Comment, Note
from comments.received.acts import enter_received
from consultations.models import Round
from consultations.rules.access import Refused
from delegations.models import Post
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph, strike_paragraph
from drafts.models import Paragraph, ParagraphKind, Wording
from drafts.words.differences import Redline
from tests.comments.reading.test_pages import Person, page
from tests.room import SLUG, Room, circulate_twin, marker, words


@pytest.fixture
def first(room: Room) -> Wording:
    """The first operative paragraph of the first draft."""
    return room.wording(room.revision, 2)


def box(comment: Comment) -> str:
    """What the box of a draft says yes to."""
    return f"{comment.public_id}:{comment.version}"


def text_of(shown: str) -> str:
    """The words of a page, in the order in which they are read."""
    return re.sub(r"\s+", " ", strip_tags(shown[shown.index("<main") :]))


# --- The list ------------------------------------------------------------------------------------


def test_it_lists_own_rows_only_and_what_was_discarded_on_demand(room: Room) -> None:
    person = Person(room, "FRA contributor")
    everything = page(person.get("workspace"))
    for name in ("draft", "cleared", "submitted", "withdrawn", "superseded", "late"):
        assert marker(f"FRA {name}") in everything
    assert "CPV" not in everything.replace("CPV-", "")
    assert marker("FRA discarded") not in everything
    discarded = page(person.get("workspace", state="discarded"))
    assert marker("FRA discarded") in discarded and marker("FRA draft") not in discarded
    assert marker("CPV discarded") not in discarded
    draft = room.comment("FRA discarded")
    assert f'<li id="c-{draft.public_id}" class="quiet">' in discarded
    person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    in_french = page(person.get("workspace", state="discarded"))
    assert "abandonnée" in in_french
    assert f'<li id="c-{draft.public_id}" class="quiet">' in in_french


STATES = {
    "drafted": "draft",
    "cleared": "cleared",
    "submitted": "submitted",
    "withdrawn": "withdrawn",
    "superseded": "superseded",
}


@pytest.mark.parametrize("state", STATES)
def test_a_state_shows_its_own_rows_alone(room: Room, state: str) -> None:
    shown = page(Person(room, "FRA contributor").get("workspace", state=state))
    found = {name for name in STATES.values() if marker(f"FRA {name}") in shown}
    assert found == {STATES[state]}


def test_a_draft_that_was_sent_back_is_told_from_one_that_was_not(room: Room) -> None:
    return_comment(
        access=room.access("FRA deputy"), comment=room.comment("FRA cleared"), reason="Ask again."
    )
    person = Person(room, "FRA contributor")
    returned = page(person.get("workspace", state="returned"))
    assert marker("FRA cleared") in returned and marker("FRA draft") not in returned
    assert "Sent back by FRA deputy" in returned and "Ask again." in returned
    assert marker("FRA cleared") not in page(person.get("workspace", state="drafted"))


def test_one_filters_by_author_section_type_and_round_in_the_address(
    room: Room, first: Wording
) -> None:
    access = room.access("FRA deputy")
    mine = draft_comment(
        access=access,
        wording=first,
        content=CommentContent(type="editorial", kind="comment", rationale="Only mine."),
    )
    person = Person(room, "FRA contributor")
    for query in ({"author": access.user.public_id}, {"type": "editorial"}):
        shown = page(person.get("workspace", **query))
        assert "Only mine." in shown and marker("FRA draft") not in shown
    call = Round.objects.get(name="Call for inputs")
    shown = page(person.get("workspace", round=call.public_id))
    assert marker("FRA late") in shown and "Only mine." not in shown
    # The heading "Prevention" opens the text, so that everything stands in its first section.
    shown = page(person.get("workspace", section="plan:1"))
    assert str(mine.public_id) in shown
    assert re.search(r'<option value="plan:1"[^>]*>Prevention</option>', shown)
    nothing = page(person.get("workspace", section="plan:7"))
    assert "No results" in nothing and str(mine.public_id) not in nothing


def test_paragraphs_without_a_word_of_ours_stand_in_the_list_when_asked_for(room: Room) -> None:
    person = Person(room, "IOM contributor")
    assert "Nothing here yet" in page(person.get("workspace"))
    shown = text_of(page(person.get("workspace", show="all")))
    words_of = ["Prevention", "To raise awareness", "To train officials.", "To report yearly."]
    places = [shown.rindex(words) for words in words_of]
    assert places == sorted(places)


def test_a_paragraph_without_a_word_of_ours_stands_between_those_with_one(room: Room) -> None:
    shown = text_of(page(Person(room, "FRA contributor").get("workspace", show="all")))
    words_of = ("Prevention", marker("FRA draft"), "To report yearly.")
    places = [shown.rindex(words) for words in words_of]
    assert places == sorted(places)


def test_what_was_said_on_a_paragraph_stands_where_it_stands_now(
    room: Room, first: Wording
) -> None:
    """After a revision that adds before it, and strikes another that was spoken of."""
    leader = room.access("co_facilitator", -0.5)
    second = room.wording(room.revision, 3).paragraph
    strike_paragraph(
        access=leader, paragraph=Paragraph.objects.select_related("draft").get(pk=second.pk)
    )
    add_paragraph(
        access=leader, draft=room.draft, kind=ParagraphKind.OPERATIVE, text="To begin.", after=None
    )
    circulate_revision(access=leader, draft=room.draft, stage="Rev.1", round=None)
    shown = page(Person(room, "FRA contributor").get("workspace"))
    assert shown.index(marker("FRA submitted")) < shown.index(marker("FRA withdrawn"))
    assert "First draft; no longer in the text" in shown
    assert "made on First draft" in shown


def test_what_was_said_on_two_texts_at_one_place_is_not_mixed(room: Room) -> None:
    twin = circulate_twin(room)
    access = room.access("FRA contributor")
    for place in (1, 2, 4):
        draft_comment(
            access=access, wording=room.wording(twin, place), content=CommentContent(**words("X"))
        )
    comments = own_comments_for_lines(access)
    slugs = [comment.paragraph.draft.slug for comment in comments]
    assert slugs == ["plan"] * (len(comments) - 3) + ["twin"] * 3

    leader = room.access("co_facilitator", -0.5)
    for wording in (room.wording(room.revision, 3), room.wording(twin, 2)):
        strike_paragraph(
            access=leader,
            paragraph=Paragraph.objects.select_related("draft").get(pk=wording.paragraph_id),
        )
    for draft in (room.draft, twin.draft):
        circulate_revision(access=leader, draft=draft, stage="Rev.1", round=None)
    *_others, on_plan, on_twin = re.findall(
        "(First draft|First twin); no longer in the text",
        page(Person(room, "FRA contributor").get("workspace")),
    )
    assert (on_plan, on_twin) == ("First draft", "First twin")


def test_what_came_by_letter_is_marked_and_names_nobody_of_the_secretariat(
    room: Room, first: Wording
) -> None:
    clerk = room.access("secretariat")
    enter_received(
        access=clerk,
        wording=first,
        seat=room.seat("FRA deputy"),
        received_via="letter",
        received_on=room.at(-2).date(),
        content=CommentContent(kind="comment", rationale="From the note verbale."),
    )
    shown = page(Person(room, "FRA contributor").get("workspace", author="secretariat"))
    assert "From the note verbale." in shown and "Received by letter on" in shown
    assert str(clerk.user) not in shown


@pytest.mark.parametrize("who", ["IOM focal_point", "IOM contributor"])
def test_it_costs_twelve_queries_at_most_with_one_draft_with_sixty_and_with_three_hundred(
    room: Room, first: Wording, who: str
) -> None:
    person = Person(room, who)
    person.get("consultation")

    def grow(count: int) -> None:
        access = room.access("IOM contributor")
        for number in range(count):
            draft_comment(
                access=access, wording=first, content=CommentContent(**words(f"IOM {number}"))
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert person.get("workspace", show="all").status_code == 200
        return len(captured)

    counts = []
    for more in (1, 59, 240):
        grow(more)
        person.get("workspace")
        counts.append(queries())
    assert counts == [counts[0]] * 3 and counts[0] <= 12


def test_it_is_paged_and_keeps_its_filters(room: Room, first: Wording) -> None:
    access = room.access("IOM contributor")
    for number in range(60):
        content = CommentContent(**words(f"IOM {number}"))
        draft = draft_comment(access=access, wording=first, content=content)
        send_for_clearance(access=access, comment=draft)
    shown = page(Person(room, "IOM deputy").get("workspace", state="waiting"))
    assert "Page 1 of 3" in shown and "?state=waiting&page=2" in shown
    assert shown.count('name="shown"') == 20


# --- Clearing and sending back -------------------------------------------------------------------


def test_a_deputy_clears_several_drafts_in_one_act(room: Room, first: Wording) -> None:
    drafts = [
        draft_comment(
            access=room.access("FRA contributor"),
            wording=first,
            content=CommentContent(**words(f"FRA {n}")),
        )
        for n in range(3)
    ]
    person = Person(room, "FRA deputy")
    chosen = [box(draft) for draft in drafts[:2]]
    for _press in range(2):
        assert person.post("workspace", act="clear", comment=chosen).status_code == 302
    cleared = Comment.objects.filter(pk__in=[d.pk for d in drafts], cleared_at__isnull=False)
    assert set(cleared) == set(drafts[:2])
    step = drafts[0].history.first()
    assert step.history_change_reason == "deputy, France" and step.cleared_at is not None


def test_one_press_clears_all_that_is_shown_and_nothing_else(room: Room, first: Wording) -> None:
    draft = room.comment("FRA draft")
    other = draft_comment(
        access=room.access("FRA contributor"),
        wording=first,
        content=CommentContent(kind="comment", rationale="Not yet."),
    )
    person = Person(room, "FRA focal_point")
    assert box(draft) in page(person.get("workspace"))
    person.post("workspace", clear_all="yes", shown=[box(draft)], comment=[box(other)])
    assert room.comment("FRA draft").cleared_at is not None
    assert Comment.objects.get(pk=other.pk).cleared_at is None


def test_what_was_sent_back_or_not_sent_yet_is_not_cleared_with_what_waits(
    room: Room, first: Wording
) -> None:
    more = [
        draft_comment(
            access=room.access("FRA contributor"),
            wording=first,
            content=CommentContent(kind="comment", rationale=words),
        )
        for words in ("First.", "Second.", "Third.")
    ]
    for draft in more:
        send_for_clearance(access=room.access("FRA contributor"), comment=draft)
    person = Person(room, "FRA deputy")
    person.post("return_comment", more[0].public_id, reason="Ask home.")
    shown = page(person.get("workspace"))
    assert "Clear all 2 drafts" in shown
    sent = re.findall(r'name="shown" value="([^"]+)"', shown)
    waiting = Comment.objects.filter(pk__in=[draft.pk for draft in more[1:]])
    assert sorted(sent) == sorted(box(row) for row in waiting)
    person.post("workspace", clear_all="yes", shown=sent)
    states = {row.pk: row.cleared_at for row in Comment.objects.filter(pk__in=[m.pk for m in more])}
    assert states[more[0].pk] is None and states[more[1].pk] and states[more[2].pk]
    assert room.comment("FRA draft").cleared_at is None


def test_a_draft_that_changed_since_it_was_shown_is_not_cleared_unread(room: Room) -> None:
    draft, cleared = room.comment("FRA draft"), room.comment("FRA cleared")
    answer = Person(room, "FRA deputy").post(
        "workspace", act="clear", comment=[f"{draft.public_id}:{draft.version + 1}", box(cleared)]
    )
    shown = page(answer)
    assert answer.status_code == 422 and "Changed since you opened the page." in shown
    assert room.comment("FRA draft").cleared_at is None
    assert len(re.findall(r'name="comment" value="[^"]+" id="[^"]+" checked', shown)) == 2


def test_a_press_without_a_choice_says_what_to_do(room: Room) -> None:
    answer = Person(room, "FRA deputy").post("workspace", act="clear", comment=["nonsense"])
    assert answer.status_code == 422
    assert "Choose drafts first, then press the button." in page(answer)


def test_several_go_back_with_one_reason_that_is_asked_for_first(room: Room) -> None:
    person = Person(room, "FRA deputy")
    names = ("FRA draft", "FRA cleared")
    chosen = [box(room.comment(name)) for name in names]
    asked = person.post("workspace", act="return", comment=chosen)
    assert asked.status_code == 200 and "Send 2 drafts back?" in page(asked)
    empty = person.post("workspace", act="return", comment=chosen, reason=" ", form_key=uuid4())
    assert empty.status_code == 422
    assert "Give a reason. The drafters can read it." in page(empty)
    key = uuid4()
    for _press in range(2):
        sent = person.post(
            "workspace", act="return", comment=chosen, reason="The capital asks.", form_key=key
        )
        assert sent.status_code == 302
    for name in names:
        comment = room.comment(name)
        assert comment.is_returned and comment.cleared_at is None
        [reason] = Note.objects.filter(comment=comment, is_return=True)
        assert reason.text == "The capital asks."


def test_a_contributor_sees_no_box_and_clears_nothing(room: Room) -> None:
    person, draft = Person(room, "FRA contributor"), room.comment("FRA draft")
    shown = page(person.get("workspace"))
    assert 'type="checkbox"' not in shown and "Clear selected" not in shown
    assert person.post("workspace", act="clear", comment=[box(draft)]).status_code == 403
    assert room.comment("FRA draft").cleared_at is None


@pytest.mark.parametrize("who", ["FRA contributor", "CPV focal_point", "co_facilitator"])
def test_several_are_cleared_and_sent_back_only_by_who_clears_for_the_delegation(
    room: Room, who: str
) -> None:
    drafts = [room.comment("FRA draft")]
    shown: dict[str, Any] = {
        "access": room.access(who),
        "comments": drafts,
        "versions": {draft.public_id: draft.version for draft in drafts},
    }
    acts: tuple[Callable[[], object], ...] = (
        lambda: clear_comments(**shown),
        lambda: return_comments(**shown, reason="The capital asks."),
    )
    for act in acts:
        with pytest.raises(Refused):
            act()
    draft = room.comment("FRA draft")
    assert (draft.cleared_at, draft.returned_at) == (None, None)


def test_one_that_was_sent_back_since_is_sent_back_again_with_the_others(room: Room) -> None:
    deputy = room.access("FRA deputy")
    drafts = [room.comment("FRA draft"), room.comment("FRA cleared")]
    shown = {draft.public_id: draft.version for draft in drafts}
    return_comment(access=deputy, comment=drafts[0], reason="Say which.")
    sent_back = return_comments(
        access=deputy, comments=drafts, versions=shown, reason="The capital asks."
    )
    reasons = Note.objects.filter(comment__in=sent_back, is_return=True).order_by("pk")
    assert [note.text for note in reasons] == ["Say which.", *["The capital asks."] * 2]
    clear_comments(
        access=deputy,
        comments=[drafts[1]],
        versions={drafts[1].public_id: room.comment("FRA cleared").version},
    )
    with pytest.raises(DraftsChanged):  # the other one was cleared since
        return_comments(access=deputy, comments=drafts, versions=shown, reason="Again.")


def test_another_delegations_drafts_are_cleared_by_nobody_else(room: Room) -> None:
    draft = room.comment("CPV draft")
    answer = Person(room, "FRA deputy").post("workspace", act="clear", comment=[box(draft)])
    assert answer.status_code == 422
    assert room.comment("CPV draft").cleared_at is None


OF_ALL = ("Edit", "Give to a colleague…", "Discard", "History", "Note")
BUTTONS = {
    "contributor": {*OF_ALL, "Send for clearance"},
    "deputy": {*OF_ALL, "Clear", "Send back…"},
    "focal_point": {*OF_ALL, "Clear", "Send back…", "Submit…"},
}


@pytest.mark.parametrize("role", BUTTONS)
def test_the_buttons_on_a_draft_are_what_the_role_may_do(room: Room, role: str) -> None:
    draft = room.comment("FRA draft")
    shown = page(Person(room, f"FRA {role}").get("workspace", state="drafted"))
    row = shown[shown.index(f'id="c-{draft.public_id}"') :]
    row = row[: row.index("</li>")]
    acts = row[row.rindex('class="card__acts') :]
    found = re.findall(r"<(?:a|button)[^>]*>([^<]+)<span", acts)
    assert set(found) - {"Compare our drafts"} == BUTTONS[role]


# --- A post held alone ---------------------------------------------------------------------------


def alone(room: Room, code: str) -> Person:
    """The focal point of a delegation, once nobody else holds a post in it."""
    others = Post.objects.filter(delegation__code=code).exclude(role="focal_point")
    others.update(ended_at=room.at(-1))
    return Person(room, f"{code} focal_point")


def test_who_holds_the_post_alone_submits_her_drafts_without_clearing_them_first(
    room: Room,
) -> None:
    person, draft = alone(room, "FRA"), room.comment("FRA draft")
    assert "Submit 2 inputs for France" in page(person.get("workspace"))
    shown = page(person.get("submit_all"))
    assert marker("FRA draft") in shown and marker("FRA cleared") in shown
    sent = [box(draft), box(room.comment("FRA cleared"))]
    assert person.post("submit_all", comment=sent).status_code == 302
    stored = room.comment("FRA draft")
    assert stored.submitted_at is not None and stored.cleared_at == stored.submitted_at


def test_where_others_draft_too_only_what_is_cleared_is_ready(room: Room) -> None:
    assert "Submit 1 input for France" in page(Person(room, "FRA focal_point").get("workspace"))
    assert marker("FRA draft") not in page(Person(room, "FRA focal_point").get("submit_all"))


def test_a_draft_goes_from_its_own_button_in_one_step_whoever_else_is_there(room: Room) -> None:
    person, draft = Person(room, "FRA focal_point"), room.comment("FRA draft")
    assert person.post("submit_comment", draft.public_id, comment=box(draft)).status_code == 302
    assert room.comment("FRA draft").reference == "FRA-5"


# --- What the facilitators answered --------------------------------------------------------------


def test_an_answer_is_read_and_answered_from_the_list(room: Room) -> None:
    person = Person(room, "FRA focal_point")
    shown = page(person.get("workspace", state="submitted"))
    assert marker("review of FRA submitted") in shown and "France: maintains its position" in shown
    # Not published, and so not read.
    assert marker("review of FRA successor") not in shown
    review = room.comment("FRA submitted").reviews.get(published_at__isnull=False)
    answer = person.post(
        "acknowledge", review.public_id, stance="satisfied", query="state=submitted"
    )
    assert answer.headers["Location"].endswith("/workspace/?state=submitted")
    assert "France: satisfied" in page(person.get("workspace", state="submitted"))
    stance = Acknowledgement.objects.get(review=review)
    assert stance.stance == "satisfied" and stance.acknowledged_at > room.at(-1)


@pytest.mark.parametrize(
    ("name", "of", "fields"),
    [
        ("withdraw_comment", "FRA submitted", {"reason": "Agreed otherwise."}),
        ("return_comment", "FRA draft", {"reason": "Too long."}),
        ("discard_comment", "FRA draft", {}),
    ],
)
def test_an_act_chosen_from_the_list_leads_back_to_it(
    room: Room, name: str, of: str, fields: dict[str, str]
) -> None:
    person, comment = Person(room, "FRA focal_point"), room.comment(of)
    shown = page(person.get("workspace", section="", type="substantive"))
    [url] = re.findall(
        rf'href="([^"]*{re.escape(reverse(name, args=[SLUG, comment.public_id]))}[^"]*)', shown
    )
    asked = page(person.client.get(url))
    [action] = re.findall(r'<form[^>]* action="([^"]*list=[^"]*)"', asked)
    answer = person.client.post(action, {"capacity": person.capacity} | fields)
    assert (
        answer.headers["Location"]
        == reverse("workspace", args=[SLUG]) + "?section=&type=substantive"
    )


def test_an_act_chosen_on_the_text_leads_back_to_the_text(room: Room) -> None:
    person, comment = Person(room, "FRA focal_point"), room.comment("FRA submitted")
    answer = person.post("withdraw_comment", comment.public_id, reason="Agreed otherwise.")
    assert answer.headers["Location"].endswith(f"#c-{comment.public_id}")


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (
            (
                ("-", "A long paragraph of very many words which is replaced whole;"),
                ("+", "Short;"),
            ),
            (("-", "A long paragraph of very many words … "), ("+", "Short;")),
        ),
        (
            (
                ("=", "To raise awareness of the risks of trafficking, "),
                ("-", "all"),
                ("+", "some"),
            ),
            (("=", "… awareness of the risks of trafficking, "), ("-", "all"), ("+", "some")),
        ),
        (
            (("-", "A long paragraph of very many words which is struck whole;"),),
            (("-", "A long paragraph of very many words which is struck whole;"),),
        ),
    ],
)
def test_a_line_shows_both_halves_of_the_first_change(pieces: Redline, shown: Redline) -> None:
    assert shorten_to_first_change(pieces) == shown


def test_only_a_focal_point_is_offered_the_answer(room: Room) -> None:
    for who, is_offered in (("FRA focal_point", True), ("FRA deputy", False)):
        shown = page(Person(room, who).get("workspace", state="submitted"))
        assert ('name="stance"' in shown) is is_offered
