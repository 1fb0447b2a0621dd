"""The whole demonstration: after the two weeks of `seed` a third, with all that a week may bring.

Rev.2 and its round, a meeting, brackets, rooms, silences, letters: by the same acts as on the
pages; the words stand in `third-week.json`. Moments are counted back from today.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from comments.answers.acts import publish_reviews
from comments.bridging.acts import (
    BridgingAnswerContent,
    answer_bridging,
    ask_on_bridging,
    draft_bridging,
)
from comments.digests.acts import write_digests
from comments.drafting.acts import draft_comment
from comments.drafting.passing_on import send_for_clearance
from comments.letters.acts import begin_letter, send_letter, word_letter
from comments.minutes.acts import add_line, begin_minutes, end_minutes, issue_minutes, offer_line
from comments.models import AnswersSeenBy, Comment, LetterKind, Review, Silence, SilenceOutcome
from comments.news.acts import mark_all_seen_at_first_visit, watch_paragraph
from comments.review.acts import save_review_task, set_parked
from comments.silences.acts import (
    SilenceSubject,
    break_silence,
    declare_silence,
    open_silence,
    show_breaks,
)
from comments.submitting.acts import submit_comments
from config.demo.ground import (
    SLUG,
    access_of_person,
    at_ten,
    five_pm_on_day_of,
    read_data,
    replace_once,
    working_day,
    working_days_before,
)
from config.demo.inputs import (
    comment_of,
    content_of,
    focal_point_email,
    latest_wording_by_label,
    submit_inputs,
)
from config.demo.many_delegations import answer_positions, seat_more_delegations, submit_positions
from config.demo.other_consultations import seed_other_consultations
from config.demo.people import demo_people
from config.demo.seed import seed_two_weeks, seed_work_under_way
from config.demo.texts import change_text, reword
from consultations.announcements.acts import announce
from consultations.models import (
    Consent,
    Consultation,
    Facilitation,
    Mail,
    Meeting,
    Seat,
    Visibility,
)
from consultations.rooms.acts import begin_room
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from consultations.timetable.acts import create_meeting, create_round
from delegations.models import User
from drafts.brackets.acts import lift_bracket, name_askers
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import add_paragraph
from drafts.languages.acts import set_translations
from drafts.meetings.acts import add_agenda_item
from drafts.models import (
    Bracket,
    Draft,
    LiftKind,
    NegotiationState,
    Paragraph,
    Revision,
    WordingTranslation,
)
from drafts.parsing.file_text import ReadParagraph
from drafts.rooms.acts import assign_parts
from drafts.states.acts import set_state
from drafts.text.labels import Relabelling

LIFTS = {"kept": LiftKind.KEPT, "dropped": LiftKind.DROPPED}


@dataclass(frozen=True)
class _Week:
    """What all parts of the week use."""

    now: datetime
    consultation: Consultation
    plan: Draft
    resolution: Draft
    seat_by_code: dict[str, Seat]
    words: dict[str, Any]  # of `third-week.json`

    @property
    def rev2_at(self) -> datetime:
        """When Rev.2 of the plan was circulated."""
        return working_days_before(self.now, 4)

    def leader(self, moment: datetime) -> Access:
        return access_of_person("facilitator.pt@demo.example", moment)

    def seats(self, codes: list[str]) -> list[Seat]:
        return [self.seat_by_code[code] for code in codes]


@transaction.atomic
def seed_three_weeks(now: datetime) -> Consultation:
    """Make the whole demonstration, or return the existing one. Needs the reference data."""
    existing_consultation = Consultation.objects.filter(slug=SLUG).first()
    if existing_consultation is not None:
        return existing_consultation
    a_week_ago = now - timedelta(days=7)
    deadline = five_pm_on_day_of(working_days_before(now, 5))
    consultation = seed_two_weeks(a_week_ago, deadline=deadline)
    drafts = Draft.objects.filter(consultation=consultation).select_related("consultation")
    seat_more_delegations(access_of_person("secretariat@demo.example", now - timedelta(days=20)))
    seats = Seat.objects.filter(consultation=consultation).select_related("delegation")
    week = _Week(
        now=now,
        consultation=consultation,
        plan=drafts.get(slug="plan"),
        resolution=drafts.get(slug="resolution"),
        seat_by_code={seat.code: seat for seat in seats},
        words=read_data("third-week.json"),
    )
    _submit_late(week)
    _end_second_round(week)
    _send_covering_letter(week)
    _translate_plan(week)
    _bracket_resolution(week)
    _hold_first_meeting(week)
    _begin_third_round(week)
    _begin_rooms(week)
    _share_out_inputs(week)
    _ask_on_bridging_words(week)
    _lead_silences(week)
    _send_mails(week)
    seed_work_under_way(consultation, now)
    _send_for_clearance(week)
    _prepare_second_meeting(week)
    _draft_in_union_room(week)
    _look_and_watch(week)
    _send_mails(week)
    seed_other_consultations(now)
    return consultation


def _send_mails(week: _Week) -> None:
    """What was to be mailed before now went out then: no mail of it goes out today."""
    mails = Mail.objects.waiting().filter(consultation=week.consultation, written_at__lt=week.now)
    mails.update(sent_at=F("written_at"))


def _submit_late(week: _Week) -> None:
    """An input on the first draft, after its deadline and before Rev.1."""
    first_draft, rev1 = Revision.objects.filter(draft=week.plan, number__lte=2).order_by("number")
    wording = first_draft.wordings.select_related("revision__draft", "paragraph").get(label="18")
    submitted_at = rev1.circulated_at - timedelta(hours=5)
    access = access_of_person(focal_point_email("PHL"), submitted_at)
    rationale = "Transport to school is often what is missing."
    data = {"kind": "comment", "rationale": rationale}
    comment = draft_comment(access=access, wording=wording, content=content_of(data, wording.text))
    submit_comments(access=access, comments=[comment])


def _end_second_round(week: _Week) -> None:
    """What was asked of Rev.1, the answers to it, and Rev.2 with the third round."""
    positions = read_data("rev1-positions.json")
    comments = submit_positions(positions, week.plan, week.now - timedelta(days=8))
    access = answer_positions(positions, comments, week.rev2_at - timedelta(hours=3))
    publish_reviews(access=access, reviews=Review.objects.visible_to(access))
    access = week.leader(week.rev2_at)
    change_text(access, week.plan, read_data("rev2.json"))
    round = create_round(
        access=access,
        name="Third round",
        opens_at=week.rev2_at + timedelta(minutes=10),
        deadline=five_pm_on_day_of(working_day(week.now + timedelta(days=5))),
        visibility=Visibility.AT_ONCE,
        consents=[Consent.PUBLIC, Consent.UNATTRIBUTED, Consent.FACILITATORS],
    )
    circulate_revision(
        access=access, draft=week.plan, stage="Rev.2", note=week.words["rev2_note"], round=round
    )


def _begin_third_round(week: _Week) -> None:
    """What delegations ask of Rev.2; the first answers to it are not published yet."""
    positions = read_data("rev2-positions.json")
    comments = submit_positions(positions, week.plan, week.now - timedelta(hours=80))
    answer_positions(positions, comments, week.now - timedelta(hours=20))
    submit_inputs(week.words["third_round"], week.plan, week.now - timedelta(hours=45))
    submit_inputs(week.words["resolution_inputs"], week.resolution, week.now - timedelta(hours=30))


def _send_covering_letter(week: _Week) -> None:
    """The letter that went with Rev.2, in English and French."""
    access = week.leader(week.rev2_at + timedelta(hours=1))
    revision = Revision.objects.select_related("draft").get(draft=week.plan, number=3)
    letter = begin_letter(access=access, kind=LetterKind.COVERING, revision=revision)
    for language, (subject, words) in week.words["letters"]["covering"].items():
        word_letter(access=access, letter=letter, language=language, subject=subject, words=words)
    send_letter(access=access, letter=letter)


def _translate_plan(week: _Week) -> None:
    """Rev.2 in French and in Arabic, neither of them whole yet."""
    access = access_of_person("secretariat@demo.example", week.now - timedelta(days=3))
    revision = Revision.objects.select_related("draft").get(draft=week.plan, number=3)
    wording_by_label = latest_wording_by_label(week.plan)
    for language, text_by_label in read_data("translations.json").items():
        pairs = []
        for row_number, (label, text) in enumerate(text_by_label.items(), 1):
            wording = wording_by_label[label]
            row = ReadParagraph(
                row_number=row_number,
                file_id=str(row_number),
                parent_file_id=None,
                kind="operative",
                label=wording.label,
                level=0,
                text=text,
                opening="",
                notes=(),
            )
            pairs.append((wording, row))
        set_translations(
            access=access,
            revision=revision,
            language=language,
            status=WordingTranslation.Status.OFFICIAL,
            pairs=pairs,
        )


def _bracket_resolution(week: _Week) -> None:
    """Rev.1 of the resolution, with what delegations ask for in brackets, and who asks."""
    circulated_at = working_days_before(week.now, 3)
    access, draft = week.leader(circulated_at - timedelta(hours=3)), week.resolution
    data = read_data("resolution-rev1.json")
    paragraphs = _paragraphs_by_label(draft)
    for label, old_and_new_words in data["edit"].items():
        reword(access, paragraphs[label], old_and_new_words)
    _add_after(access, draft, paragraphs["title"], "preambular", data["preamble"])
    _add_after(access, draft, paragraphs["1"], "operative", data["add_after_1"])
    _add_after(access, draft, paragraphs["2"], "operative", data["add_after_2"])
    for beginning, codes in data["askers"].items():
        bracket = _open_bracket(draft, beginning)
        name_askers(access=access, bracket=bracket, seats=week.seats(codes))
    access = week.leader(circulated_at)
    round = create_round(
        access=access,
        name="Round on the resolution",
        opens_at=circulated_at + timedelta(minutes=10),
        deadline=five_pm_on_day_of(working_day(week.now + timedelta(days=5))),
        visibility=Visibility.AT_ONCE,
        consents=[Consent.PUBLIC, Consent.UNATTRIBUTED, Consent.FACILITATORS],
    )
    circulate_revision(
        access=access,
        draft=draft,
        stage="Rev.1",
        relabelling=Relabelling.RENUMBER,
        note="Brackets hold what delegations asked for. The ledger says who asks.",
        round=round,
        names_askers=True,
    )


def _paragraphs_by_label(draft: Draft) -> dict[str, Paragraph]:
    """The paragraphs in force by label; the title under "title"."""
    paragraphs = (
        Paragraph.objects.in_force()
        .filter(draft=draft)
        .select_related("draft__consultation", "parent")
    )
    return {
        "title" if paragraph.kind == "title" else paragraph.label: paragraph
        for paragraph in paragraphs
    }


def _add_after(
    access: Access, draft: Draft, paragraph: Paragraph, kind: str, texts: list[str]
) -> None:
    for text in texts:
        paragraph = add_paragraph(
            access=access,
            draft=draft,
            kind=kind,
            text=text,
            after=paragraph,
            opening="" if text.startswith("[") else text.split()[0],
        )


def _open_bracket(draft: Draft, beginning: str) -> Bracket:
    """The open bracket of the working text whose words begin so."""
    brackets = Bracket.objects.filter(paragraph__draft=draft, is_open=True).select_related(
        "paragraph__draft", "meeting"
    )
    return next(
        bracket
        for bracket in brackets
        if bracket.paragraph.text[bracket.start + 1 :].startswith(beginning)
    )


def _hold_first_meeting(week: _Week) -> None:
    """The first informal consultation: agreed, lifted, parked, and its issued minutes."""
    starts_at = at_ten(working_days_before(week.now, 2))
    meeting = create_meeting(
        access=week.leader(week.now - timedelta(days=8)),
        title="First informal consultation",
        starts_at=starts_at,
        place="Conference Room 3",
    )
    _set_agenda(week, meeting, "first", working_days_before(week.now, 3))
    _send_digest(meeting, starts_at - meeting.digest_lead)
    minutes = begin_minutes(access=week.leader(starts_at), meeting=meeting)
    paragraphs = _paragraphs_by_label(week.plan)
    for index, line in enumerate(week.words["minutes"]):
        written_at = starts_at + timedelta(minutes=10 * index + 5)
        minute_line = add_line(
            access=week.leader(written_at),
            minutes=minutes,
            paragraph=paragraphs[line["paragraph"]] if "paragraph" in line else None,
            words=line["words"],
            seat=week.seat_by_code.get(line.get("seat", "")),
            spoke_for=week.seat_by_code.get(line.get("spoke_for", "")),
        )
        if line.get("offered"):
            offer_line(access=week.leader(written_at), line=minute_line)
    access = week.leader(starts_at + timedelta(hours=1))
    for state, labels in (
        (NegotiationState.AGREED_AD_REF, week.words["agreed_at_the_meeting"]),
        (NegotiationState.PARKED, week.words["parked"]),
        (NegotiationState.INFORMALS, week.words["for_informals"]),
    ):
        for label in labels:
            paragraph = paragraphs[label]
            set_state(
                access=access,
                paragraph=paragraph,
                state=state,
                version=paragraph.version,
                meeting=meeting,
            )
    access = week.leader(starts_at + timedelta(hours=2))
    for lift in read_data("resolution-rev1.json")["lifted_at_the_meeting"]:
        bracket = _open_bracket(week.resolution, lift["bracket"])
        lift_bracket(
            access=access,
            bracket=bracket,
            version=bracket.paragraph.version,
            lift_kind=LIFTS[lift["how"]],
            meeting=meeting,
        )
    end_minutes(access=week.leader(starts_at + timedelta(hours=3)), minutes=minutes)
    issue_minutes(access=week.leader(starts_at + timedelta(hours=5)), minutes=minutes)


def _send_digest(meeting: Meeting, sent_at: datetime) -> None:
    """The digest before the meeting, as it went to everybody then: no mail goes out today."""
    mail_ids = write_digests(meeting)
    Mail.objects.filter(pk__in=mail_ids).update(
        written_at=sent_at, due_at=sent_at, until=sent_at, sent_at=sent_at
    )


def _begin_rooms(week: _Week) -> None:
    """Two working rooms, whose next meetings are at one hour: Portugal cannot sit in both."""
    access = week.leader(working_days_before(week.now, 2))
    chairs = Facilitation.objects.filter(consultation=week.consultation, ended_at=None)
    headings = {
        paragraph.text: paragraph
        for paragraph in Paragraph.objects.in_force()
        .filter(draft=week.plan, kind="heading")
        .select_related("draft")
    }
    for name, email in (
        ("Protection", "facilitator.cv@demo.example"),
        ("Partnerships", "staff@demo.example"),
    ):
        room = begin_room(access=access, name=name, chairs=[chairs.get(user__email=email)])
        part = next(row for text, row in headings.items() if text.startswith(name))
        assign_parts(access=access, room=room, draft=week.plan, paragraphs=[part])
        create_meeting(
            access=access,
            title=f"Room on {name.lower()}",
            starts_at=at_ten(_after_a_working_day(week.now)) + timedelta(hours=5),
            place="Conference Room 8" if name == "Protection" else "Conference Room C",
            room=room,
        )
        if name == "Protection":
            _take_minutes_in_room(week, room)


def _take_minutes_in_room(week: _Week, room: Any) -> None:
    """Minutes of the meeting of the room on the last working day, which have not ended."""
    starts_at = at_ten(working_days_before(week.now, 1)) + timedelta(hours=5)
    meeting = create_meeting(
        access=week.leader(working_days_before(week.now, 2)),
        title="Room on protection, first sitting",
        starts_at=starts_at,
        place="Conference Room 8",
        room=room,
    )
    minutes = begin_minutes(access=week.leader(starts_at), meeting=meeting)
    paragraphs = _paragraphs_by_label(week.plan)
    for index, line in enumerate(week.words["minutes_under_way"]):
        add_line(
            access=week.leader(starts_at + timedelta(minutes=10 * index + 5)),
            minutes=minutes,
            paragraph=paragraphs[line["paragraph"]],
            words=line["words"],
            seat=week.seat_by_code[line["seat"]],
        )


def _share_out_inputs(week: _Week) -> None:
    """Who answers what in the facilitators' queue, and what is parked there."""
    access = week.leader(week.now - timedelta(hours=5))
    for task in week.words["review_tasks"]:
        save_review_task(
            access=access,
            comment=comment_of(task, week.plan),
            assigned_to=User.objects.get(email=task["to"]),
            flags=task["flags"],
            note=task.get("note", ""),
        )
    parked_comment = comment_of(week.words["parked_input"], week.plan)
    set_parked(access=access, comment=parked_comment, is_parked=True)


