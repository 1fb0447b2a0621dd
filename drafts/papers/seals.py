"""Tells anybody whether a checksum is that of a circulated text, and nothing more."""

import re
from typing import Final

from drafts.models import Revision

LENGTH: Final = 64
# Enough to type from a paper; fewer characters would match some text by chance.
MIN_LENGTH: Final = 12
_SIGNS: Final = re.compile(r"[0-9a-f]*")


def typed_checksum(words: str) -> str:
    """What was typed as a checksum is stored: without spaces and hyphens, in small letters."""
    return re.sub(r"[\s\u2010-\u2013-]", "", words).lower().removeprefix("sha256:")


def is_checksum(typed: str) -> bool:
    """Whether it can be a checksum, or the start of one."""
    return MIN_LENGTH <= len(typed) <= LENGTH and bool(_SIGNS.fullmatch(typed))


def is_circulated(typed: str) -> bool:
    """Whether a circulated text has this checksum. Every consultation counts, none is named."""
    return Revision.objects.filter(checksum__startswith=typed).exists()
