"""A row of the compiled table: one input as the page and every paper print it."""

from dataclasses import dataclass

from consultations.models import Consent
from drafts.words.differences import Redline


@dataclass(frozen=True, slots=True)
class TableRow:
    """One input as at the cut-off; its words as received, all other words already translated."""

    number: str  # "PRT-7", permanent; "" before the submission
    draft_title: str  # of the text: the Plan, the draft resolution
    stage: str  # of the revision the input was made on: "First draft"
    label_then: str  # of the paragraph in that revision: "OP3"
    label_now: str  # "" where the paragraph was deleted since
    text: str  # the wording the input was made on
    text_language: str  # BCP 47 tag of that wording
    # Its opening words, set in italics: "Recalling". The text begins with them, except in texts
    # circulated before release 0.2, in which an incorporated change may have replaced them.
    opening: str
    delegation_name: str  # the name under which it sat
    on_behalf_of: str  # who filed for a group, in words: "filed by Cabo Verde"
    member_names: tuple[str, ...]  # of the group whose input it is
    aligned_names: tuple[str, ...]  # of delegations, with their reservations in words
    kind: str  # display words
    type: str  # display words
    language: str  # BCP 47 tag of the input's words
    redline: Redline  # the proposed wording against the text; () for a plain comment
    proposed: str
    rationale: str
    replies: tuple[str, ...]
    status: str  # "", "late", "withdrawn 5 May 2010"
    observation: str  # with the facilitators' answer; empty in the circulation copy
    disposition: str  # the answer; empty in the circulation copy
    state: str = ""  # of the paragraph now: "Agreed ad referendum, 5 May 2010"
    stance: str = ""  # the delegation's answer to the disposition; empty in the circulation copy
    # For the rolling text, which sets the same rows into the text; not printed.
    comment_id: int = 0
    wording_id: int = 0  # of the wording it was made on
    paragraph_id: int = 0  # of the paragraph under which the last revision shows it
    kind_value: str = ""  # the kind as a value of CommentKind
    consent: str = Consent.ROUND  # what the delegation allows with it: a value of Consent
    is_withdrawn: bool = False  # by the cut-off
    # In a short table: the other inputs that ask for the same.
    merged_rows: tuple["TableRow", ...] = ()