def _ask_on_bridging_words(week: _Week) -> None:
    """Bridging words that five delegations have answered, and a draft of others."""
    wording_by_label = latest_wording_by_label(week.plan)
    data, draft_data = week.words["bridging"], week.words["bridging_draft"]
    access = week.leader(week.now - timedelta(hours=28))
    proposals = []
    for item in (data, draft_data):
        wording = wording_by_label[item["paragraph"]]
        text = wording.text
        for old, new in item["change"]:
            text = replace_once(text, old, new)
        proposals.append(draft_bridging(access=access, wording=wording, text=text))
    proposal = proposals[0]
    ask_on_bridging(
        access=access,
        proposal=proposal,
        version=proposal.version,
        seats=week.seats(data["asked"]),
        deadline=five_pm_on_day_of(working_day(week.now + timedelta(days=2))),
        answers_seen_by=AnswersSeenBy.ALL,
    )
    for index, answer in enumerate(data["answers"]):
        moment = week.now - timedelta(hours=20 - 2 * index)
        answer_bridging(
            access=access_of_person(focal_point_email(answer["delegation"]), moment),
            asked_seat=proposal.asked.select_related("proposal", "seat").get(
                seat__code=answer["delegation"]
            ),
            content=BridgingAnswerContent(
                stance=answer["stance"],
                words=answer.get("words", ""),
                reason=answer.get("reason", ""),
            ),
        )


