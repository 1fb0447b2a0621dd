"""The pages of a group's room, over HTTP: drafting, silence, objections, who stands apart."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from comments.drafting.acts import draft_comment, edit_comment
from comments.drafting.versions import draft_version
from comments.groups import views
from comments.groups.acts import object_to, opt_out, set_silence
from comments.groups.queries import comments_of_room
from comments.inputs.content import CommentContent
from comments.models import Comment, Objection, OptOut
from comments.submitting.acts import submit_comment
from consultations.models import LatePolicy, Round, Seat
from consultations.timetable.acts import close_round
from delegations.models import Delegation, GroupMembership, Mandate, Post
from delegations.names import sort_key
from drafts.models import Draft
from tests.comments.reading.test_pages import Person, page, proposal
from tests.room import SLUG, Room, marker, speak_in_room, words

COORDINATOR, MEMBER = "CPV focal_point", "CIV focal_point"
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def group(room: Room) -> Seat:
    return room.access(MEMBER).group_room_seats[0]


@pytest.fixture
def draft(room: Room, group: Seat) -> Comment:
    """A draft of Côte d'Ivoire's contributor in the room."""
    return draft_comment(
        access=room.access("CIV contributor"),
        wording=room.wording(room.revision, 4),
        seat=group,
        in_room=True,
        content=CommentContent(**words("ROOM page")),
    )


def _again(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def _wall(room: Room, days: float) -> str:
    return room.at(days).astimezone(NEW_YORK).strftime("%Y-%m-%dT%H:%M")


def _plain(response: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page(response)))


# --- The rooms -----------------------------------------------------------------------------------


def test_the_list_names_the_rooms_their_coordinator_and_their_members_of_today(
    room: Room, group: Seat
) -> None:
    shown = _plain(Person(room, MEMBER).get("groups"))
    assert "African Group" in shown and "coordinated by Cabo Verde" in shown
    assert "2 members" in shown and "Cabo Verde, Côte d’Ivoire" in shown
    assert "coordinated by your delegation" in _plain(Person(room, COORDINATOR).get("groups"))
    assert "is not in any group’s room" in _plain(Person(room, "FRA focal_point").get("groups"))


def test_the_list_names_all_coordinators_of_a_room(room: Room, group: Seat) -> None:
    Mandate.objects.create(group=room.bodies["AFRICAN-GROUP"], coordinator=room.bodies["FRA"])

    shown = _plain(Person(room, MEMBER).get("groups"))

    assert "coordinated by Cabo Verde, France" in shown


def test_who_left_the_group_or_has_no_seat_here_is_told_from_those_who_read(
    room: Room, group: Seat
) -> None:
    of = {"group": room.bodies["AFRICAN-GROUP"]}
    GroupMembership.objects.create(**of, member=room.bodies["JPN"])  # sits elsewhere only
    GroupMembership.objects.create(
        **of, member=room.bodies["FRA"], starts_on=room.at(-9).date(), ends_on=room.at(-1).date()
    )
    GroupMembership.objects.filter(member=room.bodies["CIV"]).update(starts_on=room.at(-3).date())
    shown = _plain(Person(room, COORDINATOR).get("group_room", group.public_id))
    assert "1 other member of the group" in shown and "Japan" in shown
    assert "France" not in shown
    since = room.at(-3).date()
    assert f"Côte d’Ivoire since {since.day} {since:%B %Y}" in shown


def test_a_draft_says_whose_it_is_where_it_stands_and_who_is_apart(room: Room, group: Seat) -> None:
    speak_in_room(room)
    shown = _plain(Person(room, COORDINATOR).get("group_room", group.public_id))
    assert shown.count("drafted by Côte d’Ivoire") == 5  # four drafts and one input
    for state in ("Drafted", "Under silence", "Silence broken", "Submitted"):
        assert state in shown, state
    assert "Silence ended, the group consents" in shown
    assert "Dissociated: Côte d’Ivoire" in shown
    assert "Côte d’Ivoire broke silence" in shown and marker("objection") in shown
    assert marker("ROOM discarded") not in shown
    assert re.search(r"No objection by \w{3} \d+ \w{3}, \d\d:\d\d New York", shown)


def test_a_room_with_drafts_on_its_first_page_is_not_called_empty_on_its_second(
    room: Room, group: Seat, draft: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(room, COORDINATOR)
    assert "No drafts yet" not in _plain(person.get("group_room", group.public_id))
    submit_comment(access=room.access(COORDINATOR), comment=_agreed(room, draft))
    assert "No drafts yet" in _plain(person.get("group_room", group.public_id))
    speak_in_room(room)
    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    inputs = comments_of_room(room.access(COORDINATOR), group)

    last_page = _plain(person.get("group_room", group.public_id, page=inputs.count()))

    assert "Submitted for the group" in last_page
    assert "No drafts yet" not in last_page


def test_who_drafted_for_two_delegations_is_named_in_the_order_of_the_table(
    room: Room, group: Seat, draft: Comment
) -> None:
    # By its letters as they are stored, Cyprus would come first: "y" is before "ô".
    cyprus = Delegation.objects.create(
        code="CYP", kind="member_state", short_en="Cyprus", sort_key=sort_key("Cyprus")
    )
    GroupMembership.objects.create(group=room.bodies["AFRICAN-GROUP"], member=cyprus)
    Post.objects.create(
        user=draft.author, delegation=cyprus, role="contributor", started_at=room.at(-30)
    )
    shown = _plain(Person(room, COORDINATOR).get("group_room", group.public_id))
    assert "drafted by Côte d’Ivoire, Cyprus" in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("CIV contributor", 200),
        ("CPV deputy", 200),
        ("FRA focal_point", 404),
        ("IOM focal_point", 404),
        ("co_facilitator", 403),
        ("staff", 403),
        ("secretariat", 403),
    ],
)
def test_nobody_outside_finds_the_room_or_a_word_of_it(
    room: Room, group: Seat, draft: Comment, who: str, status: int
) -> None:
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    object_to(access=room.access(MEMBER), comment=draft, reason=f"No, {marker('ROOM reason')}.")
    person = Person(room, who)
    answer = person.get("group_room", group.public_id)
    assert answer.status_code == status
    pages = [
        answer,
        person.get("groups"),
        person.get("consultation"),
        person.get("workspace"),
        person.get("reading", "plan", 2, open=draft.paragraph.public_id),
        person.get("comment", draft.public_id),
        person.get("table"),
        person.client.get(f"/api/v1/consultations/{SLUG}/comments/"),
        person.client.get(f"/api/v1/consultations/{SLUG}/comments/{draft.public_id}/objections/"),
    ]
    found = [
        marker(name) in page(shown) for shown in pages for name in ("ROOM page", "ROOM reason")
    ]
    assert any(found) is (status == 200)


def test_a_room_costs_the_same_with_one_draft_and_with_thirty(
    room: Room, group: Seat, draft: Comment
) -> None:
    person, access = Person(room, COORDINATOR), room.access("CIV contributor")

    def queries() -> tuple[int, int]:
        counted = []
        for name, args in (("groups", ()), ("group_room", (group.public_id,))):
            with CaptureQueriesContext(connection) as captured:
                assert person.get(name, *args).status_code == 200
            counted.append(len(captured))
        return counted[0], counted[1]

    queries()
    few = queries()
    for number in range(29):
        more = draft_comment(
            access=access,
            wording=room.wording(room.revision, 2 + number % 3),
            seat=group,
            in_room=True,
            content=CommentContent(**words(f"ROOM {number}")),
        )
        set_silence(access=room.access(COORDINATOR), comment=more, until=room.at(1))
        object_to(access=room.access(MEMBER), comment=more, reason="So.")
        opt_out(access=room.access(MEMBER), comment=more)
    assert queries() == few
    assert few[0] <= 12 and few[1] <= 19, few


# --- Drafting ------------------------------------------------------------------------------------


def test_a_member_drafts_in_the_room_from_the_form_of_the_thread(room: Room, group: Seat) -> None:
    person, wording = Person(room, "CIV contributor"), room.wording(room.revision, 4)
    thread = page(person.get("reading", "plan", 2, open=wording.paragraph.public_id))
    assert "draft in the room of African Group" in thread
    answer = person.post(
        "draft_comment",
        wording.public_id,
        **proposal(seat=f"room:{group.public_id}", then="submit"),
    )
    made = Comment.objects.latest("pk")
    assert (made.in_room, made.seat_id, made.filed_by_id) == (True, group.pk, group.pk)
    assert answer.headers["Location"].endswith(f"/groups/{group.public_id}/#c-{made.public_id}")
    card = _plain(
        Person(room, "CPV deputy").get("reading", "plan", 2, open=wording.paragraph.public_id)
    )
    assert "draft in the group’s room, visible to its members" in card


def test_who_sits_in_no_room_is_offered_none_and_cannot_name_one(room: Room, group: Seat) -> None:
    person, wording = Person(room, "FRA contributor"), room.wording(room.revision, 4)
    thread = page(person.get("reading", "plan", 2, open=wording.paragraph.public_id))
    assert "draft in the room" not in thread
    sent = proposal(seat=f"room:{group.public_id}")
    person.post("draft_comment", wording.public_id, **sent)
    assert not Comment.objects.filter(form_key=sent["form_key"], in_room=True).exists()


def test_the_room_leads_to_a_paragraph_with_its_form_open_for_the_room(
    room: Room, group: Seat
) -> None:
    person = Person(room, "CIV contributor")
    answer = person.get("group_room", group.public_id, text="plan", label=" 3 ")
    assert answer.status_code == 302
    form = page(person.client.get(answer.headers["Location"]))
    assert f'value="room:{group.public_id}" selected' in form
    assert "draft in the group’s room, visible to its members" in form
    assert "Save in the group’s room" in form and "Submit…" not in form
    missing = person.get("group_room", group.public_id, text="plan", label="99")
    assert missing.status_code == 422
    assert "There is no paragraph 99 in this text." in page(missing)


def test_any_member_edits_and_two_at_once_see_both_texts(
    room: Room, group: Seat, draft: Comment
) -> None:
    edit_comment(
        access=room.access("CPV contributor"),
        comment=draft,
        version=1,
        content=CommentContent(**words("ROOM theirs")),
    )
    person = Person(room, MEMBER)
    form = page(person.get("edit_comment", draft.public_id))
    assert "draft in the group’s room" in form
    mine = proposal(proposed=f"Mine {marker('ROOM mine')}.", version=1)
    both = page(person.post("edit_comment", draft.public_id, **mine))
    assert "Somebody else has saved this" in both
    assert marker("ROOM theirs") in both and marker("ROOM mine") in both
    kept = person.post("edit_comment", draft.public_id, **(mine | {"version": 2}))
    assert kept.headers["Location"].endswith(f"/groups/{group.public_id}/#c-{draft.public_id}")
    assert marker("ROOM mine") in _again(draft).proposed


def test_a_draft_under_silence_says_what_a_change_does_and_the_same_words_do_nothing(
    room: Room, draft: Comment
) -> None:
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    person = Person(room, "CIV contributor")
    assert "Changing the words ends it" in page(person.get("edit_comment", draft.public_id))
    same = proposal(version=2, **words("ROOM page"))
    person.post("edit_comment", draft.public_id, **same)
    assert _again(draft).silence_until == room.at(1)
    person.post("edit_comment", draft.public_id, **(same | words("ROOM new") | {"version": 3}))
    assert _again(draft).silence_until is None


def test_a_draft_is_discarded_by_its_author_and_by_the_coordinator_alone(
    room: Room, draft: Comment
) -> None:
    other = Person(room, MEMBER)
    assert other.get("discard_comment", draft.public_id).status_code == 403
    author = Person(room, "CIV contributor")
    assert "is removed from the group’s room" in page(
        author.get("discard_comment", draft.public_id)
    )
    author.post("discard_comment", draft.public_id)
    assert _again(draft).discarded_at is not None


# --- Silence -------------------------------------------------------------------------------------


def test_the_coordinator_sets_a_silence_in_new_york_time_and_everybody_reads_it(
    room: Room, group: Seat, draft: Comment
) -> None:
    person, until = Person(room, COORDINATOR), _wall(room, 2)
    form = page(person.get("set_silence", draft.public_id))
    assert "New York time." in form and 'T17:00"' in form
    answer = person.post("set_silence", draft.public_id, until=until)
    assert answer.headers["Location"].endswith(f"#c-{draft.public_id}")
    stored = _again(draft)
    assert stored.silence_until is not None
    assert abs(stored.silence_until - room.at(2)) < timedelta(minutes=1)
    room.users["CIV deputy"].time_zone = "Africa/Abidjan"
    room.users["CIV deputy"].save()
    shown = _plain(Person(room, "CIV deputy").get("group_room", group.public_id))
    hours = stored.silence_until
    here, home = hours.astimezone(NEW_YORK), hours.astimezone(ZoneInfo("Africa/Abidjan"))
    assert f"{here:%H:%M} New York" in shown and f"{home:%H:%M} Abidjan" in shown


@pytest.mark.parametrize(
    ("days", "sentence"), [(-1, "must end in the future"), (11, "before the round does")]
)
def test_a_silence_that_cannot_be_says_why_and_keeps_what_was_typed(
    room: Room, draft: Comment, days: float, sentence: str
) -> None:
    answer = Person(room, COORDINATOR).post("set_silence", draft.public_id, until=_wall(room, days))
    assert answer.status_code == 422
    assert sentence in page(answer) and f'value="{_wall(room, days)}"' in page(answer)


def test_a_silence_in_a_round_closed_early_is_set_with_its_close_on_the_page(
    room: Room, draft: Comment
) -> None:
    person = Person(room, COORDINATOR)
    shown = _plain(person.get("set_silence", draft.public_id))
    assert "The round accepts inputs until" in shown
    closed = close_round(access=room.access("co_facilitator", -0.1), round=room.round)
    assert closed.closed_at is not None

    shown = _plain(person.get("set_silence", draft.public_id))

    assert "The round accepts inputs until" not in shown
    close = closed.closed_at.astimezone(NEW_YORK)
    assert re.search(rf"The deadline was .*{close:%H:%M} New York", shown)
    assert "After the silence you still have to submit." in shown
    assert person.post("set_silence", draft.public_id, until=_wall(room, 1)).status_code == 302


def test_only_the_coordinator_finds_the_silence(room: Room, draft: Comment) -> None:
    assert Person(room, MEMBER).get("set_silence", draft.public_id).status_code == 403
    assert Person(room, "CPV contributor").get("set_silence", draft.public_id).status_code == 403


def test_a_member_objects_with_a_reason_and_takes_it_back(
    room: Room, group: Seat, draft: Comment
) -> None:
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    person = Person(room, MEMBER)
    assert "Break silence…" in page(person.get("group_room", group.public_id))
    for _press in range(2):
        person.post("object_to", draft.public_id, reason="Not this word.")
    [objection] = Objection.objects.filter(comment=draft)
    shown = page(Person(room, COORDINATOR).get("group_room", group.public_id))
    assert "Côte d’Ivoire broke silence" in shown and "Not this word." in shown
    assert "Withdraw objection…" not in shown
    assert "Withdraw objection…" in page(person.get("group_room", group.public_id))
    other = Person(room, COORDINATOR).get("withdraw_objection", objection.public_id)
    assert other.status_code == 404
    person.post("withdraw_objection", objection.public_id)
    assert _again(draft).silence_broken_at is None


def test_an_objection_stays_with_the_words_it_was_raised_against(
    room: Room, group: Seat, draft: Comment
) -> None:
    draft = set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    object_to(access=room.access(MEMBER), comment=draft, reason="Not this word.")
    stored = _again(draft)
    edit_comment(
        access=room.access("CPV deputy"),
        comment=stored,
        version=stored.version,
        content=CommentContent(**words("ROOM mended")),
    )
    person = Person(room, MEMBER)
    assert "on the words before the last change" in page(person.get("group_room", group.public_id))
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(2))
    shown = page(person.get("group_room", group.public_id))
    assert "Earlier objections" in shown and "Not this word." in shown


def test_a_member_opts_out_by_name_and_joins_again(room: Room, group: Seat, draft: Comment) -> None:
    person = Person(room, MEMBER)
    assert "is not listed under this input" in page(person.get("opt_out", draft.public_id))
    person.post("opt_out", draft.public_id)
    [apart] = OptOut.objects.filter(comment=draft, withdrawn_at=None)
    assert "Dissociated: Côte d’Ivoire" in _plain(person.get("group_room", group.public_id))
    assert Person(room, COORDINATOR).get("opt_in", apart.public_id).status_code == 404
    person.post("opt_in", apart.public_id)
    assert not OptOut.objects.filter(comment=draft, withdrawn_at=None).exists()


def test_who_opted_out_of_an_earlier_version_reads_so_and_joins_from_the_room(
    room: Room, group: Seat, draft: Comment
) -> None:
    opt_out(access=room.access(MEMBER, -0.6), comment=draft)
    sent = submit_comment(access=room.access(COORDINATOR), comment=_agreed(room, draft))
    version = draft_version(
        access=room.access(COORDINATOR),
        comment=sent,
        content=CommentContent(**words("ROOM newer")),
    )
    _agreed(room, version)
    # No mail reached Côte d’Ivoire; it is neither a member of this input nor asked.
    asked = _plain(Person(room, COORDINATOR).get("submit_comment", version.public_id))
    assert marker("ROOM newer") in asked and "Côte d’Ivoire" not in asked
    person, [apart] = Person(room, MEMBER), OptOut.objects.all()
    shown = _plain(person.get("group_room", group.public_id))
    assert shown.count("Dissociated: Côte d’Ivoire") == 2  # under the input and its new version
    assert "Dissociate from this input…" not in shown and "Join again…" in shown
    assert person.get("opt_in", apart.public_id).status_code == 200
    person.post("opt_in", apart.public_id)
    shown = _plain(person.get("group_room", group.public_id))
    assert "Dissociated:" not in shown and "Dissociate from this input…" in shown
    asked = _plain(Person(room, COORDINATOR).get("submit_comment", version.public_id))
    assert "Côte d’Ivoire" in asked


# --- The submission, and what waits --------------------------------------------------------------


def _agreed(room: Room, draft: Comment) -> Comment:
    """Its silence ended an hour ago."""
    set_silence(access=room.access(COORDINATOR, -0.5), comment=draft, until=room.at(-0.04))
    return _again(draft)


def test_the_coordinator_submits_and_the_page_lists_the_members_without_who_opted_out(
    room: Room, group: Seat, draft: Comment
) -> None:
    opt_out(access=room.access(MEMBER), comment=draft)
    stored = _agreed(room, draft)
    person = Person(room, COORDINATOR)
    asked = _plain(person.get("submit_comment", draft.public_id))
    assert "African Group" in asked and "Côte d’Ivoire" not in asked
    person.post("submit_comment", draft.public_id, comment=f"{draft.public_id}:{stored.version}")
    sent = _again(draft)
    assert list(sent.members.values_list("name", flat=True)) == ["Cabo Verde"]
    shown = _plain(Person(room, MEMBER).get("group_room", group.public_id))
    assert f"AFRICAN-GROUP-{sent.number}" in shown and "filed by Cabo Verde" in shown


def test_the_input_of_a_group_swallows_no_members_own(room: Room, draft: Comment) -> None:
    own = draft_comment(
        access=room.access("CIV contributor"),
        wording=draft.wording,
        content=CommentContent(**words("CIV own")),
    )
    submit_comment(access=room.access(MEMBER), comment=own)
    submit_comment(access=room.access(COORDINATOR), comment=_agreed(room, draft))
    standing = Comment.objects.visible_to(room.access("staff")).in_force()
    on_it = standing.filter(paragraph=draft.paragraph, pk__in=[own.pk, draft.pk])
    assert {(row.seat.code, row.number) for row in on_it.select_related("seat")} == {
        ("CIV", 1),
        ("AFRICAN-GROUP", 2),
    }
    table = page(
        Person(room, "staff").get(
            "table",
            revision=str(room.revision.public_id),
            copy="circulation",
            layout="grid",
            cut_off=room.now.isoformat(),
        )
    )
    assert marker("CIV own") in table and marker("ROOM page") in table


def test_a_silence_that_runs_stands_on_the_front_page_of_every_member(
    room: Room, group: Seat, draft: Comment
) -> None:
    line = "African Group: the silence on paragraph 3 of First draft ends"
    for who in (MEMBER, COORDINATOR, "CIV contributor"):
        assert line not in _plain(Person(room, who).get("consultation"))
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    for who in (MEMBER, COORDINATOR, "CIV contributor"):
        assert line in _plain(Person(room, who).get("consultation"))
    for who in ("FRA focal_point", "staff", "secretariat"):
        assert "African Group: the silence" not in _plain(Person(room, who).get("consultation"))


def test_a_silence_comes_before_the_deadline_at_the_top_of_every_page(
    room: Room, draft: Comment
) -> None:
    set_silence(access=room.access(COORDINATOR), comment=draft, until=room.at(1))
    person = Person(room, "CIV contributor")
    pages = (person.get("workspace"), person.get("reading", "plan", 2), person.get("meetings"))
    for shown in pages:
        assert "African Group: silence ends" in page(shown)
    assert "Comments close" in page(Person(room, "FRA focal_point").get("workspace"))
    object_to(access=room.access(MEMBER), comment=draft)
    assert "silence ends" not in page(person.get("meetings"))


def test_the_coordinator_learns_on_the_front_page_that_it_may_submit(
    room: Room, draft: Comment
) -> None:
    _agreed(room, draft)
    assert "You can submit it." in _plain(Person(room, COORDINATOR).get("consultation"))
    assert "You can submit it." not in _plain(Person(room, MEMBER).get("consultation"))


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("closed", "accepts no late inputs"),
        ("adopted", "The text is adopted. It no longer accepts inputs."),
    ],
)
def test_what_can_no_longer_be_submitted_waits_for_nobody_and_the_room_says_why(
    room: Room, group: Seat, draft: Comment, end: str, reason: str
) -> None:
    _agreed(room, draft)
    silent = draft_comment(
        access=room.access("CIV contributor"),
        wording=draft.wording,
        seat=group,
        in_room=True,
        content=CommentContent(**words("ROOM silent")),
    )
    set_silence(access=room.access(COORDINATOR, -0.3), comment=silent, until=room.at(1))
    person = Person(room, COORDINATOR)
    assert "African Group: the silence on paragraph 3" in _plain(person.get("groups"))
    if end == "closed":
        Round.objects.filter(pk=room.round.pk).update(late_policy=LatePolicy.REFUSE)
        close_round(access=room.access("co_facilitator", -0.01), round=room.round)
    else:
        Draft.objects.filter(pk=room.draft.pk).update(adopted_at=room.at(-0.01))

    for who in (COORDINATOR, MEMBER):
        front = _plain(Person(room, who).get("consultation"))
        assert "You can submit it." not in front
        assert "African Group: the silence on paragraph 3" not in front
    assert "African Group: the silence on paragraph 3" not in _plain(person.get("groups"))
    for shown in (
        _plain(person.get("group_room", group.public_id)),
        _plain(person.get("comment", draft.public_id)),
    ):
        assert re.search(rf"Nobody broke silence by [^.]+\. [^.]*{re.escape(reason)}", shown)
        assert "The coordinator can submit it." not in shown


def test_who_lost_the_mandate_keeps_no_way_into_the_room(
    room: Room, group: Seat, draft: Comment
) -> None:
    Mandate.objects.update(ends_on=room.at(-1).date())
    GroupMembership.objects.filter(member=room.bodies["CPV"]).update(ends_on=room.at(-1).date())
    person = Person(room, COORDINATOR)
    assert person.get("group_room", group.public_id).status_code == 404
    assert person.get("comment", draft.public_id).status_code == 404
    url = reverse("set_silence", args=[SLUG, draft.public_id])
    assert person.client.get(url).status_code == 404


@pytest.mark.parametrize(("who", "is_led"), [("CIV contributor", True), ("FRA contributor", False)])
def test_the_room_of_a_group_is_found_from_its_inputs_by_those_who_sit_in_it(
    room: Room, group: Seat, who: str, is_led: bool
) -> None:
    speak_in_room(room)
    comment = room.comment("ROOM input")
    shown = page(Person(room, who).get("latest", "plan", open=comment.paragraph.public_id))
    assert marker("ROOM input") in shown
    card = shown[shown.index(f'id="c-{comment.public_id}"') :].partition("</article>")[0]
    assert (reverse("group_room", args=[SLUG, group.public_id]) in card) is is_led
