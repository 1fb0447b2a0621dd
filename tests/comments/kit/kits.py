"""Kits made by hand, without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from comments.kit.file_rows import KitFields
from comments.kit.keys import KitIssuedFor, RowKey
from comments.kit.queries import KitContents, KitRow

NAMES = UUID("00000000-0000-4000-8000-000000000000")


def id_of(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(NAMES, name)


def row(number: int, fields: KitFields | None = None, text: str = "To train officials.") -> KitRow:
    """A row of a paragraph, with a draft where something is said."""
    key = RowKey(id_of(f"paragraph {number}"))
    if fields is not None:
        key = RowKey(key.paragraph_public_id, id_of(f"draft {number}"), 3)
    return KitRow(
        row_key=key,
        label=str(number),
        text=text,
        opening="",
        is_heading=False,
        fields=fields or KitFields(),
        language="en",
    )


def kit(rows: Sequence[KitRow], language: str = "en", consents: Sequence[str] = ()) -> KitContents:
    """A kit for Cabo Verde with these rows."""
    return KitContents(
        issued_for=KitIssuedFor(id_of("consultation"), id_of("revision"), id_of("seat")),
        consultation_title="Plan of Action",
        delegation_name="Cabo Verde",
        text_title="The plan",
        stage="First draft",
        checksum="0123456789abcdef" * 4,
        handling="For participants only",
        deadline=datetime(2026, 12, 1, 22, tzinfo=UTC),
        language=language,
        text_language="en",
        cut_off=datetime(2026, 11, 25, 12, tzinfo=UTC),
        zone=ZoneInfo("America/New_York"),
        rows=tuple(rows),
        consents=tuple(consents),
    )