def _lead_silences(week: _Week) -> None:
    """One that was adopted, one that was broken, one that runs."""
    data = week.words["silences"]

    def put_under_silence(name: str, opened_at: datetime, until: datetime) -> Silence:
        return open_silence(
            access=week.leader(opened_at),
            subject=SilenceSubject(decision=data[name]["decision"]),
            words=data[name]["words"],
            until=until,
        )

    adopted = put_under_silence(
        "adopted", week.now - timedelta(days=12), week.now - timedelta(days=8)
    )
    declare_silence(
        access=week.leader(week.now - timedelta(days=7)),
        silence=adopted,
        outcome=SilenceOutcome.ADOPTED,
    )
    broken = put_under_silence("broken", week.now - timedelta(days=7), week.now - timedelta(days=2))
    breaking_code = data["broken"]["by"]
    break_silence(
        access=access_of_person(focal_point_email(breaking_code), week.now - timedelta(days=3)),
        asked_seat=broken.asked.select_related("silence", "seat").get(seat__code=breaking_code),
        words=data["broken"]["why"],
    )
    access = week.leader(week.now - timedelta(days=2))
    show_breaks(access=access, silence=broken)
    declare_silence(access=access, silence=broken, outcome=SilenceOutcome.BROKEN)
    put_under_silence(
        "running",
        week.now - timedelta(hours=24),
        five_pm_on_day_of(_next_friday(week.now)),
    )


