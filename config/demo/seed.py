"""Makes the demonstration: one consultation, by the same acts as people do on its pages.

The text and the inputs are invented, and every page says so. Here are its first two weeks;
`third_week` goes on from there.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from comments.answers.acts import acknowledge, align, publish_reviews, reply, review
from comments.drafting.acts import clear_comment, draft_comment, return_comment, write_note
from comments.groups.acts import object_to, opt_out, set_silence
from comments.models import Review
from comments.notifications.acts import RoomEvent
from comments.received.acts import enter_received
from comments.submitting.acts import supersede_comment, withdraw_comment
from config.demo.ground import (
    SLUG,
    access_of_person,
    at_ten,
    five_pm_on_day_of,
    read_data,
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
from config.demo.people import demo_people
from config.demo.texts import circulate_first_drafts, circulate_rev1
from consultations.founding.acts import create_consultation
from consultations.models import Consultation, Mail, MailKind
from consultations.people.functions import give_function
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting
from delegations.acts import add_user, give_post, set_mandate
from delegations.models import Delegation, User
from drafts.models import Draft

PASSWORD = "demonstration"  # noqa: S105 (invented people, loopback address)
# The delegations that have a seat in the consultation, beside the African Group ("AG").
SEATED_CODES = (
    "PRT",
    "CPV",
    "PHL",
    "EGY",
    "CHN",
    "MEX",
    "CIV",
    "KOR",
    "FJI",
    "VAT",
    "UNODC",
    "IOM",
    "ILO",
)


@transaction.atomic
def seed_demo(now: datetime | None = None) -> Consultation:
    """Make the demo consultation, or return the existing one. Needs the reference data."""
    existing_consultation = Consultation.objects.filter(slug=SLUG).first()
    if existing_consultation is not None:
        return existing_consultation
    now = now or timezone.now()
    consultation = seed_two_weeks(now, deadline=five_pm_on_day_of(now + timedelta(days=5)))
    seed_work_under_way(consultation, now)
    return consultation


def seed_two_weeks(now: datetime, *, deadline: datetime) -> Consultation:
    """From the founding to Rev.1, with its first inputs; `deadline` is that of its round."""
    founded_at = working_days_before(now, 11)
    rev1_at = working_days_before(now, 3)
    consultation = _create_consultation(read_data("people.json"), founded_at)
    plan, _resolution = circulate_first_drafts(working_days_before(now, 10))
    submit_inputs(read_data("inputs.json"), plan, now - timedelta(days=11))
    _answer_inputs(read_data("inputs.json"), plan, rev1_at - timedelta(hours=3))
    _acknowledge_reviews(read_data("inputs.json"), plan, now - timedelta(days=3))
    circulate_rev1(plan, rev1_at, deadline)
    submit_inputs(read_data("second-inputs.json"), plan, now - timedelta(days=2))
    _supersede_inputs(read_data("second-inputs.json"), plan, now - timedelta(hours=30))
    return consultation


def seed_work_under_way(consultation: Consultation, now: datetime) -> None:
    """What delegations do today on the latest text of the plan, and the meetings to come."""
    plan = Draft.objects.select_related("consultation").get(consultation=consultation, slug="plan")
    _draft_at_home(plan, now - timedelta(hours=3))
    _draft_in_room(plan, now - timedelta(hours=4), now)
    _enter_received_inputs(plan, now - timedelta(hours=6))
    _call_meetings(now)
    # News of earlier days is not mailed today; a silence that runs is, since it needs an answer.
    running_silence_lookups = {"kind": MailKind.ROOM, "facts__event": RoomEvent.SILENCE_SET}
    earlier_mails = (
        Mail.objects.waiting().filter(consultation=consultation).exclude(**running_silence_lookups)
    )
    earlier_mails.update(dropped_at=now)


def people_who_can_sign_in() -> list[tuple[str, str]]:
    """Address and functions of each person who can sign in."""
    return [
        (
            person.email,
            "; ".join(", ".join(filter(None, function)) for function in person.functions),
        )
        for person in demo_people()
    ]


def _create_consultation(people: list[dict[str, Any]], moment: datetime) -> Consultation:
    """Create the accounts, the consultation, its seats, its facilitators and the posts."""
    secretary = next(person for person in people if person.get("secretariat"))
    secretary_user = User.objects.create_user(
        secretary["email"], PASSWORD, name=secretary["name"], is_staff=True
    )
    consultation = create_consultation(
        user=secretary_user,
        slug=SLUG,
        title="Plan of Action against Trafficking in Persons",
        short_title="Trafficking in Persons",
        mandate="To negotiate a plan of action, and a short resolution that adopts it.",
        handling="For participants only",
        is_invented=True,
        moment=moment,
    )
    access = access_of_person(secretary["email"], moment)
    secretariat_actor = make_actor(secretary_user, access.capacity.key, moment=moment)
    delegation_by_code = {delegation.code: delegation for delegation in Delegation.objects.all()}
    for code in (*SEATED_CODES, "AG"):
        seat_delegation(access=access, delegation=delegation_by_code[code])
    set_mandate(
        actor=secretariat_actor,
        group=delegation_by_code["AG"],
        coordinator=delegation_by_code["CPV"],
    )
    for person in people:
        if person.get("secretariat"):  # has an account, from above
            continue
        new_user = add_user(
            actor=secretariat_actor,
            email=person["email"],
            name=person["name"],
            language=person.get("language", "en"),
            time_zone=person.get("time_zone", "America/New_York"),
        )
        # All have one password, hashed once: a hash takes a quarter of a second by design.
        new_user.password = secretary_user.password
        new_user.save(update_fields=["password"])
        if "role" in person:
            give_function(
                access=access,
                user=new_user,
                role=person["role"],
                delegation=delegation_by_code[person["delegation"]],
            )
        for code, role in person.get("posts", {}).items():
            give_post(
                actor=secretariat_actor,
                user=new_user,
                delegation=delegation_by_code[code],
                role=role,
            )
    return consultation


def _answer_inputs(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Add alignments, a reply, reviews and a withdrawal; then publish the reviews in a batch."""
    facilitator = access_of_person("facilitator.cv@demo.example", moment)
    for input_data in inputs:
        comment = comment_of(input_data, draft)
        for code in input_data.get("align", []):
            align(access=access_of_person(focal_point_email(code), moment), comment=comment)
        if input_data["kind"] == "question":
            reply(access=facilitator, comment=comment, text="Between States; a digest is public.")
        if "review" in input_data:
            disposition, observation = input_data["review"]
            review(
                access=facilitator,
                comment=comment,
                disposition=disposition,
                observation=observation,
            )
        if "withdrawn" in input_data:
            access = access_of_person(focal_point_email(input_data["delegation"]), moment)
            withdraw_comment(access=access, comment=comment, reason=input_data["withdrawn"])
    publish_reviews(access=facilitator, reviews=Review.objects.visible_to(facilitator))


