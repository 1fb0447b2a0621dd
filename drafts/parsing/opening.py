"""Finds the opening words of a paragraph, which the United Nations sets in italics."""

import re
from dataclasses import replace
from typing import Final

from drafts.parsing.file_text import MAX_OPENING_LENGTH, Kind, ReadText

# How preambular paragraphs begin.
_PARTICIPLES: Final = """
    Acknowledging Affirming Appreciating Commending Condemning Considering Deploring Emphasizing
    Encouraging Highlighting Noting Reaffirming Recalling Recognizing Reiterating Stressing
    Underlining Underscoring Welcoming
""".split()
# How operative paragraphs begin.
_VERBS: Final = """
    Acknowledges Adopts Affirms Appreciates Approves Authorizes Commends Condemns Confirms
    Considers Decides Declares Deplores Emphasizes Encourages Endorses Highlights Invites Notes
    Reaffirms Recalls Recognizes Recommends Re-emphasizes Reiterates Requests Stresses
    Underlines Underscores Urges Welcomes
""".split()
# "its strong condemnation", after "Reiterating".
_ITS_CALL: Final = r"its\s+(?:strong\s+)?(?:call\s+upon|call\s+for|condemnation|request)"
# "its deep concern" or "satisfaction", after "Expressing".
_ITS_DEEP: Final = r"(?:its\s+)?(?:(?:deep|grave|serious|sincere|great|growing)\s+)?"
_CONCERN: Final = rf"{_ITS_DEEP}(?:concerns?|appreciation|gratitude|regret|satisfaction|support)"
# "with grave concern", after "Noting".
_WITH_CONCERN: Final = (
    r"with\s+(?:(?:deep|great|grave|serious)\s+)?(?:appreciation|concern|regret|satisfaction)"
)
_ALSO_OR_FURTHER: Final = r"(?:\s+(?:also|further))?"

# The organ that adopts the text: a line of its own before the preamble.
_ORGAN: Final = re.compile(
    r"The (?:General Assembly|Security Council|Economic and Social Council|Human Rights Council)"
    r"(?=,?$)"
)
# Both end before a space or a comma: no part of a longer word is an opening.
_PREAMBULAR: Final = re.compile(
    rf"""(?:
        (?:Expressing|Reiterating)\s+{_CONCERN}
      | (?:Reaffirming|Reiterating)\s+{_ITS_CALL}
      | Welcoming\s+in\s+particular
      | (?:{"|".join(_PARTICIPLES)}){_ALSO_OR_FURTHER}(?:\s+{_WITH_CONCERN}{_ALSO_OR_FURTHER})?
      | Taking\s+note{_ALSO_OR_FURTHER}(?:\s+{_WITH_CONCERN}{_ALSO_OR_FURTHER})?
      | Bearing\s+in\s+mind{_ALSO_OR_FURTHER}
      | Looking\s+forward
      | (?:Remaining\s+)?(?:(?:Deeply|Gravely|Seriously)\s+)?(?:Concerned|concerned|Alarmed)
      | (?:Fully\s+)?(?:Aware|aware|Convinced|convinced|Mindful|mindful){_ALSO_OR_FURTHER}
      | Guided
    )(?=[\s,])""",
    re.VERBOSE,
)
_OPERATIVE: Final = re.compile(
    rf"""(?:
        (?:(?:Also|Further|Strongly|Solemnly)\s+)?(?:
            (?i:Expresses|Reiterates)\s+{_CONCERN}
          | (?i:Reaffirms|Reiterates)\s+{_ITS_CALL}
          | (?i:Supports|Welcomes)\s+and\s+encourages
          | (?i:Condemns)\s+(?:strongly|unequivocally)
          | (?i:Takes\s+note){_ALSO_OR_FURTHER}(?:\s+{_WITH_CONCERN})?
          | (?i:Calls\s+upon|Calls\s+for)
          | (?i:{"|".join(_VERBS)}){_ALSO_OR_FURTHER}(?:\s+{_WITH_CONCERN})?
        )
    )(?=[\s,])""",
    re.VERBOSE,
)


def opening_words(text: str, kind: Kind) -> str:
    """The leading verb or participle with its adverbs, or the organ; empty when unsure.

    Other kinds than preambular and operative have none.
    """
    if kind == "preambular":
        match = _ORGAN.match(text) or _PREAMBULAR.match(text)
    elif kind == "operative":
        match = _OPERATIVE.match(text)
    else:
        match = None
    return match.group() if match else ""


def with_short_openings(read_text: ReadText) -> ReadText:
    """The text, with opening words found anew where a file sets more in italics than can be held.

    Whole paragraphs in italics have none, unless one of the known openings begins them.
    """
    return replace(
        read_text,
        paragraphs=tuple(
            replace(paragraph, opening=opening_words(paragraph.text, paragraph.kind))
            if len(paragraph.opening) > MAX_OPENING_LENGTH
            else paragraph
            for paragraph in read_text.paragraphs
        ),
    )
