"""The drafting desk: the text, one paragraph open, its pieces, its steps, two people at once."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from drafts.desk.acts import edit_paragraph, strike_paragraph
from drafts.models import Bracket, Draft, Paragraph
from tests.journeys.demo_pages import FACILITATOR, SECRETARIAT, access_of, wording
from tests.journeys.hands import press_and_load
from tests.journeys.shown import Shown

OTHER = "facilitator.cv"


def on_plan(**more: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"draft": "plan", **more}


def on_desk(label: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"draft": "plan", "paragraph": wording(label).paragraph.public_id}


def _after_steps() -> dict[str, Any]:
    """A desk on which something was reworded and something struck."""
    say("13", lambda text: f"{text.removesuffix(';')} [as appropriate];")
    _strike("20")
    return {"draft": "plan"}


def _with_a_struck_one() -> dict[str, Any]:
    """A paragraph whose words may have been brought in by hand."""
    _strike("21")
    return on_desk("12")()


def _with_brackets() -> dict[str, Any]:
    """Brackets in one another, and one sign without a partner."""
    signs = "[as appropriate [and / or] in time] and so on ["
    say("14", lambda text: text if "[" in text else f"{text.removesuffix(';')} {signs};")
    return on_desk("14")()


def _with_a_bracket() -> dict[str, Any]:
    on = _with_brackets()
    rows = Bracket.objects.filter(paragraph=paragraph("14"), is_open=True)
    return {**on, "bracket": rows.order_by("start")[0].public_id}


def _strike(label: str) -> None:
    """Where a page is shown twice it is struck already."""
    for row in Draft.objects.get(slug="plan").paragraphs.in_force().filter(label=label):
        strike_paragraph(access=access_of(FACILITATOR), paragraph=row)


def say(label: str, change: Callable[[str], str], who: str = FACILITATOR) -> None:
    """Somebody rewords a paragraph of the plan on the desk."""
    row = paragraph(label)
    edit_paragraph(
        access=access_of(who),
        paragraph=row,
        version=row.version,
        text=change(row.text),
        kind=row.kind,
        label=row.label,
        opening=row.opening,
    )


def paragraph(label: str) -> Paragraph:
    """As it lies on the desk of the plan now."""
    plan = Draft.objects.get(slug="plan")
    return plan.paragraphs.in_force().select_related("draft", "parent").get(label=label)


def _cut(page: Page) -> None:
    field = page.locator("textarea[name=text]")
    field.fill(field.input_value().replace(", ", ",\n---\n", 1))
    press_and_load(page.locator("main form .button--strong").first)


def _join(page: Page) -> None:
    page.locator('input[name="others"]').first.check()
    press_and_load(page.locator("main form .button--strong").first)


def _saved_by_another(page: Page) -> None:
    """While a paragraph is open somebody else saves it; then it is saved here too."""
    say("15", lambda text: f"Urgently, {text[0].lower()}{text[1:]}", who=OTHER)
    field = page.locator("textarea[name=text]")
    field.fill(f"Soon, {field.input_value()}")
    page.locator("main form .button--strong").first.click()
    page.locator("#together").wait_for()


DRAFTING = (
    Shown("desk", FACILITATOR, on_plan()),
    Shown("desk", SECRETARIAT, on_plan()),
    Shown("desk", FACILITATOR, _after_steps, lambda: {"changes": ""}, note="changes"),
    Shown("add_paragraph", FACILITATOR, on_plan(), lambda: {"after": "last"}),
    Shown("edit_paragraph", FACILITATOR, on_desk("12")),
    Shown("edit_paragraph", FACILITATOR, on_desk("15"), note="together", act=_saved_by_another),
    Shown("paragraph_history", FACILITATOR, on_desk("12")),
    Shown("move_paragraph", FACILITATOR, on_desk("12")),
    Shown("paragraph_state", FACILITATOR, lambda: on_desk("12")() | {"state": "agreed"}),
    Shown("paragraph_brackets", FACILITATOR, _with_brackets),
    Shown("paragraph_brackets", SECRETARIAT, _with_brackets),
    Shown("bracket", FACILITATOR, _with_a_bracket),
    Shown("bracket_ledger", FACILITATOR, lambda: _with_brackets() and {"draft": "plan"}),
    Shown("circulated_ledger", FACILITATOR, on_plan(number=2)),
    Shown("split_paragraph", FACILITATOR, on_desk("12")),
    Shown("split_paragraph", FACILITATOR, on_desk("12"), note="pieces", act=_cut),
    Shown("merge_paragraphs", FACILITATOR, on_desk("12")),
    Shown("merge_paragraphs", FACILITATOR, on_desk("12"), note="joined", act=_join),
    Shown("merged_paragraphs", FACILITATOR, _with_a_struck_one),
    Shown("desk_steps", FACILITATOR, on_plan()),
    Shown("desk_steps", SECRETARIAT, on_plan()),
)
