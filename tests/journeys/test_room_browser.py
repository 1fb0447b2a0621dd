"""A day of negotiation with five browsers: screen, brackets, agreed paragraphs, silence."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document
from playwright.sync_api import Locator, Page, expect

from comments.models import Silence, SilenceBreak
from config.demo.ground import SLUG
from consultations.models import Facilitation, Meeting, Seat, WorkingRoom
from consultations.rooms.acts import begin_room
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from consultations.timetable.acts import create_meeting
from drafts.models import Bracket, BracketLift, Paragraph, Revision, StateAct
from drafts.rooms.acts import assign_parts
from tests.journeys.conftest import PHONE, SOON, Window
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.hands import press_and_load, press_twice, unfold

pytestmark = [pytest.mark.browser, pytest.mark.night]

HERE = f"/consultations/{SLUG}"
OTHER_CHAIR, OTHER_DELEGATE, ELSEWHERE = "facilitator.cv", "china", "mexico"
OFF_LINE = 10_000
GROUP = "Working group on monitoring"
WHY = "Paragraph 16 goes beyond our mandate."


def _meetings() -> tuple[Meeting, Meeting]:
    """That of the plenary, and that of a working room with its part of the text."""
    access = access_of(FACILITATOR)
    first = Meeting.objects.filter(consultation=access.consultation)[0]
    beside = create_meeting(
        access=access, title=GROUP, starts_at=timezone.now(), room=_room_with_a_part(access)
    )
    return first, beside


def _room_with_a_part(access: Access) -> WorkingRoom:
    """Cabo Verde chairs, Mexico and China sit in it, and paragraph 20 is theirs."""
    chair = access_of(OTHER_CHAIR)
    function = Facilitation.objects.get(user=chair.user, role="co_facilitator", ended_at=None)
    seats = Seat.objects.filter(consultation=access.consultation, delegation__iso2__in=["MX", "CN"])
    room = begin_room(
        access=access, name=GROUP, chairs=[function], members=list(seats), is_for_all=False
    )
    row = _on_desk("20")
    assign_parts(access=access, room=room, draft=row.draft, paragraphs=[row])
    return room


def _on_desk(label: str) -> Paragraph:
    rows = Paragraph.objects.in_force().select_related("draft")
    return rows.get(draft__slug="plan", label=label)


def _screen_of(meeting: Meeting) -> str:
    return f"{HERE}/meetings/{meeting.public_id}/screen/"


def _show(page: Page, meeting: Meeting, label: str) -> None:
    page.goto(_screen_of(meeting))
    page.get_by_label("Go to paragraph").select_option(label=label)
    press_and_load(page.get_by_role("button", name="Show on the screen"))
    expect(page.locator(".screen__name")).to_have_text(f"Paragraph {label}")


def _put_bracket(page: Page, label: str, words: str, who: str) -> None:
    page.goto(f"{HERE}/drafts/plan/desk/{_on_desk(label).public_id}/brackets/")
    page.locator("main form [name=words]").fill(words)
    page.get_by_label(who, exact=True).check()
    page.locator("main form [name=meeting]").select_option(index=1)
    press_and_load(page.get_by_role("button", name="Put brackets"))
    expect(page.locator("main")).to_contain_text(who)


def _brackets(count: int) -> re.Pattern[str]:
    """A text in which so many brackets open."""
    return re.compile(rf"^[^\[]*(\[[^\[]*){{{count}}}$")


def _first_words(label: str, count: int = 3) -> str:
    return " ".join(_on_desk(label).text.split()[:count])


def _last_word(label: str) -> str:
    words: list[str] = re.findall(r"\w+", _on_desk(label).text)
    return words[-1]


def test_from_the_screen_to_the_record_of_the_silence(window: Window) -> None:
    meeting, beside = _meetings()
    chair, delegate, other = window(FACILITATOR), window(FOCAL_POINT), window(OTHER_DELEGATE)
    elsewhere = window(ELSEWHERE, size=PHONE)
    projector = chair.context.new_page()

    # Two rooms at the same time, each with its screen and its minutes.
    beside_chair = window(OTHER_CHAIR)
    _begin_minutes(beside_chair, beside)
    _show(beside_chair, beside, "20")
    _show(chair, meeting, "14")
    projector.goto(f"{_screen_of(meeting)}?projector")
    for page in (delegate, other):
        page.goto(_screen_of(meeting))
        expect(page.locator(".screen__name")).to_have_text("Paragraph 14")
    elsewhere.goto(_screen_of(beside))
    expect(elsewhere.locator(".screen__name")).to_have_text("Paragraph 20")

    # What a room has, its chair alone changes; the plenary agrees after the room.
    chair.goto(f"{HERE}/drafts/plan/desk/{_on_desk('20').public_id}/")
    chair.get_by_label("Text", exact=True).fill("Words of the plenary.")
    chair.get_by_role("button", name="Save", exact=True).click()
    expect(chair.locator("main")).to_contain_text(f"Paragraph 20 is with {GROUP}")
    expect(chair.get_by_label("Text", exact=True)).to_have_value("Words of the plenary.")
    for page, key, state in ((beside_chair, "m", "room"), (chair, "l", "plenary")):
        page.goto(_screen_of(beside))
        press_twice(page, key)
        for seen in (beside_chair, elsewhere):
            expect(seen.locator(f".screen .state--{state}")).to_be_visible(timeout=SOON)
    chair.goto(_screen_of(meeting))
    _begin_minutes(chair, meeting)

    # Brackets for two delegations; one is lifted while a delegate is off line.
    _put_bracket(chair, "14", _first_words("14"), "Portugal")
    _put_bracket(chair, "14", _last_word("14"), "China")
    for page in (projector, delegate, other):
        expect(page.locator(".screen__now")).to_have_text(_brackets(2), timeout=SOON)
    other.context.set_offline(True)
    mine = Bracket.objects.filter(paragraph=_on_desk("14")).order_by("start").first()
    assert mine is not None
    chair.goto(f"{HERE}/drafts/plan/desk/{_on_desk('14').public_id}/brackets/{mine.public_id}/")
    lift = chair.locator("form", has=chair.get_by_role("button", name="Lift the brackets"))
    lift.get_by_label("its words stay").check()
    press_and_load(lift.get_by_role("button", name="Lift the brackets"))
    expect(delegate.locator(".screen__now")).to_have_text(_brackets(1), timeout=SOON)
    assert BracketLift.objects.count() == 1
    expect(other.locator("[data-line-down]")).to_be_visible(timeout=SOON)
    other.wait_for_timeout(OFF_LINE)
    assert other.locator(".screen__now").inner_text().count("[") == 2
    other.context.set_offline(False)
    expect(other.locator("[data-line-down]")).to_be_hidden(timeout=SOON)
    expect(other.locator(".screen__now")).to_have_text(
        re.compile(r"^[^\[]*\[[^\[]*$"), timeout=SOON
    )

    # Words are seen as they are typed, then saved; two paragraphs agreed, one of them reopened.
    _show(chair, meeting, "15")
    chair.locator("body").press("e")
    field = chair.get_by_label("Text", exact=True)
    field.press("End")
    field.press_sequentially(" Zebras", delay=40)
    expect(delegate.get_by_text("These words are not saved yet")).to_be_visible(timeout=SOON)
    chair.get_by_role("button", name="Save", exact=True).click()
    expect(chair.get_by_text("Saved. Delegations see it")).to_be_visible()
    expect(delegate.get_by_text("These words are not saved yet")).to_be_hidden(timeout=SOON)
    expect(delegate.locator(".screen ins", has_text="Zebras")).to_be_visible()
    for label in ("15", "16"):
        _show(chair, meeting, label)
        press_twice(chair, "a")
        for page in (chair, delegate):
            expect(page.locator(".screen .state--agreed")).to_be_visible(timeout=SOON)
    press_twice(chair, "r")
    for page in (projector, delegate, other):
        expect(page.locator(".screen .state--reopened")).to_be_visible(timeout=SOON)
    states = StateAct.objects.filter(meeting=meeting).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["agreed", "agreed", "reopened"]
    states = StateAct.objects.filter(meeting=beside).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["room", "plenary"]
    expect(elsewhere.locator(".screen__name")).to_have_text("Paragraph 20")

    _circulate(chair)
    _in_minutes(chair, beside_chair, other, meeting, beside)
    silence = _open_silence(chair)
    _in_digest(chair)
    _break_it(delegate, silence)
    _extend_and_show(chair, silence)
    _said_in_brief_and_beside_the_text(other, silence)
    _end(chair, silence)
    _on_paper(chair, silence)


def _circulate(chair: Page) -> None:
    """Nothing is joined or copied: the working text of this moment, under its name."""
    chair.goto(f"{HERE}/rooms/")
    chair.get_by_role("link", name="Circulate the assembled text").first.click()
    expect(chair.get_by_label("Stage")).to_have_value(re.compile("^Assembled text, "))
    expect(chair.get_by_label("Ask for no inputs on this revision.")).to_be_checked()
    chair.get_by_label("I have seen the").check()
    chair.get_by_role("button", name="Circulate to all delegations").click()
    expect(chair.get_by_role("heading", level=1)).to_contain_text("is circulated")
    assert _assembled().checksum


def _assembled() -> Revision:
    return Revision.objects.get(stage__startswith="Assembled text, ")


def _begin_minutes(page: Page, meeting: Meeting) -> None:
    page.goto(_minutes_of(meeting))
    page.get_by_role("button", name="Begin the minutes").click()
    expect(page.get_by_role("button", name="Add to the minutes")).to_be_visible()


def _minutes_of(meeting: Meeting) -> str:
    return f"{HERE}/meetings/{meeting.public_id}/minutes/"


def _in_minutes(chair: Page, beside_chair: Page, delegate: Page, *meetings: Meeting) -> None:
    """Each room minutes what was done there; issued, delegations read it."""
    plenary, beside = meetings
    for page, meeting in ((chair, plenary), (beside_chair, beside)):
        page.goto(_minutes_of(meeting))
        press_and_load(page.get_by_role("button", name="The meeting is over"))
        press_and_load(page.get_by_role("link", name="Issue the minutes…"))
        page.locator("main form .button--strong").click()
        expect(page.locator("main")).to_contain_text("Issued ")
    for label, words in (("14", "["), ("15", "Zebras")):
        expect(_minuted(chair, label)).to_contain_text("Words changed on the desk")
        expect(_minuted(chair, label).locator("ins", has_text=words).first).to_be_visible()
    for page in (chair, delegate):
        page.goto(_minutes_of(plenary))
        expect(_minuted(page, "15").locator(".state--agreed")).to_have_count(1)
        expect(_minuted(page, "16").locator(".state")).to_have_count(2)
        expect(_minuted(page, "20")).to_have_count(0)
    delegate.goto(_minutes_of(beside))
    for state in ("room", "plenary"):
        expect(_minuted(delegate, "20").locator(f".state--{state}")).to_have_count(1)
    expect(_minuted(delegate, "15")).to_have_count(0)


def _minuted(page: Page, label: str) -> Locator:
    return page.locator("main section", has=page.get_by_role("heading", name=label, exact=True))


def _in_digest(chair: Page) -> None:
    """What goes to each delegation before the next meeting: its brackets, and the silence."""
    access = access_of(FACILITATOR)
    soon = timezone.now() + timedelta(days=2)
    following = create_meeting(access=access, title="Second reading", starts_at=soon)
    for name, is_own in (("China", True), ("Portugal", False)):
        chair.goto(f"{HERE}/meetings/{following.public_id}/digest/")
        chair.get_by_label("Edition").select_option(label=name)
        chair.get_by_role("button", name="Show").click()
        shown = chair.locator("main")
        expect(shown).to_contain_text("under silence")
        expect(shown).to_contain_text(re.compile(r"\d+ brackets? (is|are) open\."))
        own = shown.get_by_role("listitem").filter(has_text="1 bracket is yours.")
        expect(own).to_have_count(1 if is_own else 0)


def _open_silence(chair: Page) -> Silence:
    chair.goto(f"{HERE}/silences/new/")
    chair.get_by_label("What delegations are asked").fill("The assembled text is put to you.")
    until = (timezone.now() + timedelta(days=6)).astimezone(NEW_YORK)
    chair.get_by_label("The silence ends").fill(until.strftime("%Y-%m-%dT%H:%M"))
    chair.get_by_role("button", name="Preview").click()
    press_and_load(chair.get_by_role("button", name="Open the silence"))
    silence = Silence.objects.get(revision=_assembled())
    expect(chair.get_by_role("heading", level=1)).to_contain_text("under silence")
    return silence


def _address(silence: Silence) -> str:
    return f"{HERE}/silences/{silence.public_id}/"


def _break_it(delegate: Page, silence: Silence) -> None:
    delegate.goto(_address(silence))
    delegate.locator("summary", has_text="Break silence").click()
    delegate.get_by_label("Our delegation breaks silence on").select_option(label="Paragraph 16")
    delegate.get_by_label("Our words", exact=True).fill(WHY)
    delegate.get_by_role("button", name="Break silence…").click()
    expect(delegate.get_by_role("heading", level=1)).to_have_text("Break silence?")
    assert not SilenceBreak.objects.filter(asked__silence=silence).exists()
    delegate.get_by_role("button", name="Break silence officially").click()
    expect(delegate.locator("#messages")).to_contain_text("Silence is broken")


def _extend_and_show(chair: Page, silence: Silence) -> None:
    chair.goto(_address(silence))
    expect(chair.locator("main")).to_contain_text(WHY)
    press_and_load(chair.get_by_role("link", name="Extend…"))
    later = (timezone.now() + timedelta(days=8)).astimezone(NEW_YORK)
    chair.get_by_label("The silence ends").fill(later.strftime("%Y-%m-%dT%H:%M"))
    chair.locator("main form .button--strong").click()
    expect(chair.locator("main")).to_contain_text("Extended")
    press_and_load(chair.get_by_role("link", name="Show who broke it…"))
    chair.locator("main form .button--strong").click()
    expect(chair.locator("main")).not_to_contain_text("not shown yet")


def _said_in_brief_and_beside_the_text(other: Page, silence: Silence) -> None:
    number = _assembled().number
    other.goto(f"{HERE}/plan/{number}/")
    unfold(other)
    other.get_by_role("link", name=re.compile("under silence")).first.click()
    expect(other.locator("main")).to_contain_text(WHY)
    expect(other.locator("main")).to_contain_text("Portugal")
    other.goto(f"{HERE}/brief/")
    expect(other.locator("main")).to_contain_text(re.compile("silence", re.IGNORECASE))
    expect(other.locator("main")).to_contain_text("1 bracket is yours.")


def _end(chair: Page, silence: Silence) -> None:
    """The clock passes the end: the rows say so, and nobody waits."""
    stored = Silence.objects.get(pk=silence.pk)
    gone = timedelta(days=9)
    Silence.objects.filter(pk=silence.pk).update(
        silence_from=stored.silence_from - gone, silence_until=stored.silence_until - gone
    )
    chair.goto(_address(silence))
    expect(chair.locator("main")).to_contain_text("Its outcome is not declared yet")
    chair.get_by_role("link", name="Declare the outcome…").click()
    chair.get_by_label("Silence broken").check()
    chair.get_by_role("button", name="Declare").click()
    expect(chair.locator("main")).to_contain_text("Silence broken, declared")


def _on_paper(chair: Page, silence: Silence) -> None:
    record = chair.request.get(f"{_address(silence)}file/")
    paper_text = "\n".join(line.text for line in Document(BytesIO(record.body())).paragraphs)
    assert WHY in paper_text and "Portugal" in paper_text and "Extended" in paper_text
    assert "China" in paper_text.partition("Who said nothing")[2]
    assert chair.request.get(f"{_address(silence)}file/?form=pdf").body().startswith(b"%PDF")
    number = _assembled().number
    text = chair.request.get(f"{HERE}/plan/{number}/file/docx/")
    printed = "\n".join(line.text for line in Document(BytesIO(text.body())).paragraphs)
    assert f"[{_last_word('14')}]" in printed and "Zebras" in printed
    with_annex = chair.request.get(f"{HERE}/plan/{number}/file/docx/?annex=brackets").body()
    body = Document(BytesIO(with_annex)).element.body
    controls = ["".join(one.itertext("{*}t")) for one in body.iter("{*}sdt")]
    states, annex = controls[:-1], controls[-1]
    assert [words.strip().replace("\u00a0", " ") for words in states] == [
        "agreed ad referendum",
        "reopened",
        "agreed in plenary",
    ]
    assert f"[{_last_word('14')}]" in annex
