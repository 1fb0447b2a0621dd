"""Two facilitators saved one draft of bridging words: what each changed, and a merged text.

Facilitators write bridging words between the proposals on a paragraph.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from comments.models import BridgingProposal
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.time.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import merge_words


@dataclass(frozen=True, slots=True)
class BridgingConflict:
    """Both texts as changes of the one they began from; `merged` goes into the form.

    `mine` are the words that the reader typed, `theirs` those that were stored in between.
    """

    saved_by: str
    when_text: str
    theirs: Redline
    mine: Redline
    merged: str
    # False where both changed the same words: `merged` has those typed now, to be corrected.
    is_clean: bool


def bridging_conflict(
    access: Access, stored_proposal: BridgingProposal, *, version: int, text: str
) -> BridgingConflict:
    """The conflict of `text`, typed on an earlier `version`, with the words that are stored."""
    records = stored_proposal.history.select_related("history_user").order_by(
        "-history_date", "-history_id"
    )
    latest_record, origin_record = records.first(), records.filter(version=version).first()
    # None for a `version` that was never stored: a posted field may say anything.
    origin_text = origin_record.text if origin_record else stored_proposal.wording.text
    word_merge = merge_words(origin_text, text, stored_proposal.text)
    zone = ZoneInfo(access.user.time_zone)
    # `history_change_reason` holds the capacity in which the change was made.
    capacity = capacity_for_reader(latest_record.history_change_reason)
    return BridgingConflict(
        saved_by=f"{latest_record.history_user}, {capacity}",
        when_text=hour_of(latest_record.history_date, zone, now=access.moment),
        theirs=redline(origin_text, stored_proposal.text),
        mine=redline(origin_text, text),
        merged=word_merge.merged_text(),
        is_clean=word_merge.is_clean,
    )
