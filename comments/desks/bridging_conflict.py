"""Two facilitators saved one draft of bridging words: what each made, and one text of both."""

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
    """Theirs and mine, each against what both began from; `merged` goes into the form."""

    who: str
    when_text: str
    theirs: Redline
    mine: Redline
    merged: str
    # Where both changed the same words those typed stand until somebody corrects them.
    is_clean: bool


def bridging_conflict(
    access: Access, stored: BridgingProposal, *, version: int, text: str
) -> BridgingConflict:
    """`text` was typed on `version`; `stored` is what stands since."""
    steps = stored.history.select_related("history_user").order_by("-history_date", "-history_id")
    last, begun = steps.first(), steps.filter(version=version).first()
    base = begun.text if begun else stored.wording.text
    found = merge_words(base, text, stored.text)
    zone = ZoneInfo(access.user.time_zone)
    return BridgingConflict(
        who=f"{last.history_user}, {capacity_for_reader(last.history_change_reason)}",
        when_text=hour_of(last.history_date, zone, now=access.moment),
        theirs=redline(base, stored.text),
        mine=redline(base, text),
        merged=found.text(),
        is_clean=found.is_clean,
    )
