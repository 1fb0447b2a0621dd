"""The tasks of a reader on the front page of a consultation: by role, counted, with links."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from comments.answers.acts import acknowledge, publish_reviews, review
from comments.drafting.acts import clear_comment, draft_comment, return_comment, save_autosave
from comments.drafting.passing_on import send_for_clearance
from comments.inputs.content import CommentContent
from comments.inputs.queries import ready_to_submit_filter
from comments.models import Comment, Disposition, Review
from comments.news.acts import mark_all_seen_at_first_visit, watch_paragraph
from comments.workspace.queries import WorkspaceQuery, work_counts, workspace_list
from consultations.founding.acts import close_record, create_consultation
from consultations.models import Mail, MailKind, Meeting, Round
from consultations.people.functions import give_function
from consultations.rules.access import Access, Act
from consultations.rules.access_factory import capacities_of, make_access
from consultations.timetable.acts import create_meeting
from delegations.models import Post, User
from drafts.desk.acts import start_draft
from drafts.models import Draft
from tests.comments.reading.test_pages import Person, page
from tests.room import Room, words

LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def tasks(person: Person | Client, slug: str = "plan-of-action") -> dict[str, str]:
    """Sentence (or the word of a button) → address, of what the front page says is to do."""
    client = person.client if isinstance(person, Person) else person
    shown = page(client.get(reverse("consultation", args=[slug])))
    part = shown[shown.index('id="tasks"') :]
    part = part[: part.index("</section>")]
    found = LINK.findall(part)
    return {re.sub(r"\s+", " ", strip_tags(words)).strip(): url for url, words in found}


def drafts(room: Room, who: str, count: int) -> list[Comment]:
    access, wording = room.access(who), room.wording(room.revision, 3)
    return [
        draft_comment(
            access=access, wording=wording, content=CommentContent(**words(f"{who} {number}"))
        )
        for number in range(count)
    ]


def clear_desk(room: Room) -> None:
    """Nothing of the International Organization for Migration is unsent."""
    own = Comment.objects.own_record(room.access("IOM contributor")).unsubmitted()
    own.update(discarded_at=room.now)


# --- Delegations ----------------------------------------------------------------------------------


def test_a_contributor_reads_what_was_sent_back_is_unfinished_and_waits(room: Room) -> None:
    clear_desk(room)
    first, *more = drafts(room, "IOM contributor", 5)
    for row in more[:3]:
        send_for_clearance(access=room.access("IOM contributor"), comment=row)
    deputy = room.access("IOM deputy")
    return_comment(access=deputy, comment=first, reason="Shorter, please.")
    wording = room.wording(room.revision, 4)
    save_autosave(
        access=room.access("IOM contributor"), wording=wording, text_by_field={"rationale": "Half"}
    )
    found = tasks(Person(room, "IOM contributor"))
    assert list(found)[:4] == [
        "1 draft was sent back to you",
        f"1 unfinished text: Paragraph {wording.label}",
        "3 drafts wait for clearance",
        "1 draft of yours is not cleared yet",
    ]
    typed = page(Person(room, "IOM contributor").client.get(found[list(found)[1]]))
    assert "Half" in typed
    listed = Person(room, "IOM contributor").client.get(found["1 draft was sent back to you"])
    assert [row.entry.own_row.pk for row in listed.context["lines"]] == [first.pk]
    # To the deputy the same drafts are hers to clear, and what was sent back is not hers.
    assert next(iter(tasks(Person(room, "IOM deputy")))) == "3 drafts to clear"


def test_the_workspace_lists_what_was_typed_and_not_saved_as_the_front_page_does(
    room: Room,
) -> None:
    wording, writer = room.wording(room.revision, 4), Person(room, "IOM contributor")
    save_autosave(
        access=room.access("IOM contributor"), wording=wording, text_by_field={"rationale": "Half"}
    )
    shown = page(writer.client.get(reverse("workspace", args=["plan-of-action"])))
    links = {strip_tags(words).strip(): url for url, words in LINK.findall(shown)}
    task = tasks(writer)[f"1 unfinished text: Paragraph {wording.label}"]
    assert "Typed and not saved" in shown
    assert links[f"Paragraph {wording.label}"] == task


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_words_typed_into_an_own_comment_are_found_again_by_their_link(
    room: Room, state: str
) -> None:
    comment = room.comment(f"FRA {state}")
    comment.wording.revision.draft = room.draft
    save_autosave(
        access=room.access("FRA focal_point"),
        wording=comment.wording,
        comment=comment,
        text_by_field={"rationale": "Half a sentence"},
    )
    person = Person(room, "FRA focal_point")
    shown = page(person.client.get(reverse("workspace", args=["plan-of-action"])))
    links = {strip_tags(words).strip(): url for url, words in LINK.findall(shown)}
    form = page(person.client.get(links[f"Paragraph {comment.wording.label}"]))
    assert "Half a sentence" in form


def test_a_focal_point_reads_what_is_ready_until_when_and_what_was_answered(room: Room) -> None:
    clear_desk(room)
    for row in drafts(room, "IOM contributor", 2):
        clear_comment(access=room.access("IOM deputy"), comment=row)
    person = Person(room, "IOM focal_point")
    left = (room.round.deadline - room.now).days
    ready = next(iter(tasks(person)))
    assert re.fullmatch(rf"2 inputs ready to submit · ({left}|{left - 1}) days? left", ready)
    assert tasks(person)[ready] == reverse("submit_all", args=["plan-of-action"])


def test_a_focal_point_reads_what_was_answered_until_the_delegation_says_something_to_it(
    room: Room,
) -> None:
    before = work_counts(room.access("FRA focal_point")).unacknowledged
    answered = room.comment("FRA submitted")
    decided = review(
        access=room.access("staff"),
        comment=answered,
        disposition=Disposition.REFLECTED,
        observation="Done.",
    )
    assert work_counts(room.access("FRA focal_point")).unacknowledged == before
    batch = Review.objects.filter(pk=decided.pk)
    publish_reviews(access=room.access("co_facilitator"), reviews=batch)
    assert work_counts(room.access("FRA focal_point")).unacknowledged == before + 1
    found = tasks(Person(room, "FRA focal_point"))
    words_of_it = next(words for words in found if "to your inputs" in words)
    listed = Person(room, "FRA focal_point").client.get(found[words_of_it])
    assert answered.pk in {row.entry.own_row.pk for row in listed.context["lines"]}
    loaded = Review.objects.select_related("comment__round", "comment__paragraph__draft")
    decided = loaded.get(pk=decided.pk)
    acknowledge(access=room.access("FRA focal_point"), review=decided, stance="satisfied")
    assert work_counts(room.access("FRA focal_point")).unacknowledged == before


def test_an_answer_that_was_revised_before_anybody_acknowledged_it_is_no_task_any_more(
    room: Room,
) -> None:
    reader, leader = room.access("FRA focal_point"), room.access("co_facilitator")
    before = work_counts(reader).unacknowledged
    answered = room.comment("FRA submitted")
    for disposition in (Disposition.NOTED, Disposition.REFLECTED):
        decided = review(access=leader, comment=answered, disposition=disposition)
        publish_reviews(access=leader, reviews=Review.objects.filter(pk=decided.pk))
    assert work_counts(reader).unacknowledged == before + 1
    last_review = Review.objects.select_related("comment__round", "comment__paragraph__draft")
    acknowledge(access=reader, review=last_review.get(pk=decided.pk), stance="satisfied")
    assert work_counts(reader).unacknowledged == before
    listed = workspace_list(reader, WorkspaceQuery(state="answered"), rounds=[])
    assert answered.pk not in {entry.own_row.pk for entry in listed.entries if entry.own_row}


def test_what_is_ready_is_what_submit_would_take(room: Room) -> None:
    rounds = Round.objects.filter(consultation=room.consultation)
    for who in ("CPV focal_point", "FRA focal_point", "IOM focal_point", "CIV focal_point"):
        access = room.access(who)
        counts = work_counts(access, rounds)
        work = workspace_list(access, WorkspaceQuery(), rounds)
        unsent = Comment.objects.own_record(access).filter(ready_to_submit_filter(access))
        rows = unsent.select_related("seat", "round", "paragraph__draft", "filed_by")
        taken = Counter(row.seat_id for row in rows if access.may(Act.SUBMIT_COMMENT, on=row))
        assert work.ready_count_by_seat_id == taken, who
        assert counts.ready == sum(work.ready_count_by_seat_id.values()), who
        assert (counts.drafted, counts.returned, counts.cleared, counts.submitted) == tuple(
            work.count_by_state[state] for state in ("drafted", "returned", "cleared", "submitted")
        ), who
    assert work_counts(room.access("CPV contributor"), rounds).ready == 0
    late = room.access("CPV focal_point", 400)
    Round.objects.update(late_policy="refuse")
    closed = Round.objects.filter(consultation=room.consultation)
    assert work_counts(late, closed).ready == 0


def test_a_delegation_that_wrote_nothing_is_led_to_the_text(room: Room) -> None:
    found = tasks(Person(room, "PRT focal_point"))
    assert found["Open the text"] == reverse("latest", args=["plan-of-action", "plan"])


# --- Facilitators and the secretariat -------------------------------------------------------------


def test_the_facilitators_read_what_is_unanswered_unpublished_and_when_the_digest_goes(
    room: Room,
) -> None:
    Meeting.objects.filter(consultation=room.consultation).delete()
    meeting = create_meeting(
        access=room.access("co_facilitator"),
        title="Second reading",
        kind="informal",
        starts_at=room.at(9),
        place="",
        digest_lead=timedelta(hours=24),
    )
    found = tasks(Person(room, "co_facilitator"))
    unanswered = next(words for words in found if "without an answer" in words)
    counted = sum(
        row.unanswered_count for row in Person(room, "staff").get("review_queue").context["page"]
    )
    assert int(unanswered.split()[0]) == counted > 0
    assert found[unanswered] == reverse("review_queue", args=["plan-of-action"])
    digest = next(
        words for words in found if words.startswith("The digest before “Second reading”")
    )
    assert found[digest] == reverse("digest", args=["plan-of-action", meeting.public_id])
    to_publish = next(words for words in found if "to publish" in words)
    assert found[to_publish] == reverse("publish_reviews", args=["plan-of-action"])
    staff = tasks(Person(room, "staff"))
    assert staff[to_publish] == reverse("review_queue", args=["plan-of-action"])


def test_few_paragraphs_are_named_and_one_with_several_new_inputs_stands_out(room: Room) -> None:
    mark_all_seen_at_first_visit(access=room.access("staff", -15))
    found = tasks(Person(room, "staff"))
    news = next(words for words in found if re.search(r"has \d+ new inputs", words))
    assert re.match(r"Paragraph \d+ has \d+ new inputs", news)
    assert "/review/" in found[news]
    unanswered = next(words for words in found if "without an answer" in words)
    assert re.search(r"\(paragraphs? \d", unanswered)


def test_more_paragraphs_than_can_be_named_are_counted(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comments.front.own_tasks.MAX_NAMED_PARAGRAPHS", 0)
    assert "1 input without an answer (on 1 paragraph)" in tasks(Person(room, "staff"))


def test_the_secretariat_reads_who_has_not_accepted_and_which_mails_failed(room: Room) -> None:
    Post.objects.filter(delegation=room.bodies["PRT"]).update(ended_at=room.now)
    for facts in ({"refused_at": room.now}, {"refused_at": room.now}, {"bounced_at": room.now}):
        Mail.objects.create(
            kind=MailKind.CIRCULATION,
            consultation=room.consultation,
            address="x@y.example",
            **facts,
        )
    found = tasks(Person(room, "secretariat"))
    assert found["1 delegation has not accepted yet"] == reverse(
        "unanswered", args=["plan-of-action"]
    )
    assert found["2 e-mails were refused"].endswith("?state=refused")
    assert found["1 e-mail came back"].endswith("?state=bounced")
    refused = Person(room, "secretariat").client.get(found["2 e-mails were refused"])
    assert len(refused.context["lines"]) == 2


# --- A consultation that begins, and one that is over ---------------------------------------------


def founded(room: Room) -> dict[str, Access]:
    """A consultation in which nothing is done yet, with who leads and serves it."""
    secretariat = User.objects.create(email="new@un.example", is_staff=True, name="New")
    leader = User.objects.create(email="lead@un.example", name="Lead")
    made = create_consultation(user=secretariat, slug="new-one", title="New one")
    served = make_access(secretariat, made.slug, capacities_of(secretariat)[0].key)
    give_function(access=served, user=leader, role="co_facilitator")
    led = make_access(leader, made.slug, capacities_of(leader)[0].key)
    return {"secretariat": served, "co_facilitator": led}


def browser(access: Access) -> Client:
    client = Client()
    client.force_login(access.user)
    session = client.session
    session["capacity"] = access.capacity.key
    session.save()
    return client


def test_a_new_consultation_says_the_next_step_to_whoever_takes_it(room: Room) -> None:
    here = founded(room)
    leads = browser(here["co_facilitator"])
    found = tasks(leads, "new-one")
    assert found["Bring in the first text"] == reverse("new_draft", args=["new-one"])
    assert found["Set the first round"] == reverse("rounds", args=["new-one"])
    shown = page(leads.get(reverse("consultation", args=["new-one"])))
    assert "You will find the first one here" not in shown
    served = tasks(browser(here["secretariat"]), "new-one")
    assert served["Set up the consultation"] == reverse("setting_up", args=["new-one"])
    text = start_draft(access=here["co_facilitator"], title="Plan", slug="plan", symbol="", place=1)
    found = tasks(leads, "new-one")
    assert found["Open the working text"] == reverse("desk", args=["new-one", text.slug])
    assert "Bring in the first text" not in found


def test_a_closed_record_asks_nothing_of_anybody_and_no_comments_close(room: Room) -> None:
    for who in ("CPV focal_point", "co_facilitator"):
        assert "Comments close" in page(Person(room, who).get("meetings"))
        assert tasks(Person(room, who))
    Draft.objects.filter(consultation=room.consultation).update(adopted_at=room.now)
    close_record(access=room.access("secretariat"))
    for who in ("CPV focal_point", "CPV contributor", "co_facilitator", "secretariat"):
        person = Person(room, who)
        assert 'id="tasks"' not in page(person.get("consultation")), who
        for name in ("consultation", "meetings", "table"):
            assert "Comments close" not in page(person.get(name)), (who, name)


# --- What is found from here ----------------------------------------------------------------------


def test_nobody_is_told_that_they_have_seen_what_they_did_not_open(room: Room) -> None:
    person = Person(room, "PRT contributor")
    for _look in range(2):
        assert "You have seen" not in page(person.get("consultation"))
    assert "You have seen" not in page(person.get("new"))


def test_what_one_watches_drafted_and_typed_is_found_from_front_page_and_workspace(
    room: Room,
) -> None:
    wording = room.wording(room.revision, 3)
    access = room.access("CPV contributor")
    watch_paragraph(access=access, paragraph=wording.paragraph)
    save_autosave(access=access, wording=wording, text_by_field={"rationale": "Half a sentence"})
    person = Person(room, "CPV contributor")
    watching = reverse("watching", args=["plan-of-action"])
    for name in ("consultation", "workspace"):
        shown = page(person.get(name))
        assert f'href="{watching}"' in shown, name
        assert f"open={wording.paragraph.public_id}&write=1" in shown, name
        assert "Half a sentence" not in shown, name
    assert f"?author={access.user.public_id}" in page(person.get("workspace"))
    other = page(Person(room, "CPV deputy").get("workspace"))
    assert f"open={wording.paragraph.public_id}&write=1" not in other, "a colleague’s are theirs"


@pytest.mark.parametrize(
    "who", ["CPV focal_point", "CPV contributor", "co_facilitator", "secretariat"]
)
def test_the_front_page_asks_eighteen_queries_at_most_however_much_there_is(
    room: Room, who: str
) -> None:
    person = Person(room, who)

    def queries() -> int:
        person.get("consultation")
        with CaptureQueriesContext(connection) as captured:
            assert person.get("consultation").status_code == 200
        return len(captured)

    few = queries()
    for row in drafts(room, "CPV contributor", 30)[:15]:
        clear_comment(access=room.access("CPV deputy"), comment=row)
    assert queries() == few <= 18
