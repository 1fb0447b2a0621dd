"""Makes the demonstration: one consultation, by the same acts as people do on its pages.

The text and the inputs are invented, and every page says so. An input in a JSON file has the code
of a `delegation` (or the name of a `person`), the label of a `paragraph`, its content (`kind`,
`rationale` and so on), and what happens to it later ("align", "review", "withdrawn", …).
"""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from comments.answers.acts import acknowledge, align, publish_reviews, reply, review
from comments.drafting.acts import clear_comment, draft_comment, return_comment, write_note
from comments.groups.acts import object_to, opt_out, set_silence
from comments.inputs.content import CommentContent
from comments.models import Comment, Review
from comments.notifications.acts import RoomEvent
from comments.received.acts import enter_received
from comments.submitting.acts import submit_comments, supersede_comment, withdraw_comment
from config.demo.ground import SLUG, access_of_person, five_pm_on_day_of, read_data, replace_once
from config.demo.people import demo_people
from config.demo.texts import circulate_first_drafts, circulate_rev1
from consultations.founding.acts import create_consultation
from consultations.models import Consultation, Mail, MailKind
from consultations.people.functions import give_function
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from consultations.time.wall_clock import NEW_YORK
from consultations.timetable.acts import create_meeting
from delegations.acts import add_user, give_post, set_mandate
from delegations.models import Delegation, User
from drafts.models import Draft, Revision, Wording

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
    started_at = now - timedelta(days=14)
    people = read_data("people.json")
    consultation = _create_consultation(people, started_at)
    plan, _resolution = circulate_first_drafts(started_at + timedelta(days=1))
    _submit_inputs(read_data("inputs.json"), plan, started_at + timedelta(days=3))
    _answer_inputs(read_data("inputs.json"), plan, now - timedelta(days=5))
    _acknowledge_reviews(read_data("inputs.json"), plan, now - timedelta(days=3))
    circulate_rev1(plan, now - timedelta(days=4), five_pm_on_day_of(now + timedelta(days=5)))
    _submit_inputs(read_data("second-inputs.json"), plan, now - timedelta(days=2))
    _supersede_inputs(read_data("second-inputs.json"), plan, now - timedelta(hours=5))
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
    return consultation


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
        new_user.set_password(PASSWORD)
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


def _latest_wording_by_label(draft: Draft) -> dict[str, Wording]:
    """The wordings of the last revision by label; the title under "title"."""
    revision = Revision.objects.filter(draft=draft).order_by("-number")[0]
    wordings = revision.wordings.select_related("revision__draft", "paragraph")
    return {"title" if wording.kind == "title" else wording.label: wording for wording in wordings}


