"""Bridging words: the facilitators write, ask, close and take them; a delegation answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from comments.bridging.acts import (
    BridgingAnswerContent,
    answer_bridging,
    ask_on_bridging,
    draft_bridging,
)
from comments.models import AskedSeat, BridgingProposal
from consultations.models import Seat
from consultations.rules.phases import GRACE
from drafts.models import Wording
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of, wording
from tests.journeys.shown import Shown

PLACE = "14"
ASKED = ("PRT", "CHN", "MEX", "EGY")


def bridge_words() -> str:
    """Between what stands and what China asks for."""
    return wording(PLACE).text.replace("sex and age", "sex and age, as far as national law allows")


def draft_on_demo() -> BridgingProposal:
    """Bridging words of which nobody was asked."""
    found = BridgingProposal.objects.with_texts().filter(asked_at=None, discarded_at=None).first()
    if found is not None:
        return found
    rows = Wording.objects.select_related("revision__draft", "paragraph__draft")
    place = rows.get(pk=wording(PLACE).pk)
    return draft_bridging(access=access_of(FACILITATOR), wording=place, text=bridge_words())


def asked_on_demo(seen_by: str = "asked") -> BridgingProposal:
    """A question on them to four delegations, of which China and Mexico answered."""
    rows = BridgingProposal.objects.with_texts().filter(asked_at__isnull=False)
    found = rows.filter(answers_seen_by=seen_by, closed_at=None).first()
    if found is not None:
        return found
    row, leader = draft_on_demo(), access_of(FACILITATOR)
    seats = Seat.objects.filter(consultation=leader.consultation, code__in=ASKED)
    asked = ask_on_bridging(
        access=leader,
        proposal=row,
        version=row.version,
        seats=list(seats.select_related("delegation")),
        deadline=leader.moment + timedelta(days=2),
        answers_seen_by=seen_by,
    )
    words = bridge_words().replace("as far as", "where")
    _answer(
        asked,
        "china",
        BridgingAnswerContent(stance="yes_with", words=words, reason="It is shorter."),
    )
    _answer(
        asked, "mexico", BridgingAnswerContent(stance="no", reason="Figures must be comparable.")
    )
    return asked


def _answer(asked: BridgingProposal, who: str, reply: BridgingAnswerContent) -> None:
    access = access_of(who)
    there = AskedSeat.objects.select_related("proposal").get(proposal=asked, seat=access.seat)
    answer_bridging(access=access, asked_seat=there, content=reply)


def end_deadline(asked: BridgingProposal) -> None:
    """The deadline and its grace are over."""
    moment = access_of(FACILITATOR).moment
    rows = BridgingProposal.objects.filter(pk=asked.pk)
    rows.update(asked_at=moment - timedelta(hours=1), deadline=moment - 2 * GRACE)


def _drafted() -> dict[str, Any]:
    return {"proposal": draft_on_demo().public_id}


def _asked(seen_by: str = "asked") -> dict[str, Any]:
    return {"proposal": asked_on_demo(seen_by).public_id}


def _over() -> dict[str, Any]:
    asked = asked_on_demo("all")
    end_deadline(asked)
    return {"proposal": asked.public_id}


def _with(rows: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Its rows are made; the page names none of them."""
    return lambda: rows() and {}


def _paragraph() -> dict[str, Any]:
    return {"paragraph": wording(PLACE).paragraph.public_id}


def _show(page: Page) -> None:
    page.locator("main [name=text]").fill(bridge_words())


def _send_empty(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .button--strong").click()


BRIDGING = (
    Shown("bridging_list", FOCAL_POINT, note="none"),
    Shown("write_bridging", FACILITATOR, _paragraph, act=_show),
    Shown("edit_bridging", FACILITATOR, _drafted),
    Shown("discard_bridging", FACILITATOR, _drafted),
    Shown("ask_on_bridging", FACILITATOR, _drafted),
    Shown("ask_on_bridging", FACILITATOR, _drafted, note="empty", act=_send_empty, status=422),
    Shown("incorporate_bridging", FACILITATOR, _drafted),
    Shown("bridging_proposal", FACILITATOR, _drafted, note="draft"),
    Shown("bridging_proposal", FACILITATOR, _asked, note="asked"),
    Shown("bridging_proposal", FOCAL_POINT, _asked, note="asked"),
    Shown("bridging_proposal", FOCAL_POINT, _asked, note="refused", act=_send_empty, status=422),
    Shown("close_bridging", FACILITATOR, _over),
    Shown("bridging_list", FACILITATOR, _with(_asked)),
    Shown("bridging_list", FOCAL_POINT, _with(_asked)),
)
NO_PAGES_OF_BRIDGING = {
    "answer_bridging": "takes a form and leads back",
    "bridging_file": "a file",
}
