"""The keys of a kit: which paragraph and draft a row is about, and for whom the kit was made."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

FIELD_NAMES: Final = ("reference", "label", "text", "kind", "type", "proposed", "rationale")
"""The cells of a row, in the order of its columns."""
CONSENT_FIELD: Final = "consent"
"""The cell after them, where the round lets a delegation choose what it allows."""
HIDDEN_SHEET: Final = "_kit"
"""The name of the hidden sheet that says for whom the workbook was made, and holds the lists."""
ID_COLUMN: Final = "id"
"""What the hidden row of names calls the hidden column of ids."""

# "paragraph.draft.version.field": two ids in base 64, a version and the name of a field. A row
# without a draft leaves draft and version empty; a sheet has no field. Word takes 64 characters in
# a tag.
_TAG: Final = re.compile(
    rf"([\w-]{{22}})\.([\w-]{{22}})?\.(\d{{1,6}})?"
    rf"(?:\.({'|'.join((*FIELD_NAMES, CONSENT_FIELD))}))?"
)

# "1A2B-3C4D" for a paragraph; with a draft and its version, "1A2B-3C4D/5E6F-7A8B/3".
_REFERENCE: Final = re.compile(
    r"([0-9A-F]{4}-[0-9A-F]{4})(?:/([0-9A-F]{4}-[0-9A-F]{4})/(\d{1,6}))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RowKey:
    """The paragraph of a row, and if the row holds a draft, the draft and its version."""

    paragraph_public_id: UUID
    comment_public_id: UUID | None = None
    version: int = 0

    def tag(self, field: str = "") -> str:
        """The key as written in a content control, or in the hidden column of a sheet."""
        encoded_comment_id = _encode_id(self.comment_public_id) if self.comment_public_id else ""
        key_parts = [
            _encode_id(self.paragraph_public_id),
            encoded_comment_id,
            str(self.version or ""),
        ]
        return ".".join([*key_parts, field] if field else key_parts)

    @property
    def reference(self) -> str:
        """A readable short form of the key, for where the tags are lost: a piece of each id."""
        paragraph_part = _readable_id(self.paragraph_public_id)
        if self.comment_public_id is None:
            return paragraph_part
        return f"{paragraph_part}/{_readable_id(self.comment_public_id)}/{self.version}"


def _encode_id(id: UUID) -> str:
    return urlsafe_b64encode(id.bytes).rstrip(b"=").decode()


def _readable_id(id: UUID) -> str:
    """The first eight digits of an id: "1A2B-3C4D"."""
    return f"{id.hex[:4]}-{id.hex[4:8]}".upper()


def parse_tag(tag: str) -> tuple[RowKey, str] | None:
    """The key and field that a tag names; None where it is not one of ours."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    encoded_paragraph, encoded_comment, version, field = match.groups()
    try:
        key = RowKey(
            _decode_id(encoded_paragraph),
            _decode_id(encoded_comment) if encoded_comment else None,
            int(version or 0),
        )
    except ValueError:
        return None
    return key, field or ""


def _decode_id(encoded: str) -> UUID:
    return UUID(bytes=urlsafe_b64decode(encoded + "=="))  # the padding that `_encode_id` took off


def parse_reference(reference: str) -> tuple[str, str, int]:
    """The beginnings of both ids and the version that a visible reference gives.

    Empty and 0 where it gives none.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        return "", "", 0
    paragraph_part, comment_part, version = match.groups()
    return (
        paragraph_part.replace("-", "").lower(),
        (comment_part or "").replace("-", "").lower(),
        int(version or 0),
    )


# --- For whom a kit was made ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KitIssuedFor:
    """The consultation, revision and seat for which a kit was made, by their public ids."""

    consultation_public_id: UUID
    revision_public_id: UUID
    seat_public_id: UUID

    def properties(self) -> dict[str, str]:
        """The ids as properties of the document, signed with the key of this installation.

        "KitDelegation" is the id of the seat; kits that are out have it under this name.
        """
        return {
            "KitConsultation": str(self.consultation_public_id),
            "KitRevision": str(self.revision_public_id),
            "KitDelegation": str(self.seat_public_id),
            "KitSignature": self._signature(),
        }

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> Self | None:
        """For whom a document was made; None for one that is no kit.

        Raises ValueError where an id is damaged or missing, or the signature is not ours.
        """
        if not any(name.startswith("Kit") for name in properties):
            return None
        names = ("KitConsultation", "KitRevision", "KitDelegation")
        issued_for = cls(*(UUID(properties.get(name, "")) for name in names))
        if not constant_time_compare(properties.get("KitSignature", ""), issued_for._signature()):
            raise ValueError("The signature is not ours.")
        return issued_for

    def _signature(self) -> str:
        ids = f"{self.consultation_public_id}:{self.revision_public_id}:{self.seat_public_id}"
        return Signer(salt="comments.kit").signature(ids)
