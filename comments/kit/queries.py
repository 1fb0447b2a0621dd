"""What a kit holds: each paragraph of a revision, and the delegation's drafts on it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from comments.drafting.acts import round_for
from comments.kit.file_rows import KitFields
from comments.kit.keys import CONSENT_FIELD, FIELD_NAMES, KitIssuedFor, RowKey
from comments.models import Comment
from comments.threads.wordings import wordings_with_paragraph_uuid
from consultations.models import Consent, Round
from consultations.rules.access import Access, Act
from drafts.models import ParagraphKind, Revision, Wording
from drafts.text.names import name_of_wording


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
        filled_rows = [
            (
                RowKey(wording.paragraph_uuid, draft["public_id"], draft["version"]),
                fields_of(draft),
                draft["language"],
            )
            for draft in drafts_by_wording_id.get(wording.pk, [])
        ]
        empty_row = (RowKey(wording.paragraph_uuid), KitFields(), revision.draft.language)
        for row_key, fields, language in filled_rows or [empty_row]:
            yield KitRow(
                row_key=row_key,
                label=name_of_wording(wording) if wording.label else "",
                text=wording.text,
                opening=wording.opening,
                is_heading=wording.kind in {ParagraphKind.TITLE, ParagraphKind.HEADING},
                fields=fields,
                language=language,
            )


def _drafts_by_wording_id(access: Access, revision: Revision) -> dict[int, list[dict[str, Any]]]:
    """The delegation's own unsent drafts on this revision, in the order they were begun."""
    own_drafts = Comment.objects.visible_to(access).unsubmitted()
    drafts_on_revision: Any = own_drafts.filter(filed_by=access.seat, wording__revision=revision)
    drafts_by_wording_id: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("wording_id", "public_id", "version", "language", *COMMENT_COLUMNS)
    for draft in drafts_on_revision.order_by("pk").values(*columns):
        drafts_by_wording_id[draft["wording_id"]].append(draft)
    return drafts_by_wording_id


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
