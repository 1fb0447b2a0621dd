"""The keys of a kit: of which paragraph and draft each row is, and whose the whole kit is."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

FIELDS: Final = ("reference", "label", "text", "kind", "type", "proposed", "rationale")
"""The cells of a row, in the order of its columns."""
CONSENT: Final = "consent"
"""The cell after them, where the round lets a delegation choose what it allows."""
BOUND: Final = "_kit"
"""The hidden sheet that says to whom the workbook belongs, and holds the lists."""
ID: Final = "id"
"""What the hidden row of names calls the hidden column of ids."""

# Word takes 64 characters in a tag: two ids in base 64, a version and the name of a field.
_TAG: Final = re.compile(
    rf"([\w-]{{22}})\.([\w-]{{22}})?\.(\d{{1,6}})?(?:\.({'|'.join((*FIELDS, CONSENT))}))?"
)
_REFERENCE: Final = re.compile(
    r"([0-9A-F]{4}-[0-9A-F]{4})(?:/([0-9A-F]{4}-[0-9A-F]{4})/(\d{1,6}))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RowKey:
    """The paragraph of a row, and if the row holds a draft, the draft and its version."""

    paragraph_id: UUID
    comment_id: UUID | None = None
    version: int = 0

    def tag(self, field: str = "") -> str:
        """The key as written in a content control, or in the hidden column of a sheet."""
        comment = _encode_id(self.comment_id) if self.comment_id else ""
        parts = [_encode_id(self.paragraph_id), comment, str(self.version or "")]
        return ".".join([*parts, field] if field else parts)

    @property
    def reference(self) -> str:
        """A readable short form of the key, for where the tags are lost: a piece of each id."""
        paragraph = _readable_id(self.paragraph_id)
        if self.comment_id is None:
            return paragraph
        return f"{paragraph}/{_readable_id(self.comment_id)}/{self.version}"


def key_and_field(tag: str) -> tuple[RowKey, str] | None:
    """The key and field that a tag names; None where it is not one of ours."""
    match = _TAG.fullmatch(tag)
    if match is None:
        return None
    paragraph, comment, version, field = match.groups()
    try:
        key = RowKey(
            _decode_id(paragraph), _decode_id(comment) if comment else None, int(version or 0)
        )
    except ValueError:
        return None
    return key, field or ""


def key_pieces(reference: str) -> tuple[str, str, int]:
    """The beginnings of both ids and the version that a visible reference gives; empty if none."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        return "", "", 0
    paragraph, comment, version = match.groups()
    return (
        paragraph.replace("-", "").lower(),
        (comment or "").replace("-", "").lower(),
        int(version or 0),
    )


def _encode_id(id: UUID) -> str:
    return urlsafe_b64encode(id.bytes).rstrip(b"=").decode()


def _decode_id(encoded: str) -> UUID:
    return UUID(bytes=urlsafe_b64decode(encoded + "=="))


def _readable_id(id: UUID) -> str:
    return f"{id.hex[:4]}-{id.hex[4:8]}".upper()


# --- To whom a kit belongs -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binding:
    """The consultation, revision and seat for which a kit was made, by their public ids."""

    consultation: UUID
    revision: UUID
    seat: UUID

    def properties(self) -> dict[str, str]:
        """The binding as properties of the document, signed with the key of this installation."""
        return {
            "KitConsultation": str(self.consultation),
            "KitRevision": str(self.revision),
            "KitDelegation": str(self.seat),
            "KitSignature": self._signature(),
        }

    @classmethod
    def carried(cls, properties: Mapping[str, str]) -> Self | None:
        """The binding of a document; None where it has none. ValueError where it is forged."""
        if not any(name.startswith("Kit") for name in properties):
            return None
        names = ("KitConsultation", "KitRevision", "KitDelegation")
        binding = cls(*(UUID(properties.get(name, "")) for name in names))
        if not constant_time_compare(properties.get("KitSignature", ""), binding._signature()):
            raise ValueError("The signature is not ours.")
        return binding

    def _signature(self) -> str:
        ids = f"{self.consultation}:{self.revision}:{self.seat}"
        return Signer(salt="comments.kit").signature(ids)
