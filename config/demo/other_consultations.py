"""Two more consultations of the demonstration, which its delegations find beside the first.

One ended with the adoption of its text half a year ago; one has just begun. Other people lead
them, so that nobody on the sign-in page acts in two functions. Their words stand in
`other-consultations.json`.
"""

from datetime import datetime, timedelta
from typing import Any

from comments.answers.acts import align, publish_reviews, review
from comments.circulating.acts import adopt_and_announce, circulate_and_announce
from comments.drafting.acts import draft_comment
from comments.models import CommentKind, Review
from config.demo.ground import (
    DATA_FOLDER,
    access_of_person,
    five_pm_on_day_of,
    read_data,
    working_day,
    working_days_before,
)
from config.demo.inputs import content_of, focal_point_email, latest_wording_by_label, submit_inputs
from config.demo.texts import reword, with_italic_openings
from consultations.founding.acts import create_consultation
from consultations.models import FacilitationRole, Mail, Visibility
from consultations.people.functions import give_function
from consultations.rules.access import Access
from consultations.rules.access_factory import make_actor
from consultations.seats.acts import seat_delegation
from consultations.timetable.acts import create_meeting
from delegations.acts import add_user
from delegations.models import Delegation, User
from drafts.desk.acts import start_draft
from drafts.importing.acts import import_first
from drafts.models import Draft, Numbering, Paragraph
from drafts.parsing.sandbox import read_draft

ADOPTED_SLUG, BEGUN_SLUG = "births", "recruitment"


def seed_other_consultations(now: datetime) -> None:
    """Make both; what they would have mailed is not sent today."""
    _seed_adopted(working_days_before(now - timedelta(days=180), 1))
    _seed_begun(now)
    mails = Mail.objects.waiting().filter(consultation__slug__in=(ADOPTED_SLUG, BEGUN_SLUG))
    mails.update(dropped_at=now)


def _seed_adopted(adopted_at: datetime) -> None:
    data = read_data("other-consultations.json")[ADOPTED_SLUG]
    circulated_at = working_days_before(adopted_at, 40)
    draft = _found_and_circulate(ADOPTED_SLUG, data, circulated_at)
    inputs = data["inputs"]
    comments = submit_inputs(inputs, draft, circulated_at + timedelta(days=3))
    answered_at = working_days_before(adopted_at, 20)
    access = _facilitator(ADOPTED_SLUG, data, answered_at)
    for input_data, comment in zip(inputs, comments, strict=True):
        for code in input_data.get("align", []):
            supporter = access_of_person(focal_point_email(code), answered_at, ADOPTED_SLUG)
            align(access=supporter, comment=comment)
        disposition, observation = input_data["review"]
        review(access=access, comment=comment, disposition=disposition, observation=observation)
    publish_reviews(access=access, reviews=Review.objects.visible_to(access))
    paragraphs = Paragraph.objects.in_force().filter(draft=draft).select_related("draft")
    paragraph_by_label = {paragraph.label: paragraph for paragraph in paragraphs}
    for label, old_and_new_words in data["edit"].items():
        reword(access, paragraph_by_label[label], old_and_new_words)
    circulate_and_announce(access=access, draft=draft, stage="Rev.1")
    adopt_and_announce(access=_facilitator(ADOPTED_SLUG, data, adopted_at), draft=draft)


def _seed_begun(now: datetime) -> None:
    """Its first draft was circulated two working days ago."""
    data = read_data("other-consultations.json")[BEGUN_SLUG]
    draft = _found_and_circulate(BEGUN_SLUG, data, working_days_before(now, 2))
    submit_inputs(data["inputs"], draft, now - timedelta(hours=30))
    wording = latest_wording_by_label(draft)["6"]
    draft_comment(
        access=access_of_person(
            "portugal.capital@demo.example", now - timedelta(hours=8), BEGUN_SLUG
        ),
        wording=wording,
        content=content_of(
            {
                "kind": CommentKind.REPLACE,
                "change": [["within thirty days", "within twenty days"]],
                "rationale": "Our own inspection answers within twenty.",
            },
            wording.text,
        ),
    )
    create_meeting(
        access=_facilitator(BEGUN_SLUG, data, now - timedelta(days=1)),
        title="Organizational meeting",
        starts_at=five_pm_on_day_of(working_day(now + timedelta(days=12))) - timedelta(hours=2),
        place="Conference Room 5",
    )


def _found_and_circulate(slug: str, data: dict[str, Any], circulated_at: datetime) -> Draft:
    """Found a consultation with its seats and its chair, and circulate its first draft."""
    founded_at = working_days_before(circulated_at, 2)
    email, name = data["secretariat"]
    secretary = User.objects.create_user(email, name=name, is_staff=True)
    create_consultation(
        user=secretary,
        slug=slug,
        title=data["title"],
        short_title=data["short_title"],
        mandate=data["mandate"],
        handling="For participants only",
        is_invented=True,
        moment=founded_at,
    )
    access = access_of_person(email, founded_at, slug)
    delegation_by_code = {
        delegation.code: delegation
        for delegation in Delegation.objects.filter(code__in=data["seats"])
    }
    for code in data["seats"]:
        seat_delegation(access=access, delegation=delegation_by_code[code])
    email, name, code = data["facilitator"]
    chair = add_user(
        actor=make_actor(secretary, access.capacity.key, moment=founded_at), email=email, name=name
    )
    give_function(
        access=access,
        user=chair,
        role=FacilitationRole.CO_FACILITATOR,
        delegation=delegation_by_code[code],
    )
    access = _facilitator(slug, data, circulated_at)
    draft = start_draft(
        access=access,
        slug="text",
        title=data["title"],
        symbol=data["symbol"],
        numbering=Numbering.RUNNING,
        place=1,
    )
    file_name = f"{slug}-first-draft.txt"
    read_text = read_draft(file_name, (DATA_FOLDER / file_name).read_bytes())
    import_first(access=access, draft=draft, read_text=with_italic_openings(read_text))
    circulate_and_announce(
        access=access,
        draft=draft,
        stage="First draft",
        new_round_terms={
            "name": "First round",
            "opens_at": circulated_at + timedelta(minutes=10),
            "deadline": five_pm_on_day_of(circulated_at + timedelta(days=21)),
            "visibility": Visibility.AT_ONCE,
        },
    )
    return draft


def _facilitator(slug: str, data: dict[str, Any], moment: datetime) -> Access:
    return access_of_person(data["facilitator"][0], moment, slug)
