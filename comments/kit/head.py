"""What stands around the rows of a kit and in its empty cells: title, facts, how to fill it in."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext, gettext_noop, override

from comments.kit.file_rows import heading_by_field
from comments.kit.queries import KitContents
from comments.papers.cells import CellLine, Head
from consultations.time.wall_clock import moment_in_words
from drafts.circulating.seal import checksum_in_groups
from drafts.printing.conventions import KEPT

# What an empty cell shows until somebody writes there.
CHOOSE: Final = gettext_noop("Choose")
WRITE: Final = gettext_noop("Write here")
PLACEHOLDERS: Final = {
    "kind": CHOOSE,
    "type": CHOOSE,
    "proposed": WRITE,
    "rationale": WRITE,
    "consent": CHOOSE,
}


def head_of(kit: KitContents, how_to: Callable[[], str]) -> Head:
    """The head of a kit in its language; `how_to` gives the instructions for this file format."""
    with override(kit.language):
        return Head(
            title=gettext("For the capital: %(title)s, %(stage)s")
            % {"title": kit.text_title, "stage": kit.stage},
            handling=kit.handling,
            labelled_values=tuple(_labelled_values(kit)),
            columns=tuple(heading_by_field()[field] for field in kit.field_names),
            legend=CellLine(((KEPT, how_to()),), kit.language),
            disclaimer=gettext(
                "Filling this in sends nothing. Your mission uploads the file, checks a "
                "preview row by row, and clears and submits the inputs."
            ),
            # The paper fills in the numbers: "Page {page} of {pages}".
            page_number_template=gettext("Page %(page)s of %(pages)s")
            % {"page": "{page}", "pages": "{pages}"},
            empty_message="",  # a kit has a row for each paragraph
            rows_sheet=gettext("For the capital"),
            about_sheet=gettext("How to fill in"),
        )


def _labelled_values(kit: KitContents) -> list[tuple[str, str]]:
    """The facts under the title of the kit, each as label and value."""
    labelled_values = [
        (gettext("Consultation"), kit.consultation_title),
        (gettext("Delegation"), kit.delegation_name),
    ]
    if kit.deadline:
        labelled_values.append(
            (gettext("Comments close"), moment_in_words(kit.deadline, kit.zone, now=kit.cut_off))
        )
    if kit.consents:
        how_to_choose = gettext("choose for each input; an empty cell changes nothing")
        labelled_values.append((gettext("What your delegation allows"), how_to_choose))
    checksum = gettext("Checksum of %(stage)s") % {"stage": kit.stage}
    return [*labelled_values, (checksum, checksum_in_groups(kit.checksum))]


def how_to_in_excel() -> str:
    """How the workbook is filled in; the full stop is added where it is written."""
    return gettext(
        "Choose a kind and a type from the lists. Write the proposed wording and the "
        "reason in the shaded cells next to the paragraph. If you change the text of the "
        "draft, it is read as your proposed wording"
    )


def how_to_in_word() -> str:
    """How the document is filled in; the full stop is added where it is written."""
    return gettext(
        "Choose a kind and a type. Write the proposed wording and the reason next to "
        "the paragraph. You may also change the text of the draft itself. Tracked "
        "changes are read as your proposed wording, and margin comments as reasons"
    )
