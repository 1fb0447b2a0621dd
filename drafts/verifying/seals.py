"""Tells anybody whether a checksum is that of a circulated text, and nothing more."""

import re
from typing import Final

from drafts.models import Revision

CHECKSUM_LENGTH: Final = 64  # of SHA-256 in hexadecimal digits
# Enough to type from a paper; fewer characters would match some text by chance.
MIN_CHECKSUM_LENGTH: Final = 12
_HEX_DIGITS: Final = re.compile(r"[0-9a-f]*")


def normalize_checksum(typed_text: str) -> str:
    """What was typed, as a checksum is stored: without spaces and dashes, in small letters.

    "sha256:" stands before it in the properties of our Word files.
    """
    return re.sub(r"[\s\u2010-\u2013-]", "", typed_text).lower().removeprefix("sha256:")


def is_checksum(checksum: str) -> bool:
    """Whether it can be a checksum, or the start of one."""
    return MIN_CHECKSUM_LENGTH <= len(checksum) <= CHECKSUM_LENGTH and bool(
        _HEX_DIGITS.fullmatch(checksum)
    )


def is_checksum_of_circulated_text(checksum: str) -> bool:
    """Whether this is the checksum, or its start, of a circulated text of any consultation."""
    return Revision.objects.filter(checksum__startswith=checksum).exists()
