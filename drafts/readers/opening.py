"""Finds the opening words of a paragraph, which the United Nations sets in italics."""

import re
from typing import Final

from drafts.readers.file_text import Kind

_PARTICIPLES: Final = """
    Acknowledging Affirming Appreciating Commending Condemning Considering Deploring Emphasizing
    Encouraging Highlighting Noting Reaffirming Recalling Recognizing Reiterating Stressing
    Underlining Underscoring Welcoming
""".split()
_VERBS: Final = """
    Acknowledges Adopts Affirms Appreciates Approves Authorizes Commends Condemns Confirms
    Considers Decides Declares Deplores Emphasizes Encourages Endorses Highlights Invites Notes
    Reaffirms Recalls Recognizes Recommends Re-emphasizes Reiterates Requests Stresses
    Underlines Underscores Urges Welcomes
""".split()
_ITS: Final = r"its\s+(?:strong\s+)?(?:call\s+upon|call\s+for|condemnation|request)"
_FEELING: Final = r"(?:its\s+)?(?:(?:deep|grave|serious|sincere|great|growing)\s+)?"
_CONCERN: Final = rf"{_FEELING}(?:concerns?|appreciation|gratitude|regret|satisfaction|support)"
_WITH: Final = (
    r"with\s+(?:(?:deep|great|grave|serious)\s+)?(?:appreciation|concern|regret|satisfaction)"
)
_AFTER: Final = r"(?:\s+(?:also|further))?"

_BODY: Final = re.compile(
    r"The (?:General Assembly|Security Council|Economic and Social Council|Human Rights Council)"
    r"(?=,?$)"
)
_PREAMBULAR: Final = re.compile(
    rf"""(?:
        (?:Expressing|Reiterating)\s+{_CONCERN}
      | (?:Reaffirming|Reiterating)\s+{_ITS}
      | Welcoming\s+in\s+particular
      | (?:{"|".join(_PARTICIPLES)}){_AFTER}(?:\s+{_WITH}{_AFTER})?
      | Taking\s+note{_AFTER}(?:\s+{_WITH}{_AFTER})?
      | Bearing\s+in\s+mind{_AFTER}
      | Looking\s+forward
      | (?:Remaining\s+)?(?:(?:Deeply|Gravely|Seriously)\s+)?(?:Concerned|concerned|Alarmed)
      | (?:Fully\s+)?(?:Aware|aware|Convinced|convinced|Mindful|mindful){_AFTER}
      | Guided
    )(?=[\s,])""",
    re.VERBOSE,
)
_OPERATIVE: Final = re.compile(
    rf"""(?:
        (?:(?:Also|Further|Strongly|Solemnly)\s+)?(?:
            (?i:Expresses|Reiterates)\s+{_CONCERN}
          | (?i:Reaffirms|Reiterates)\s+{_ITS}
          | (?i:Supports|Welcomes)\s+and\s+encourages
          | (?i:Condemns)\s+(?:strongly|unequivocally)
          | (?i:Takes\s+note){_AFTER}(?:\s+{_WITH})?
          | (?i:Calls\s+upon|Calls\s+for)
          | (?i:{"|".join(_VERBS)}){_AFTER}(?:\s+{_WITH})?
        )
    )(?=[\s,])""",
    re.VERBOSE,
)


def opening_words(text: str, kind: Kind) -> str:
    """The leading verb or participle with its adverbs, as it stands; empty when unsure."""
    if kind == "preambular":
        found = _BODY.match(text) or _PREAMBULAR.match(text)
    elif kind == "operative":
        found = _OPERATIVE.match(text)
    else:
        found = None
    return found.group() if found else ""