def _prepare_second_meeting(week: _Week) -> None:
    """What stands before tomorrow's meeting: its agenda, the invitation, an announcement."""
    meeting = Meeting.objects.get(
        consultation=week.consultation, title="Second informal consultation"
    )
    access = week.leader(week.now - timedelta(hours=2))
    _set_agenda(week, meeting, "second", week.now - timedelta(hours=2))
    invitation = begin_letter(access=access, kind=LetterKind.INVITATION, meeting=meeting)
    subject, words = week.words["letters"]["invitation"]["en"]
    word_letter(access=access, letter=invitation, language="en", subject=subject, words=words)
    send_letter(access=access, letter=invitation)
    draft_letter = begin_letter(access=access, kind=LetterKind.OTHER)
    subject, words = week.words["letters"]["draft_note"]["en"]
    word_letter(access=access, letter=draft_letter, language="en", subject=subject, words=words)
    announce(
        access=access,
        words=week.words["announcement"],
        from_at=week.now - timedelta(hours=2),
        until_at=meeting.starts_at + timedelta(hours=3),
    )


def _send_for_clearance(week: _Week) -> None:
    """The capital of Portugal sends its draft on paragraph 22 to whoever may clear it."""
    access = access_of_person("portugal.capital@demo.example", week.now - timedelta(hours=1))
    draft = Comment.objects.get(
        filed_by__code="PRT", paragraph__draft=week.plan, wording__label="22", submitted_at=None
    )
    send_for_clearance(access=access, comment=draft)


