"""What a note tells each delegation with the next text: the published answers, and its words.

Nothing unpublished is read here. What only the facilitators know of an input is not asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.models import Comment, CommentKind, Review
from comments.news.citations import named_paragraph, positions_now
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

    In the language of the page, the inputs in the order of the text. An input of a group stands
    with who filed it. Needs `draft` of the revision, which is the last one of its text.
    """
    access.require(Act.WRITE_LETTER, on=access.consultation)
    newest = newest_revisions(access)
    if newest.get(revision.draft_id) != revision:
        raise ValidationError({"revision": _("Choose the last circulated text.")})
    rows = _answered(access, revision)
    answers, places = _published(access, rows), positions_now(access)
    texts = texts_now(access, rows, places, newest)
    rows.sort(key=lambda row: places.rank(places.home(row.paragraph_id)))  # stable
    sections: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        match, where = match_of(row, texts, places, newest)
        became = (
            ""
            if match.outcome in {Outcome.NO_WORDS, Outcome.FOREIGN}
            else outcome_sentence(CommentKind(row.kind), match, where)
        )
        sections[row.filed_by_id].append(_told(row, answers[row.pk], revision, became))
    return {seat: "\n\n".join(told) for seat, told in sections.items()}


def _answered(access: Access, revision: Revision) -> list[Any]:
    """The standing inputs on earlier revisions of the text that have a published answer."""
    out = _out(access).filter(comment=OuterRef("pk"))
    rows = Comment.objects.visible_to(access).in_force().filter(Exists(out))
    before = rows.filter(
        paragraph__draft=revision.draft_id, wording__revision__number__lt=revision.number
    )
    full = before.select_related("seat", "paragraph__draft", "wording__revision")
    return list(full.order_by(*TABLE_ORDER))


def _out(access: Access) -> Any:
    return Review.objects.filter(published_at__lte=access.moment, replaced_at=None)


def _published(access: Access, rows: Sequence[Any]) -> dict[int, Review]:
    """The answer to each input that was published last: one query."""
    out = _out(access).filter(comment__in=[row.pk for row in rows])
    last = out.order_by("comment_id", "-published_at", "-pk").distinct("comment_id")
    return {review.comment_id: review for review in last}


def _told(row: Any, review: Review, revision: Revision, became: str) -> str:
    """One input: what it is, the answer, and what became of its words."""
    wording = row.wording
    words = {
        "number": row.reference,
        "label": named_paragraph(name_of(wording.label, wording.kind, wording.text)),
        "kind": row.get_kind_display(),
        "stage": revision.stage,
        "became": became,
    }
    lines = [
        _("%(number)s, %(label)s (%(kind)s)") % words,
        _("Answer: %(answer)s.") % {"answer": capfirst(review.get_disposition_display())},
    ]
    if review.observation:
        lines.append(review.observation)
    if became:
        lines.append(_("In %(stage)s: %(became)s.") % words)
    return "\n".join(lines)
