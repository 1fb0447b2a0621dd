"""How a row of a kit is known again, wherever it stands, and to whom the whole kit belongs."""

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
    """The paragraph of a row, and where the row holds a draft: which, in which version."""

    paragraph: UUID
    comment: UUID | None = None
    version: int = 0

    def tag(self, field: str = "") -> str:
        """What a content control, or the hidden column of a sheet, carries along."""
        of_comment = _short(self.comment) if self.comment else ""
        parts = [_short(self.paragraph), of_comment, str(self.version or "")]
        return ".".join([*parts, field] if field else parts)

    @property
    def reference(self) -> str:
        """The same for the eye, where the tags are lost: a piece of each id."""
        paragraph = _spoken(self.paragraph)
        return f"{paragraph}/{_spoken(self.comment)}/{self.version}" if self.comment else paragraph


def key_and_field(tag: str) -> tuple[RowKey, str] | None:
    """What a tag says; None where it is not one of ours."""
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    paragraph, comment, version, field = found.groups()
    try:
        key = RowKey(_long(paragraph), _long(comment) if comment else None, int(version or 0))
    except ValueError:
        return None
    return key, field or ""


def key_pieces(reference: str) -> tuple[str, str, int]:
    """The beginnings of both ids and the version that a visible reference gives; empty if none."""
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        return "", "", 0
    paragraph, comment, version = found.groups()
    return (
        paragraph.replace("-", "").lower(),
        (comment or "").replace("-", "").lower(),
        int(version or 0),
    )


def _short(id: UUID) -> str:
    return urlsafe_b64encode(id.bytes).rstrip(b"=").decode()


def _long(words: str) -> UUID:
    return UUID(bytes=urlsafe_b64decode(words + "=="))


def _spoken(id: UUID | None) -> str:
    return f"{id.hex[:4]}-{id.hex[4:8]}".upper() if id else ""


# --- To whom a kit belongs -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binding:
    """The consultation, revision and seat for which a kit was made, by their public ids."""

    consultation: UUID
    revision: UUID
    seat: UUID

    def properties(self) -> dict[str, str]:
        """What the document carries along, with the signature that no other installation makes."""
        return {
            "KitConsultation": str(self.consultation),
            "KitRevision": str(self.revision),
            "KitDelegation": str(self.seat),
            "KitSignature": self._signature(),
        }

    @classmethod
    def carried(cls, properties: Mapping[str, str]) -> Self | None:
        """The binding of a document; None where it bears none. ValueError where it is forged."""
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