def _draft_in_union_room(week: _Week) -> None:
    """A draft that Spain puts before the members of the European Union."""
    data = week.words["union_room"]
    wording = latest_wording_by_label(week.plan)[data["paragraph"]]
    draft_comment(
        access=access_of_person(focal_point_email("ESP"), week.now - timedelta(hours=6)),
        wording=wording,
        seat=week.seat_by_code[data["group"]],
        in_room=True,
        content=content_of(data, wording.text),
    )


def _look_and_watch(week: _Week) -> None:
    """Everybody was here two days ago: what came since is new to them. Some watch paragraphs."""
    wording_by_label = latest_wording_by_label(week.plan)
    for index, person in enumerate(demo_people()):
        access = access_of_person(person.email, week.now - timedelta(days=2))
        mark_all_seen_at_first_visit(access=access)
        for label in ("21", "20", "26")[: 1 + index % 3]:
            watch_paragraph(access=access, paragraph=wording_by_label[label].paragraph)


def _set_agenda(week: _Week, meeting: Meeting, name: str, moment: datetime) -> None:
    draft_by_slug = {"plan": week.plan, "resolution": week.resolution}
    for slug, label, note in week.words["agenda"][name]:
        draft = draft_by_slug[slug]
        add_agenda_item(
            access=week.leader(moment),
            meeting=meeting,
            draft=draft,
            paragraph=_paragraphs_by_label(draft)[label] if label else None,
            note=note,
        )


def _after_a_working_day(moment: datetime) -> datetime:
    """The first day from the day after tomorrow on before which mail is read: no Monday."""
    moment += timedelta(days=2)
    while moment.astimezone(NEW_YORK).weekday() in {0, 5, 6}:
        moment += timedelta(days=1)
    return moment


def _next_friday(moment: datetime) -> datetime:
    """The moment on the first Friday after its day."""
    days = (4 - moment.astimezone(NEW_YORK).weekday()) % 7
    return moment + timedelta(days=days or 7)
