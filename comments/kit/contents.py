"""The contents of a kit: its head, each paragraph of a revision, the delegation's drafts on it.

A kit is the Word or Excel file that a delegation downloads, fills in with its capital and uploads.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_noop, override

from comments.drafting.acts import round_for
from comments.kit.file_rows import KitFields, heading_by_field
from comments.kit.keys import CONSENT_FIELD, FIELD_NAMES, KitIssuedFor, RowKey
from comments.models import Comment
from comments.papers.cells import CellLine, Head
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.models import Consent, Round
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import moment_in_words
from drafts.circulating.seal import checksum_in_groups
from drafts.models import ParagraphKind, Revision, Wording
from drafts.printing.conventions import KEPT


@dataclass(frozen=True, slots=True)
class KitRow:
    """One row: a paragraph, and one draft on it or empty cells."""

    row_key: RowKey
    label: str
    text: str
    opening: str  # the first words of the text that are set in italics
    is_heading: bool
    fields: KitFields
    language: str  # of the fields


@dataclass(frozen=True, slots=True)
class KitContents:
    """A whole kit, before it is written to a file."""

    issued_for: KitIssuedFor
    consultation_title: str
    delegation_name: str
    text_title: str
    stage: str
    checksum: str  # of the revision, in full; printed by `checksum_in_groups`
    handling: str
    # When the round in which inputs are made now closes, or closed; None where no round asks.
    deadline: datetime | None
    language: str  # of the headings and labels
    text_language: str
    cut_off: datetime  # the moment at which the kit is made
    zone: ZoneInfo
    rows: tuple[KitRow, ...]
    # What the delegation may choose for each input, besides the rule of the round.
    consents: tuple[str, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns; a consent column only where there is something to choose."""
        return (*FIELD_NAMES, CONSENT_FIELD) if self.consents else FIELD_NAMES


def kit_of(access: Access, revision: Revision, language: str) -> KitContents:
    """The kit of the own delegation for one revision: three queries.

    Load `revision.draft` first. Raises Refused for whoever is not in a delegation.
    """
    access.require(Act.READ_TEXT, on=revision)
    access.require(Act.DRAFT_COMMENT)
    seat = access.seat
    assert seat is not None  # only delegations, which have a seat, may draft
    round = _input_round(access, revision)
    return KitContents(
        issued_for=KitIssuedFor(access.consultation.public_id, revision.public_id, seat.public_id),
        consultation_title=access.consultation.title,
        delegation_name=seat.name_for_reader,
        text_title=revision.draft.title,
        stage=revision.stage,
        checksum=revision.checksum,
        handling=access.consultation.handling,
        deadline=(round.closed_at or round.deadline) if round else None,
        language=language,
        text_language=revision.draft.language,
        cut_off=access.moment,
        zone=access.consultation.zone,
        rows=tuple(_kit_rows(access, revision)),
        consents=tuple(round.consents) if round else (),
    )


def _kit_rows(access: Access, revision: Revision) -> Iterator[KitRow]:
    """The paragraphs in order: a row for each own draft on one, or a row of empty cells."""
    drafts_by_wording_id = _drafts_by_wording_id(access, revision)
    for wording in wordings_with_paragraph_uuid(access).filter(revision=revision).order_by("place"):
        own_drafts = drafts_by_wording_id.get(wording.pk, [])
        for draft in own_drafts:
            row_key = RowKey(wording.paragraph_uuid, draft["public_id"], draft["version"])
            yield _kit_row(wording, row_key, fields_of(draft), draft["language"])
        if not own_drafts:
            row_key = RowKey(wording.paragraph_uuid)
            yield _kit_row(wording, row_key, KitFields(), revision.draft.language)


def _drafts_by_wording_id(access: Access, revision: Revision) -> dict[int, list[dict[str, Any]]]:
    """The delegation's own unsent drafts on this revision, in the order they were begun."""
    own_drafts = Comment.objects.visible_to(access).unsubmitted()
    drafts_on_revision: Any = own_drafts.filter(filed_by=access.seat, wording__revision=revision)
    drafts_by_wording_id: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("wording_id", "public_id", "version", "language", *COMMENT_COLUMNS)
    for draft in drafts_on_revision.order_by("pk").values(*columns):
        drafts_by_wording_id[draft["wording_id"]].append(draft)
    return drafts_by_wording_id


def _kit_row(wording: Any, row_key: RowKey, fields: KitFields, language: str) -> KitRow:
    """A row of the kit: a paragraph in this wording, and fields in this language."""
    return KitRow(
        row_key=row_key,
        label=wording.label,
        text=wording.text,
        opening=wording.opening,
        is_heading=wording.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING},
        fields=fields,
        language=language,
    )


# --- The fields of a stored comment --------------------------------------------------------------


# The columns of a comment that `fields_of` needs.
COMMENT_COLUMNS = ("kind", "type", "proposed", "rationale", "consent", "round__consents")


def fields_of(values: dict[str, Any]) -> KitFields:
    """The fields of a stored comment; the consent where there was something to choose."""
    has_choice = values["round__consents"] or values["consent"] != Consent.ROUND
    consent = values["consent"] if has_choice else ""
    return KitFields(
        kind=values["kind"],
        type=values["type"],
        proposed=values["proposed"],
        rationale=values["rationale"],
        consent=consent,
    )


# --- What the delegation may choose --------------------------------------------------------------


def consents_offered(access: Access, revision: Revision) -> tuple[str, ...]:
    """The consents that a delegation may choose for an input drafted now: one query."""
    round = _input_round(access, revision)
    return tuple(round.consents) if round else ()


def _input_round(access: Access, revision: Revision) -> Round | None:
    """The round in which inputs on the revision are made now: one query."""
    # An unsaved wording: only its revision is asked for.
    return round_for(Wording(revision=revision), access.moment)


def consent_choices(consents: Sequence[str]) -> list[tuple[str, str]]:
    """Value and label of each consent, first the rule of the round; none where none is offered."""
    offered = (Consent.ROUND, *consents) if consents else ()
    return [(str(consent), str(Consent(consent).label)) for consent in offered]


# --- The head, and how the file is filled in -----------------------------------------------------


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
