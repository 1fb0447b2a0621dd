"""Two states of a text against each other: a text of its own, with a change of every kind in it."""

from typing import Any

from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    start_draft,
    strike_paragraph,
)
from drafts.models import Draft, Paragraph, ParagraphKind
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.shown import Shown

ANNEX = "annex"
PARAGRAPHS = (
    (ParagraphKind.TITLE, "Annex on routes and recruitment"),
    (ParagraphKind.HEADING, "Watching over routes"),
    (
        ParagraphKind.OPERATIVE,
        "Calls upon States to share what they know of routes by land and by sea;",
    ),
    (ParagraphKind.OPERATIVE, "Invites regional bodies to do likewise;"),
    (
        ParagraphKind.OPERATIVE,
        "Invites carriers to train their crews, and to report what they see;",
    ),
    (
        ParagraphKind.OPERATIVE,
        "Requests the Secretary-General to keep a list of points of contact;",
    ),
    (ParagraphKind.OPERATIVE, "Encourages neighbours to patrol together;"),
    (ParagraphKind.OPERATIVE, "Also encourages them to exchange officers;"),
    (ParagraphKind.HEADING, "Watching over recruitment"),
    (ParagraphKind.OPERATIVE, "Urges States to license agencies that recruit for work abroad;"),
    (ParagraphKind.OPERATIVE, "Recommends that no fee be taken from workers;"),
    (
        ParagraphKind.OPERATIVE,
        "Asks that contracts be written in a language that the worker reads;",
    ),
    (ParagraphKind.OPERATIVE, "Decides to come back to this annex after three years."),
)


def add_annex() -> Draft:
    """A text circulated twice. Between the two: reworded, split, merged, moved, dropped, new."""
    access = access_of(FACILITATOR)
    draft = start_draft(access=access, slug=ANNEX, title=PARAGRAPHS[0][1], place=9)
    after: Paragraph | None = None
    for kind, text in PARAGRAPHS:
        after = add_paragraph(access=access, draft=draft, kind=kind, text=text, after=after)
    circulate_revision(access=access, draft=draft, stage="First draft")
    rows = list(draft.paragraphs.select_related("draft", "parent").order_by("place"))
    split_paragraph(
        access=access,
        paragraph=rows[4],
        texts=["Invites carriers to train their crews;", "Asks crews to report what they see;"],
    )
    merge_paragraphs(
        access=access,
        paragraphs=rows[6:8],
        text="Encourages neighbours to patrol together, and to exchange officers;",
    )
    _reword(rows[9], "license and inspect agencies", "license agencies")
    move_paragraph(access=access, paragraph=rows[11], after=rows[9])
    strike_paragraph(access=access, paragraph=rows[5])
    add_paragraph(
        access=access,
        draft=draft,
        kind=ParagraphKind.OPERATIVE,
        text="Calls for a register of recruiters that have lost their licence;",
        after=rows[10],
    )
    circulate_revision(access=access, draft=draft, stage="Rev.1")
    _reword(rows[12], "two years", "three years")
    return draft


def _reword(row: Paragraph, new: str, old: str) -> None:
    stored = Paragraph.objects.select_related("draft").get(pk=row.pk)
    edit_paragraph(
        access=access_of(FACILITATOR),
        paragraph=stored,
        version=stored.version,
        text=stored.text.replace(old, new),
        kind=stored.kind,
        label=stored.label,
    )


def _annex() -> dict[str, Any]:
    return {"draft": ANNEX}


COMPARED = (
    Shown("compare", FOCAL_POINT, _annex),
    Shown("compare", FACILITATOR, _annex, lambda: {"from": 1, "to": "desk"}, note="working-text"),
    Shown("compare", FOCAL_POINT, _annex, lambda: {"paragraph": "3"}, note="one-paragraph"),
    Shown("compare", FOCAL_POINT, _annex, lambda: {"paragraph": "77"}, note="none", status=422),
    Shown("compare", FOCAL_POINT, lambda: {"draft": "resolution"}, note="nothing-yet"),
)