def _acknowledge_reviews(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Let some delegations say whether they are satisfied with the answers."""
    for input_data in inputs:
        if "stance" not in input_data:
            continue
        stance, note = input_data["stance"]
        published_review = Review.objects.select_related(
            "comment__round", "comment__filed_by", "comment__paragraph__draft"
        ).get(comment=comment_of(input_data, draft))
        access = access_of_person(focal_point_email(input_data["delegation"]), moment)
        acknowledge(access=access, review=published_review, stance=stance, note=note)


def _supersede_inputs(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Let delegations replace inputs with new versions under the same number."""
    for input_data in inputs:
        if "superseded" not in input_data:
            continue
        earlier_comment = comment_of(input_data, draft)
        new_content = content_of(
            input_data | input_data["superseded"], earlier_comment.wording.text
        )
        access = access_of_person(focal_point_email(input_data["delegation"]), moment)
        supersede_comment(access=access, comment=earlier_comment, content=new_content)


def _draft_at_home(draft: Draft, moment: datetime) -> None:
    """Write drafts that only Portugal sees, in every state on the way to its focal point.

    A note, a return or a clearance names who does it.
    """
    wording_by_label = latest_wording_by_label(draft)
    for index, input_data in enumerate(read_data("at-home.json")):
        drafted_at = moment + timedelta(minutes=5 * index)
        wording = wording_by_label[input_data["paragraph"]]
        access = access_of_person(_email_of(input_data["person"]), drafted_at)
        comment = draft_comment(
            access=access, wording=wording, content=content_of(input_data, wording.text)
        )
        next_hour = drafted_at + timedelta(hours=1)
        if "note" in input_data:
            name, text = input_data["note"]
            write_note(
                access=access_of_person(_email_of(name), next_hour), comment=comment, text=text
            )
        if "returned" in input_data:
            name, reason = input_data["returned"]
            return_comment(
                access=access_of_person(_email_of(name), next_hour), comment=comment, reason=reason
            )
        if "cleared" in input_data:
            clear_comment(
                access=access_of_person(_email_of(input_data["cleared"]), next_hour),
                comment=comment,
            )


def _draft_in_room(draft: Draft, moment: datetime, now: datetime) -> None:
    """Write drafts of the African Group: under silence, objected to, and dissociated from."""
    wording_by_label = latest_wording_by_label(draft)
    for input_data in read_data("group-room.json"):
        wording = wording_by_label[input_data["paragraph"]]
        access = access_of_person(_email_of(input_data["person"]), moment)
        group_seat = next(
            seat for seat in access.group_room_seats if seat.code == input_data["group"]
        )
        comment = draft_comment(
            access=access,
            wording=wording,
            seat=group_seat,
            in_room=True,
            content=content_of(input_data, wording.text),
        )
        next_hour = moment + timedelta(hours=1)
        if "silence_days" in input_data:
            until = five_pm_on_day_of(now + timedelta(days=input_data["silence_days"]))
            set_silence(
                # Cabo Verde coordinates the group.
                access=access_of_person(_email_of("caboverde"), next_hour),
                comment=comment,
                until=until,
            )
        if "objected" in input_data:
            name, reason = input_data["objected"]
            object_to(
                access=access_of_person(_email_of(name), next_hour + timedelta(hours=1)),
                comment=comment,
                reason=reason,
            )
        if "dissociated" in input_data:
            opt_out(
                access=access_of_person(_email_of(input_data["dissociated"]), next_hour),
                comment=comment,
            )


def _enter_received_inputs(draft: Draft, moment: datetime) -> None:
    """Let the secretariat enter inputs that came by letter; they wait for a focal point."""
    wording_by_label = latest_wording_by_label(draft)
    access = access_of_person(_email_of("secretariat"), moment)
    for input_data in read_data("received.json"):
        wording = wording_by_label[input_data["paragraph"]]
        enter_received(
            access=access,
            wording=wording,
            seat=access.consultation.seats.get(code=input_data["delegation"]),
            received_via=input_data["received_by"],
            received_on=(moment - timedelta(days=1)).date(),
            content=content_of(input_data, wording.text),
        )


def _email_of(name: str) -> str:
    return f"{name}@demo.example"


def _call_meetings(now: datetime) -> None:
    """Call a meeting for tomorrow, or after the weekend, and one a week later.

    The digest of the first is due already.
    """
    facilitator = access_of_person("facilitator.pt@demo.example", now)
    ten_o_clock = at_ten(working_day(now + timedelta(days=1)))
    create_meeting(
        access=facilitator,
        title="Second informal consultation",
        starts_at=ten_o_clock,
        place="Conference Room 3",
        digest_lead=ten_o_clock - at_ten(now - timedelta(days=1)),
    )
    create_meeting(
        access=facilitator,
        title="Third informal consultation",
        starts_at=ten_o_clock + timedelta(days=7),
        place="Conference Room 3",
    )
