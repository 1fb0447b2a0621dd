"""Reads a circulated revision, or two of them with their redline, into values to print.

A fixed number of queries.
"""

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
from drafts.papers.open_brackets import brackets_annex
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.text_files import RedlineSince
from drafts.papers.text_paper import (
    PrintedParagraph,
    TextPaper,
    interface_language,
    printed_paragraph,
)
from drafts.papers.text_redline import marked_paragraphs


def text_paper(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision; needs its draft and meeting. Two queries."""
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    rows = wordings.select_related("paragraph").order_by("place")
    states = _states_by_paragraph(access, revision)
    paragraphs = tuple(printed_paragraph(row, states.get(row.paragraph_id, "")) for row in rows)
    return replace(_paper_without_paragraphs(access, revision), paragraphs=paragraphs)


def with_brackets(access: Access, revision: Revision, paper: TextPaper) -> TextPaper:
    """The paper with the open brackets as its annex; unchanged where none is open. Two queries.

    It names who asked where the revision was circulated with the names, whoever downloads it.
    """
    with override(interface_language(paper.language)):
        annex = brackets_annex(access, revision, shows_names=revision.names_askers)
    return replace(paper, annexes=(annex,)) if annex else paper


def _states_by_paragraph(access: Access, revision: Revision) -> dict[int, str]:
    """The circulated states of the paragraphs of the latest revision, by id; of others none."""
    acts = StateAct.objects.circulated(access).applying_to([revision])
    later = Revision.objects.filter(draft=revision.draft_id, number__gt=revision.number)
    return dict(acts.exclude(Exists(later)).values_list("paragraph_id", "state"))


def translated_paper(access: Access, revision: Revision, language: str) -> TextPaper | None:
    """The paper in another language; None where nothing of it is translated. Three queries.

    What is not translated is printed in the authentic words; a footnote says so, and also what
    is outdated.
    """
    rows = Wording.objects.visible_to(access).filter(revision=revision)
    wordings = list(rows.select_related("paragraph").order_by("place"))
    hashes = {wording.paragraph_id: wording.text_hash for wording in wordings}
    translations = latest_translations(access, revision, hashes, language).get(language)
    if not translations:
        return None
    states = _states_by_paragraph(access, revision)
    with override(interface_language(language)):
        paragraphs = tuple(
            replace(
                _translated_paragraph(wording, translations.get(wording.paragraph_id)),
                state=states.get(wording.paragraph_id, ""),
            )
            for wording in wordings
        )
    return replace(
        _paper_without_paragraphs(access, revision),
        paragraphs=paragraphs,
        language=language,
        original=revision.draft.language,
        is_official=all(translation.is_official for translation in translations.values()),
    )


def _translated_paragraph(
    wording: Wording, translation: ParagraphTranslation | None
) -> PrintedParagraph:
    """A paragraph in its translation; in the authentic words where there is none."""
    authentic = printed_paragraph(wording)
    if translation is None:
        return replace(authentic, notes=(*authentic.notes, gettext("Not translated yet.")))
    outdated = gettext("Outdated: the authentic text has changed since.")
    is_opened = translation.text.startswith(translation.opening)
    return replace(
        authentic,
        text=translation.text,
        opening=len(translation.opening) if is_opened else 0,
        notes=(*translation.notes, outdated) if translation.is_outdated else translation.notes,
    )


def redline_of(
    access: Access, later: TextPaper, revisions: tuple[Revision, Revision]
) -> RedlineSince:
    """What changed from the first of two revisions to the second, whose paper is given.

    Four queries. Paragraphs are matched by the lineage that the desk recorded, never by a guess.
    """
    since = text_paper(access, revisions[0])
    matches = matches_of(since, later, concordance_of(*revisions).rows)
    return RedlineSince(since, marked_paragraphs(since.paragraphs, later.paragraphs, matches))


def matches_of(
    earlier: TextPaper, later: TextPaper, rows: Iterable[ConcordanceRow]
) -> list[ParagraphMatch]:
    """The rows of a concordance as places in both papers."""
    old_index = {row.key: place for place, row in enumerate(earlier.paragraphs)}
    new_index = {row.key: place for place, row in enumerate(later.paragraphs)}
    return [
        ParagraphMatch(
            tuple(sorted(old_index[str(wording.id)] for wording in row.then)),
            tuple(sorted(new_index[str(wording.id)] for wording in row.now)),
        )
        for row in rows
    ]


def _paper_without_paragraphs(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision without its paragraphs."""
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
