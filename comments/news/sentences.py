"""What is new to a reader in a sentence, and the mark of a first visit."""

from collections.abc import Collection

from django.utils.translation import gettext as _, ngettext

from comments.inputs.audience import moment_words
from comments.inputs.citations import current_positions
from comments.news.acts import mark_all_seen_at_first_visit
from comments.news.reworded import unseen_deletions, watched_deletions, watched_rewordings
from comments.news.unseen import MAX_COUNTED_BY_PARAGRAPH, Unseen, sum_by_paragraph, unseen
from comments.news.watched import count_watched
from consultations.models import Round
from consultations.rules.access import Access


def read_unseen_and_record_first_visit(
    access: Access, rounds: Collection[Round] | None = None
) -> Unseen:
    """What is new to the reader. A first visit is recorded: nothing is new then."""
    unseen_news = unseen(access, rounds)
    if unseen_news.since is None:
        mark_all_seen_at_first_visit(access=access)
    return unseen_news


def watched_sentence(access: Access, unseen: Unseen) -> str:
    """How many items are new on what the reader watches, as a sentence; empty for none."""
    if not unseen.watches or not (unseen.counts_by_source or unseen.new_revision_ids):
        return ""
    positions = current_positions(access)
    count = sum(sum_by_paragraph(count_watched(access, unseen, positions)).values())
    count += len(watched_rewordings(unseen.watches, unseen, positions))
    deletions = unseen_deletions(access, unseen, positions)
    count += len(watched_deletions(unseen, deletions, positions))
    if not count:
        return ""
    template = ngettext(
        "%(n)d new item on what you watch.", "%(n)d new items on what you watch.", count
    )
    if unseen.counted_since:
        template = ngettext(
            "At least %(n)d new item on what you watch.",
            "At least %(n)d new items on what you watch.",
            count,
        )
    return template % {"n": count}


def counted_since_sentence(access: Access, unseen: Unseen) -> str:
    """A sentence on since when the page counts what is new; empty where it counts everything."""
    if unseen.counted_since is None:
        return ""
    moment = moment_words(access, unseen.counted_since)
    template = _("More than %(n)d inputs are new. This page counts what was said since %(moment)s.")
    return template % {"n": MAX_COUNTED_BY_PARAGRAPH, "moment": moment}
