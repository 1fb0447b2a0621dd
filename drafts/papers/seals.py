"""Whether a checksum is that of a circulated text: asked by anybody, so nothing else is told."""

import re
from typing import Final

from drafts.models import Revision

LENGTH: Final = 64
# Enough to type from a paper; fewer would soon be those of some text by chance.
SHORTEST: Final = 12
_SIGNS: Final = re.compile(r"[0-9a-f]*")


def typed_checksum(words: str) -> str:
    """A checksum as it is kept, out of how it was typed: spaces, hyphens and capitals go."""
    return re.sub(r"[\s\u2010-\u2013-]", "", words).lower().removeprefix("sha256:")


def is_checksum(typed: str) -> bool:
    """Whether it can be a checksum, or the start of one."""
    return SHORTEST <= len(typed) <= LENGTH and bool(_SIGNS.fullmatch(typed))


def is_circulated(typed: str) -> bool:
    """Whether a circulated text has this checksum. Every consultation counts, none is named."""
    return Revision.objects.filter(checksum__startswith=typed).exists()
