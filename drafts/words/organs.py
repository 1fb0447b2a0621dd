"""Recognizes the organ that speaks: "The General Assembly," opens a preamble."""

import re
from typing import Final

# In characters; longer words are a paragraph that begins with the organ.
_MAX_LENGTH: Final = 90
# One line each: English, French and Spanish; French before a vowel; Arabic; Russian; Chinese. The
# last two have no article: there the noun tells an organ. At its end the Latin, the Arabic or the
# Chinese comma.
_ORGAN_THAT_SPEAKS: Final = re.compile(
    r"""(?: (?:The|La|Le|Les|El|Los)\ [^,.;:]*
          | L[’'][^,.;:]*
          | إن\ [^،.؛:]*
          | (?:[А-Я][^,.;:]*\ )?(?:Ассамблея|Совет|Конференция|Комиссия|Комитет)(?:\ [^,.;:]*)?
          | [^，。；：]{0,12}(?:大会|理事会|会议|委员会)
        )[,،，]?""",
    re.VERBOSE,
)


def names_organ(text: str) -> bool:
    """Whether these words only name the organ that speaks, in any of the six languages."""
    return len(text) <= _MAX_LENGTH and _ORGAN_THAT_SPEAKS.fullmatch(text.strip()) is not None
