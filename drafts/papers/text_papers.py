"""A circulated revision, and two of them, as values to print: a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext, override

from consultations.rules.access import Access
from drafts.comparing.concordance import ConcordanceRow, concordance_of
from drafts.languages.coverage import ParagraphTranslation, latest_translations
from drafts.models import Revision, StateAct, Wording
from drafts.papers.kin import Kin
from drafts.papers.open_brackets import brackets_annex
from drafts.papers.text_files import Redline
from drafts.papers.text_paper import PrintedParagraph, TextPaper, printed, spoken
from drafts.papers.text_redline import marked_paragraphs


def text_paper(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision; needs its draft and meeting. Two queries."""
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    rows = wordings.select_related("paragraph").order_by("place")
    states = _states(access, revision)
    said = tuple(printed(row, states.get(row.paragraph_id, "")) for row in rows)
    return replace(_paper(access, revision), paragraphs=said)


def with_brackets(access: Access, revision: Revision, paper: TextPaper) -> TextPaper:
    """The paper with the open brackets as its annex; as it is where none is open. Two queries.

    Who asked is named where the revision went out with the names, whoever asks for the paper.
    """
    with override(spoken(paper.language)):
        annex = brackets_annex(access, revision, shows_names=revision.names_askers)
    return replace(paper, annexes=(annex,)) if annex else paper


def _states(access: Access, revision: Revision) -> dict[int, str]:
    """What the paragraphs of the latest revision are, as all may know; of others none."""
    acts = StateAct.objects.circulated(access).beside([revision])
    later = Revision.objects.filter(draft=revision.draft_id, number__gt=revision.number)
    return dict(acts.exclude(Exists(later)).values_list("paragraph_id", "state"))


def translated_paper(access: Access, revision: Revision, language: str) -> TextPaper | None:
    """The paper in another language; None where nothing of it is translated. Three queries.

    What is missing stands in the authentic words; that, and what is outdated, a footnote says.
    """
    rows = Wording.objects.visible_to(access).filter(revision=revision)
    wordings = list(rows.select_related("paragraph").order_by("place"))
    hashes = {wording.paragraph_id: wording.text_hash for wording in wordings}
    found = latest_translations(access, revision, hashes, language).get(language)
    if not found:
        return None
    states = _states(access, revision)
    with override(spoken(language)):
        said = tuple(
            replace(
                _said(wording, found.get(wording.paragraph_id)),
                state=states.get(wording.paragraph_id, ""),
            )
            for wording in wordings
        )
    return replace(
        _paper(access, revision),
        paragraphs=said,
        language=language,
        original=revision.draft.language,
        is_official=all(there.is_official for there in found.values()),
    )


def _said(wording: Wording, there: ParagraphTranslation | None) -> PrintedParagraph:
    """A paragraph as its translation says it."""
    authentic = printed(wording)
    if there is None:
        return replace(authentic, notes=(*authentic.notes, gettext("Not translated yet.")))
    outdated = gettext("Outdated: the authentic text has changed since.")
    is_opened = there.text.startswith(there.opening)
    return replace(
        authentic,
        text=there.text,
        opening=len(there.opening) if is_opened else 0,
        notes=(*there.notes, outdated) if there.is_outdated else there.notes,
    )


def redline_of(access: Access, later: TextPaper, revisions: tuple[Revision, Revision]) -> Redline:
    """What changed from the first of two revisions to the second, whose paper is given.

    Four queries. What follows what is the lineage that the desk recorded, never a guess.
    """
    since = text_paper(access, revisions[0])
    kin = kin_of(since, later, concordance_of(*revisions).rows)
    return Redline(since, marked_paragraphs(since.paragraphs, later.paragraphs, kin))


def kin_of(earlier: TextPaper, later: TextPaper, rows: Iterable[ConcordanceRow]) -> list[Kin]:
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


def _paper(access: Access, revision: Revision) -> TextPaper:
    """All but its words."""
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
        paragraphs=(),
        meeting=revision.meeting.title if revision.meeting else "",
    )
