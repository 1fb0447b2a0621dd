"""The texts of the demonstration: the first drafts, and the Rev.1 that follows one of them.

They are dated some days back, and so are their mails, which `seed` drops unsent.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.demo.ground import (
    DATA_FOLDER,
    access_of_person,
    five_pm_on_day_of,
    read_data,
    replace_once,
)
from consultations.models import Visibility
from consultations.rules.access import Access
from consultations.timetable.acts import create_round
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
from drafts.importing.acts import import_first
from drafts.models import Draft, Numbering, Paragraph
from drafts.parsing.file_text import ReadText
from drafts.parsing.sandbox import read_draft


def circulate_first_drafts(moment: datetime) -> tuple[Draft, Draft]:
    """Circulate the plan of action and its resolution, with the first round of inputs."""
    facilitator = access_of_person("facilitator.pt@demo.example", moment)
    round = create_round(
        access=facilitator,
        name="First round",
        opens_at=moment + timedelta(minutes=10),
        deadline=five_pm_on_day_of(moment + timedelta(days=7)),
        visibility=Visibility.AT_ONCE,
    )
    drafts = []
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
        file_name = f"{slug}-first-draft.txt"
        read_text = with_italic_openings(
            read_draft(file_name, (DATA_FOLDER / file_name).read_bytes())
        )
        import_first(access=facilitator, draft=draft, read_text=read_text)
        circulate_revision(access=facilitator, draft=draft, stage="First draft", round=round)
        drafts.append(draft)
    return drafts[0], drafts[1]


def with_italic_openings(read_text: ReadText) -> ReadText:
    """The text with the first word of each operative paragraph as its opening, set in italics."""
    return replace(
        read_text,
        paragraphs=tuple(
            replace(paragraph, opening=paragraph.text.split()[0])
            if paragraph.kind == "operative" and paragraph.level == 0
            else paragraph
            for paragraph in read_text.paragraphs
        ),
    )


def circulate_rev1(draft: Draft, moment: datetime, deadline: datetime) -> None:
    """Change the text as `rev1.json` says, and circulate it with the second round of inputs."""
    facilitator = access_of_person("facilitator.pt@demo.example", moment)
    change_text(facilitator, draft, read_data("rev1.json"))
    round = create_round(
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
        note="Takes up the inputs on the first draft. Paragraph 31 is struck, 36 is split, 41 is "
        "merged into 39, and 20 follows 17.",
        round=round,
    )


def change_text(access: Access, draft: Draft, changes: dict[str, Any]) -> None:
    """Change the working text as a file lists it, by the labels of its paragraphs.

    An edit is a list of pairs, the old words and the new ones. A merger has the labels of the
    paragraphs merged, and the text of them all.
    """
    paragraphs = Paragraph.objects.in_force().filter(draft=draft).select_related("draft")
    paragraph_by_label = {paragraph.label: paragraph for paragraph in paragraphs}
    for label, old_and_new_words in changes["edit"].items():
        reword(access, paragraph_by_label[label], old_and_new_words)
    for label, text in changes["add_after"].items():
        add_paragraph(
            access=access,
            draft=draft,
            kind="operative",
            text=text,
            after=paragraph_by_label[label],
            opening=text.split()[0],
        )
    for label in changes.get("strike", []):
        strike_paragraph(access=access, paragraph=paragraph_by_label[label])
    for label, texts in changes["split"].items():
        split_paragraph(access=access, paragraph=paragraph_by_label[label], texts=texts)
    for label, (merged_labels, text) in changes["merge"].items():
        paragraphs_to_merge = [paragraph_by_label[name] for name in (label, *merged_labels)]
        merge_paragraphs(access=access, paragraphs=paragraphs_to_merge, text=text)
    for label, preceding_label in changes["move"].items():
        move_paragraph(
            access=access,
            paragraph=paragraph_by_label[label],
            after=paragraph_by_label[preceding_label],
        )


def reword(access: Access, paragraph: Paragraph, old_and_new_words: list[list[str]]) -> None:
    """Replace words of a paragraph by others, in pairs of old and new ones."""
    text = paragraph.text
    for old, new in old_and_new_words:
        text = replace_once(text, old, new)
    edit_paragraph(
        access=access,
        paragraph=paragraph,
        version=paragraph.version,
        text=text,
        kind=paragraph.kind,
        label=paragraph.label,
        opening=paragraph.opening,
    )
