"""Two facilitators saved one draft of bridging words: what each changed, and a merged text."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from comments.models import BridgingProposal
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.words.differences import Redline, redline
from drafts.words.merging import merge_words


@dataclass(frozen=True, slots=True)
class BridgingConflict:
    """Both texts as changes of the one they began from; `merged` goes into the form."""

    who: str
    when_text: str
    theirs: Redline
    mine: Redline
    merged: str
    # False where both changed the same words: `merged` has those typed now, to be corrected.
    is_clean: bool


def bridging_conflict(
    access: Access, stored: BridgingProposal, *, version: int, text: str
) -> BridgingConflict:
    """The conflict of `text`, typed on an earlier `version`, with the words that are stored."""
    steps = stored.history.select_related("history_user").order_by("-history_date", "-history_id")
    last, origin = steps.first(), steps.filter(version=version).first()
    origin_text = origin.text if origin else stored.wording.text
    merge = merge_words(origin_text, text, stored.text)
    zone = ZoneInfo(access.user.time_zone)
    return BridgingConflict(
        who=f"{last.history_user}, {capacity_for_reader(last.history_change_reason)}",
        when_text=hour_of(last.history_date, zone, now=access.moment),
        theirs=redline(origin_text, stored.text),
        mine=redline(origin_text, text),
        merged=merge.merged_text(),
        is_clean=merge.is_clean,
    )