def _submit_inputs(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Let each delegation draft its inputs and submit them in one act, some hours apart."""
    wording_by_label = _latest_wording_by_label(draft)
    # In the order of the file, each once.
    delegation_codes = dict.fromkeys(input_data["delegation"] for input_data in inputs)
    for index, delegation_code in enumerate(delegation_codes):
        access = access_of_person(
            _focal_point_email(delegation_code), moment + timedelta(hours=3 * index)
        )
        group_seat_by_code = {seat.code: seat for seat in access.coordinated_seats}
        draft_comments = [
            draft_comment(
                access=access,
                wording=wording_by_label[input_data["paragraph"]],
                seat=group_seat_by_code.get(input_data.get("group", "")),  # None: its own
                content=_content(input_data, wording_by_label[input_data["paragraph"]].text),
            )
            for input_data in inputs
            if input_data["delegation"] == delegation_code
        ]
        submit_comments(access=access, comments=draft_comments)


def _focal_point_email(delegation_code: str) -> str:
    people = read_data("people.json")
    return str(
        next(
            person["email"]
            for person in people
            if person.get("posts", {}).get(delegation_code) == "focal_point"
        )
    )


def _content(input_data: dict[str, Any], wording_text: str) -> CommentContent:
    """The content of an input; "change" lists pairs of words: the present ones, the new ones."""
    proposed = input_data.get("proposed", "")
    if "change" in input_data:
        proposed = wording_text
        for old, new in input_data["change"]:
            proposed = replace_once(proposed, old, new)
    return CommentContent(
        kind=input_data["kind"],
        type=input_data.get("type", "substantive"),
        proposed=proposed,
        rationale=input_data.get("rationale", ""),
        language=input_data.get("language", "en"),
    )


def _answer_inputs(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Add alignments, a reply, reviews and a withdrawal; then publish the reviews in a batch."""
    facilitator = access_of_person("facilitator.cv@demo.example", moment)
    for input_data in inputs:
        comment = _comment_of(input_data, draft)
        for code in input_data.get("align", []):
            align(access=access_of_person(_focal_point_email(code), moment), comment=comment)
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
            access = access_of_person(_focal_point_email(input_data["delegation"]), moment)
            withdraw_comment(access=access, comment=comment, reason=input_data["withdrawn"])
    publish_reviews(access=facilitator, reviews=Review.objects.visible_to(facilitator))


def _comment_of(input_data: dict[str, Any], draft: Draft) -> Comment:
    """The submitted input that was made of an item of a file; the latest of several versions."""
    comments = Comment.objects.select_related(
        "seat", "filed_by", "round", "consultation", "paragraph__draft", "wording"
    ).filter(
        filed_by__code=input_data["delegation"],
        paragraph__draft=draft,
        wording__label="" if input_data["paragraph"] == "title" else input_data["paragraph"],
        seat__code=input_data.get("group", input_data["delegation"]),
        number__isnull=False,
    )
    return comments.order_by("-pk")[0]


def _acknowledge_reviews(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Let some delegations say whether they are satisfied with the answers."""
    for input_data in inputs:
        if "stance" not in input_data:
            continue
        stance, note = input_data["stance"]
        published_review = Review.objects.select_related(
            "comment__round", "comment__filed_by", "comment__paragraph__draft"
        ).get(comment=_comment_of(input_data, draft))
        access = access_of_person(_focal_point_email(input_data["delegation"]), moment)
        acknowledge(access=access, review=published_review, stance=stance, note=note)


def _supersede_inputs(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Let delegations replace inputs with new versions under the same number."""
    for input_data in inputs:
        if "superseded" not in input_data:
            continue
        earlier_comment = _comment_of(input_data, draft)
        new_content = _content(input_data | input_data["superseded"], earlier_comment.wording.text)
        access = access_of_person(_focal_point_email(input_data["delegation"]), moment)
        supersede_comment(access=access, comment=earlier_comment, content=new_content)


def _draft_at_home(draft: Draft, moment: datetime) -> None:
    """Write drafts that only Portugal sees, in every state on the way to its focal point.

    A note, a return or a clearance names who does it.
    """
    wording_by_label = _latest_wording_by_label(draft)
    for index, input_data in enumerate(read_data("at-home.json")):
        drafted_at = moment + timedelta(minutes=5 * index)
        wording = wording_by_label[input_data["paragraph"]]
        access = access_of_person(_email_of(input_data["person"]), drafted_at)
        comment = draft_comment(
            access=access, wording=wording, content=_content(input_data, wording.text)
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
    wording_by_label = _latest_wording_by_label(draft)
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
            content=_content(input_data, wording.text),
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
    wording_by_label = _latest_wording_by_label(draft)
    access = access_of_person(_email_of("secretariat"), moment)
    for input_data in read_data("received.json"):
        wording = wording_by_label[input_data["paragraph"]]
        enter_received(
            access=access,
            wording=wording,
            seat=access.consultation.seats.get(code=input_data["delegation"]),
            received_via=input_data["received_by"],
            received_on=(moment - timedelta(days=1)).date(),
            content=_content(input_data, wording.text),
        )


def _email_of(name: str) -> str:
    return f"{name}@demo.example"


def _call_meetings(now: datetime) -> None:
    """Call a meeting for tomorrow, whose digest is due already, and one a week later."""
    facilitator = access_of_person("facilitator.pt@demo.example", now)
    ten_o_clock = datetime.combine(
        (now + timedelta(days=1)).astimezone(NEW_YORK).date(), time(10), tzinfo=NEW_YORK
    )
    create_meeting(
        access=facilitator,
        title="Second informal consultation",
        starts_at=ten_o_clock,
        place="Conference Room 3",
        digest_lead=timedelta(hours=48),
    )
    create_meeting(
        access=facilitator,
        title="Third informal consultation",
        starts_at=ten_o_clock + timedelta(days=7),
        place="Conference Room 3",
    )
