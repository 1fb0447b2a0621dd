"""The checksum of a circulated revision: SHA-256 over a canonical form (`docs/checksum.md`)."""

import hashlib
import json
from collections.abc import Sequence
from itertools import batched

from drafts.models import Revision, Wording


def text_hash(text: str) -> str:
    """SHA-256 of the words as they stand, UTF-8, not normalised; 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def checksum_in_groups(checksum: str) -> str:
    """A checksum as it is printed, in groups of eight digits, easier to compare by eye."""
    return " ".join("".join(group) for group in batched(checksum, 8))


def checksum_of_revision(revision: Revision, wordings: Sequence[Wording]) -> str:
    """The checksum of a revision; needs `draft`, its `consultation`, `paragraph` and `parent`.

    The wordings are in order. The canonical form is JSON with sorted keys, no spaces, UTF-8, no
    normalisation.
    """
    canonical_form = {
        "consultation": str(revision.draft.consultation.public_id),
        "draft": str(revision.draft.public_id),
        "revision": revision.number,
        "stage": revision.stage,
        "wordings": [_canonical_wording(wording) for wording in wordings],
    }
    canonical_text = json.dumps(
        canonical_form, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical_text.encode()).hexdigest()


def _canonical_wording(wording: Wording) -> dict[str, object]:
    """The fields of a wording that the checksum covers."""
    return {
        "paragraph": str(wording.paragraph.public_id),
        "parent": str(wording.parent.public_id) if wording.parent else None,
        "kind": wording.kind,
        "label": wording.label,
        "opening": wording.opening,
        "text": wording.text,
        "notes": wording.notes,
    }
