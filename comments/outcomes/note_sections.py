"""The sections of a note: each tells a delegation the answers and outcomes of its inputs.

Only published reviews are read, and nothing that only the facilitators know of an input.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind, Review
from comments.news.citations import citation_of, current_positions
from comments.outcomes.brief_lines import outcome_sentence
from comments.outcomes.outcome import match_of
from comments.outcomes.proposal_match import Outcome
from comments.outcomes.texts_now import newest_revisions, texts_now
from comments.threads.threads import TABLE_ORDER
from consultations.rules.access import Access, Act
from drafts.labels import name_of
from drafts.models import Revision


def note_sections(access: Access, revision: Revision) -> dict[int, str]:
    """The section of each delegation that filed inputs on the text, by the key of its seat.

    In the language of the page, the inputs in the order of the text. An input of a group is in
    the section of who filed it. Needs `draft` of the revision, which is the last of its text.
    """
    access.require(Act.WRITE_LETTER, on=access.consultation)
    newest = newest_revisions(access)
    if newest.get(revision.draft_id) != revision:
        raise ValidationError({"revision": _("Choose the last circulated text.")})
    rows = _answered_inputs(access, revision)
    reviews, places = _last_reviews(access, rows), current_positions(access)
    texts = texts_now(access, rows, places, newest)
    rows.sort(key=lambda row: places.sort_key_of(places.current_id_of(row.paragraph_id)))  # stable
    sections: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        match, where = match_of(row, texts, places, newest)
        outcome = (
            ""
            if match.outcome in {Outcome.NO_WORDS, Outcome.FOREIGN}
            else outcome_sentence(CommentKind(row.kind), match, where)
        )
        sections[row.filed_by_id].append(_input_lines(row, reviews[row.pk], revision, outcome))
    return {seat: "\n\n".join(blocks) for seat, blocks in sections.items()}


def _answered_inputs(access: Access, revision: Revision) -> list[Any]:
    """The standing inputs on earlier revisions of the text that have a published answer."""
    reviews = _published_reviews(access).filter(comment=OuterRef("pk"))
    rows = Comment.objects.visible_to(access).in_force().filter(Exists(reviews))
    rows = rows.filter(
        paragraph__draft=revision.draft_id, wording__revision__number__lt=revision.number
    )
    rows = rows.select_related("seat", "paragraph__draft", "wording__revision")
    return list(rows.order_by(*TABLE_ORDER))


def _published_reviews(access: Access) -> Any:
    return Review.objects.filter(published_at__lte=access.moment, replaced_at=None)


def _last_reviews(access: Access, rows: Sequence[Any]) -> dict[int, Review]:
    """The review that was published last, by the key of the input: one query."""
    reviews = _published_reviews(access).filter(comment__in=[row.pk for row in rows])
    last = reviews.order_by("comment_id", "-published_at", "-pk").distinct("comment_id")
    return {review.comment_id: review for review in last}


def _input_lines(row: Any, review: Review, revision: Revision, outcome: str) -> str:
    """The lines on one input: what it is, the answer, and what became of its words."""
    wording = row.wording
    values = {
        "number": row.reference,
        "label": citation_of(name_of(wording.label, wording.kind, wording.text)),
        "kind": row.get_kind_display(),
        "stage": revision.stage,
        "became": outcome,
    }
    lines = [
        _("%(number)s, %(label)s (%(kind)s)") % values,
        _("Answer: %(answer)s.") % {"answer": capfirst(review.get_disposition_display())},
    ]
    if review.observation:
        lines.append(review.observation)
    if outcome:
        lines.append(_("In %(stage)s: %(became)s.") % values)
    return "\n".join(lines)
