"""The demonstration: one consultation, led through its rhythm by the same actions as the pages.

The text and the inputs are written for it; every page says that they are invented.
"""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from comments.actions import clear_comment, draft_comment, return_comment, write_note
from comments.answers import acknowledge, align, publish_reviews, reply, review
from comments.group_rooms import object_to, opt_out, set_silence
from comments.models import Comment, Review
from comments.receiving import enter_received
from comments.submission import submit_comments, supersede_comment, withdraw_comment
from consultations.access import Access
from consultations.actions import (
    found_consultation,
    give_facilitation,
    seat_delegation,
    set_meeting,
    set_round,
)
from consultations.entrance import capacities_of, enter, stand
from consultations.models import Consultation, Visibility
from delegations.actions import add_user, give_post, set_mandate
from delegations.models import Delegation, User
from drafts.actions import add_paragraph, edit_paragraph, start_draft, strike_paragraph
from drafts.circulating import circulate_revision
from drafts.models import Draft, Numbering, Paragraph, Revision, Wording
from drafts.readers import read_draft
from drafts.readers.proposal import ReadText
from drafts.taking_in import import_first

DATA = Path(__file__).parent / "demo_data"
SLUG = "plan-of-action"
PASSWORD = "demonstration"  # noqa: S105 (invented people, loopback address)
NEW_YORK = ZoneInfo("America/New_York")
SEATED = (
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
    """Make the demo consultation, or return the one that stands. Needs the reference data."""
    standing = Consultation.objects.filter(slug=SLUG).first()
    if standing is not None:
        return standing
    now = now or timezone.now()
    begun = now - timedelta(days=14)
    people = _read("people.json")
    consultation = _found(people, begun)
    plan, resolution = _circulate_first_drafts(begun + timedelta(days=1))
    _file(_read("inputs.json"), plan, begun + timedelta(days=3))
    _answer(_read("inputs.json"), plan, now - timedelta(days=5))
    _acknowledge(_read("inputs.json"), plan, now - timedelta(days=3))
    _circulate_rev1(plan, now - timedelta(days=4), _at_five(now + timedelta(days=5)))
    _file(_read("second-inputs.json"), plan, now - timedelta(days=2))
    _supersede(_read("second-inputs.json"), plan, now - timedelta(hours=5))
    _draft_at_home(plan, now - timedelta(hours=3))
    _draft_in_room(plan, now - timedelta(hours=4), now)
    _receive(plan, now - timedelta(hours=6))
    _call_meetings(plan, resolution, now)
    return consultation


def who() -> list[tuple[str, str]]:
    """Who can sign in as what: address and capacities."""
    emails = [person["email"] for person in _read("people.json")]
    users = {user.email: user for user in User.objects.filter(email__in=emails)}
    return [
        (
            email,
            "; ".join(
                f"{capacity.role_words}, {capacity.name}"
                for capacity in capacities_of(users[email])
            ),
        )
        for email in emails
        if email in users
    ]


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _at_five(moment: datetime) -> datetime:
    """17.00 New York on that day: when deadlines fall."""
    return datetime.combine(moment.astimezone(NEW_YORK).date(), time(17), tzinfo=NEW_YORK)


def _as(email: str, moment: datetime) -> Access:
    """The access of a demo person in the first capacity that enters the consultation."""
    user = User.objects.get(email=email)
    return enter(user, SLUG, capacities_of(user)[0].key, moment=moment)


def _found(people: list[dict[str, Any]], moment: datetime) -> Consultation:
    """Accounts, the consultation, its seats, its facilitators, and the posts."""
    clerk = next(person for person in people if person.get("secretariat"))
    user = User.objects.create_user(clerk["email"], PASSWORD, name=clerk["name"], is_staff=True)
    consultation = found_consultation(
        user=user,
        slug=SLUG,
        title="Plan of Action against Trafficking in Persons",
        mandate="To negotiate a plan of action, and a short resolution that adopts it.",
        handling="For participants only",
        is_invented=True,
        moment=moment,
    )
    access = _as(clerk["email"], moment)
    desk = stand(user, access.capacity.key, moment=moment)
    bodies = {body.code: body for body in Delegation.objects.all()}
    for code in (*SEATED, "AFRICAN-GROUP"):
        seat_delegation(access=access, delegation=bodies[code])
    set_mandate(access=desk, group=bodies["AFRICAN-GROUP"], coordinator=bodies["CPV"])
    for person in people:
        if person.get("secretariat"):
            continue
        account = add_user(
            access=desk,
            email=person["email"],
            name=person["name"],
            language=person.get("language", "en"),
            time_zone=person.get("time_zone", "America/New_York"),
        )
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
        if "role" in person:
            give_facilitation(
                access=access, user=account, role=person["role"], delegation=bodies[person["from"]]
            )
        for code, role in person.get("posts", {}).items():
            give_post(access=desk, user=account, delegation=bodies[code], role=role)
    return consultation


def _circulate_first_drafts(moment: datetime) -> tuple[Draft, Draft]:
    facilitator = _as("facilitator.pt@demo.example", moment)
    round = set_round(
        access=facilitator,
        name="First round",
        opens_at=moment + timedelta(minutes=10),
        deadline=_at_five(moment + timedelta(days=6)),
        visibility=Visibility.AT_ONCE,
    )
    texts = []
    for place, (slug, title) in enumerate(
        (("plan", "Plan of Action"), ("resolution", "Draft resolution")), 1
    ):
        draft = start_draft(
            access=facilitator,
            slug=slug,
            title=title,
            symbol="A/DEMO/L.1" if place == 1 else "A/DEMO/L.2",
            numbering=Numbering.RUNNING,
            place=place,
        )
        name = f"{slug}-first-draft.txt"
        read = _with_openings(read_draft(name, (DATA / name).read_bytes()))
        import_first(access=facilitator, draft=draft, read=read)
        circulate_revision(access=facilitator, draft=draft, stage="First draft", round=round)
        texts.append(draft)
    return texts[0], texts[1]


def _with_openings(read: ReadText) -> ReadText:
    """Our paragraphs open with their verb: it stands in italics, as the UN sets it."""
    return replace(
        read,
        paragraphs=tuple(
            replace(item, opening=item.text.split()[0])
            if item.kind == "operative" and item.level == 0
            else item
            for item in read.paragraphs
        ),
    )


def _latest(draft: Draft) -> dict[str, Wording]:
    """The wordings of the last revision by label; the title under "title"."""
    revision = Revision.objects.filter(draft=draft).order_by("-number")[0]
    wordings = revision.wordings.select_related("revision__draft", "paragraph")
    return {"title" if wording.kind == "title" else wording.label: wording for wording in wordings}


def _file(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Each delegation drafts its inputs and submits them in one act, some hours apart."""
    wordings = _latest(draft)
    for hours, code in enumerate(dict.fromkeys(item["by"] for item in inputs)):
        access = _as(_focal_point_of(code), moment + timedelta(hours=3 * hours))
        groups = {seat.code: seat for seat in access.group_seats}
        drafted = [
            draft_comment(
                access=access,
                wording=wordings[item["on"]],
                seat=groups.get(item.get("for", "")),
                **_words(item, wordings[item["on"]].text),
            )
            for item in inputs
            if item["by"] == code
        ]
        submit_comments(access=access, comments=drafted)


def _focal_point_of(code: str) -> str:
    people = _read("people.json")
    return str(next(p["email"] for p in people if p.get("posts", {}).get(code) == "focal_point"))


def _words(item: dict[str, Any], text: str) -> dict[str, Any]:
    proposed = item.get("proposed", "")
    if "change" in item:
        proposed = text
        for old, new in item["change"]:
            proposed = _changed(proposed, old, new)
    return {
        "kind": item["kind"],
        "type": item.get("type", "substantive"),
        "proposed": proposed,
        "rationale": item.get("rationale", ""),
        "language": item.get("language", "en"),
    }


def _changed(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"The demo's text does not hold: {old}")
    return text.replace(old, new, 1)


def _answer(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Alignments, a reply, a withdrawal; then the facilitators' reviews, published in a batch."""
    facilitator = _as("facilitator.cv@demo.example", moment)
    for item in inputs:
        comment = _said(item, draft)
        for code in item.get("align", []):
            align(access=_as(_focal_point_of(code), moment), comment=comment)
        if item["kind"] == "question":
            reply(access=facilitator, comment=comment, text="Between States; a digest is public.")
        if "review" in item:
            disposition, observation = item["review"]
            review(
                access=facilitator,
                comment=comment,
                disposition=disposition,
                observation=observation,
            )
        if "withdrawn" in item:
            access = _as(_focal_point_of(item["by"]), moment)
            withdraw_comment(access=access, comment=comment, reason=item["withdrawn"])
    publish_reviews(access=facilitator, reviews=Review.objects.visible_to(facilitator))


def _said(item: dict[str, Any], draft: Draft) -> Comment:
    """The input that was made of an item, on the revision that was asked about last."""
    rows = Comment.objects.select_related(
        "seat", "filed_by", "round", "consultation", "paragraph__draft", "wording"
    ).filter(
        filed_by__code=item["by"],
        paragraph__draft=draft,
        wording__label="" if item["on"] == "title" else item["on"],
        seat__code=item.get("for", item["by"]),
        number__isnull=False,
    )
    return rows.order_by("-pk")[0]


def _acknowledge(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """What some delegations say to the facilitators' answer: satisfied, or not."""
    for item in inputs:
        if "stance" not in item:
            continue
        stance, note = item["stance"]
        given = Review.objects.select_related(
            "comment__round", "comment__filed_by", "comment__paragraph__draft"
        ).get(comment=_said(item, draft))
        access = _as(_focal_point_of(item["by"]), moment)
        acknowledge(access=access, review=given, stance=stance, note=note)


def _supersede(inputs: list[dict[str, Any]], draft: Draft, moment: datetime) -> None:
    """Second thoughts, under the same number."""
    for item in inputs:
        if "superseded" not in item:
            continue
        old = _said(item, draft)
        later = _words(item | item["superseded"], old.wording.text)
        access = _as(_focal_point_of(item["by"]), moment)
        supersede_comment(access=access, comment=old, **later)


def _circulate_rev1(draft: Draft, moment: datetime, deadline: datetime) -> None:
    facilitator = _as("facilitator.pt@demo.example", moment)
    changes = _read("rev1.json")
    rows = {row.label: row for row in Paragraph.objects.filter(draft=draft).select_related("draft")}
    for label, pairs in changes["edit"].items():
        row = rows[label]
        text = row.text
        for old, new in pairs:
            text = _changed(text, old, new)
        edit_paragraph(
            access=facilitator,
            paragraph=row,
            version=row.version,
            text=text,
            kind=row.kind,
            label=row.label,
            opening=row.opening,
        )
    for label, text in changes["add_after"].items():
        add_paragraph(
            access=facilitator,
            draft=draft,
            kind="operative",
            text=text,
            after=rows[label],
            opening=text.split()[0],
        )
    for label in changes["strike"]:
        strike_paragraph(access=facilitator, paragraph=rows[label])
    round = set_round(
        access=facilitator,
        name="Second round",
        opens_at=moment + timedelta(minutes=10),
        deadline=deadline,
        visibility=Visibility.AT_ONCE,
    )
    circulate_revision(
        access=facilitator,
        draft=draft,
        stage="Rev.1",
        note="Takes up the inputs on the first draft; paragraph 31 is struck.",
        round=round,
    )


def _draft_at_home(draft: Draft, moment: datetime) -> None:
    """Drafts that only Portugal sees, in every state on the way to its focal point."""
    wordings = _latest(draft)
    for minutes, item in enumerate(_read("at-home.json")):
        begun = moment + timedelta(minutes=5 * minutes)
        wording = wordings[item["on"]]
        access = _as(_address(item["by"]), begun)
        comment = draft_comment(access=access, wording=wording, **_words(item, wording.text))
        later = begun + timedelta(hours=1)
        if "note" in item:
            who, text = item["note"]
            write_note(access=_as(_address(who), later), comment=comment, text=text)
        if "returned" in item:
            who, reason = item["returned"]
            return_comment(access=_as(_address(who), later), comment=comment, reason=reason)
        if "cleared" in item:
            clear_comment(access=_as(_address(item["cleared"]), later), comment=comment)


def _draft_in_room(draft: Draft, moment: datetime, now: datetime) -> None:
    """What the African Group drafts together: under silence, objected to, and just begun."""
    wordings = _latest(draft)
    for item in _read("group-room.json"):
        wording, access = wordings[item["on"]], _as(_address(item["by"]), moment)
        room = next(seat for seat in access.room_seats if seat.code == item["group"])
        comment = draft_comment(
            access=access, wording=wording, seat=room, in_room=True, **_words(item, wording.text)
        )
        later = moment + timedelta(hours=1)
        if "silence_days" in item:
            until = _at_five(now + timedelta(days=item["silence_days"]))
            set_silence(access=_as(_address("caboverde"), later), comment=comment, until=until)
        if "objected" in item:
            who, reason = item["objected"]
            object_to(
                access=_as(_address(who), later + timedelta(hours=1)),
                comment=comment,
                reason=reason,
            )
        if "apart" in item:
            opt_out(access=_as(_address(item["apart"]), later), comment=comment)


def _receive(draft: Draft, moment: datetime) -> None:
    """What came by letter, entered by the secretariat: it waits for a focal point."""
    wordings = _latest(draft)
    access = _as(_address("secretariat"), moment)
    for item in _read("received.json"):
        wording = wordings[item["on"]]
        enter_received(
            access=access,
            wording=wording,
            seat=access.consultation.seats.get(code=item["for"]),
            received_by=item["received_by"],
            received_on=(moment - timedelta(days=1)).date(),
            **_words(item, wording.text),
        )


def _address(who: str) -> str:
    return f"{who}@demo.example"


def _call_meetings(plan: Draft, resolution: Draft, now: datetime) -> None:
    facilitator = _as("facilitator.pt@demo.example", now)
    ten = datetime.combine(
        (now + timedelta(days=1)).astimezone(NEW_YORK).date(), time(10), tzinfo=NEW_YORK
    )
    set_meeting(
        access=facilitator,
        title="Second informal consultation",
        starts_at=ten,
        place="Conference Room 3",
        digest_lead=timedelta(hours=48),
    )
    set_meeting(
        access=facilitator,
        title="Third informal consultation",
        starts_at=ten + timedelta(days=7),
        place="Conference Room 3",
    )
