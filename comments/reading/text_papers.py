"""A circulated revision, and two of them, as values to print: a fixed number of queries."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from comments.exports.text_paper import TextPaper, printed
from comments.exports.text_redline import Kin, marked
from comments.exports.text_render import Redline
from consultations.access import Access
from drafts.concordance import Row, concordance_of
from drafts.models import Revision, Wording


def paper_of(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision; needs its draft and meeting. One query."""
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    return _paper(access, revision, wordings.select_related("paragraph").order_by("place"))


def redline_of(access: Access, later: TextPaper, revisions: tuple[Revision, Revision]) -> Redline:
    """What changed from the first of two revisions to the second, whose paper is given.

    Three queries. What follows what is the lineage that the desk recorded, never a guess.
    """
    since = paper_of(access, revisions[0])
    kin = kin_of(since, later, concordance_of(*revisions).rows)
    return Redline(since, marked(since.paragraphs, later.paragraphs, kin))


def kin_of(earlier: TextPaper, later: TextPaper, rows: Iterable[Row]) -> list[Kin]:
    """The rows of a concordance as places in both papers."""
    then = {row.key: place for place, row in enumerate(earlier.paragraphs)}
    now = {row.key: place for place, row in enumerate(later.paragraphs)}
    return [
        Kin(
            tuple(sorted(then[str(said.id)] for said in row.then)),
            tuple(sorted(now[str(said.id)] for said in row.now)),
        )
        for row in rows
    ]


def _paper(access: Access, revision: Revision, wordings: Iterable[Wording]) -> TextPaper:
    draft, consultation = revision.draft, access.consultation
    return TextPaper(
        consultation=consultation.title,
        handling=consultation.handling,
        address=(consultation.slug, draft.slug, revision.number),
        title=draft.title,
        symbol=draft.symbol,
        stage=revision.stage,
        nature=revision.nature,
        language=draft.language,
        circulated_at=revision.circulated_at,
        checksum=revision.checksum,
        seal_url=f"{settings.BASE_URL}{reverse('seal')}",
        paragraphs=tuple(printed(wording) for wording in wordings),
        meeting=revision.meeting.title if revision.meeting else "",
    )
