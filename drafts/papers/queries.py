"""Reads a circulated revision, or two of them with their redline, into values to print.

A fixed number of queries.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.db.models import Exists
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext, override

from consultations.rules.access import Access
from drafts.brackets.annex import brackets_annex
from drafts.comparing.concordance import ConcordanceRow, concordance_of
from drafts.languages.queries import ParagraphTranslation, latest_translations
from drafts.models import Revision, StateAct, Wording
from drafts.papers.files import TextRedline
from drafts.papers.paper import PrintedParagraph, TextPaper, interface_language, printed_paragraph
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.text.names import NamedRow, names_to_keep


def revision_of(access: Access, draft_slug: str, number: int) -> Revision:
    """A circulated revision with its text. Raises Http404."""
    revisions = Revision.objects.visible_to(access).select_related("draft", "meeting")
    try:
        return revisions.get(draft__slug=draft_slug, number=number)
    except Revision.DoesNotExist:
        raise Http404


def paper_of_revision(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision; needs its draft and meeting. Two queries."""
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    wordings_in_order = wordings.select_related("paragraph").order_by("place")
    state_by_paragraph_id = _state_by_paragraph_id(access, revision)
    paragraphs = tuple(
        printed_paragraph(wording, state_by_paragraph_id.get(wording.paragraph_id, ""))
        for wording in wordings_in_order
    )
    return replace(_paper_without_paragraphs(access, revision), paragraphs=paragraphs)


def with_brackets_annex(access: Access, revision: Revision, paper: TextPaper) -> TextPaper:
    """The paper with the open brackets as its annex; unchanged where none is open. Two queries.

    It names who asked where the revision was circulated with the names, whoever downloads it.
    """
    with override(interface_language(paper.language)):
        annex = brackets_annex(access, revision, shows_names=revision.names_askers)
    return replace(paper, annexes=(annex,)) if annex else paper


def _state_by_paragraph_id(access: Access, revision: Revision) -> dict[int, str]:
    """The circulated negotiation states of the paragraphs, by id; of the latest revision alone.

    An earlier revision prints none: they may have changed since.
    """
    state_acts = StateAct.objects.on_circulated_words(access).applying_to([revision])
    later_revisions = Revision.objects.filter(draft=revision.draft_id, number__gt=revision.number)
    return dict(state_acts.exclude(Exists(later_revisions)).values_list("paragraph_id", "state"))


def translated_paper(access: Access, revision: Revision, language: str) -> TextPaper | None:
    """The paper in another language; None where nothing of it is translated. Three queries.

    What is not translated is printed in the authentic words; a footnote says so, and also what
    is outdated.
    """
    visible_wordings = Wording.objects.visible_to(access).filter(revision=revision)
    wordings = list(visible_wordings.select_related("paragraph").order_by("place"))
    text_hash_by_paragraph_id = {wording.paragraph_id: wording.text_hash for wording in wordings}
    translation_by_paragraph_id = latest_translations(
        access, revision, text_hash_by_paragraph_id, language
    ).get(language)
    if not translation_by_paragraph_id:
        return None
    state_by_paragraph_id = _state_by_paragraph_id(access, revision)
    with override(interface_language(language)):
        paragraphs = [
            _translated_paragraph(wording, translation_by_paragraph_id.get(wording.paragraph_id))
            for wording in wordings
        ]
    # What is cited by its first words is cited by those of its translation.
    name_by_paragraph_id = names_to_keep(
        [
            NamedRow(
                wording.paragraph_id,
                wording.parent_id,
                wording.label,
                wording.kind,
                paragraph.text,
            )
            for wording, paragraph in zip(wordings, paragraphs, strict=True)
        ]
    )
    return replace(
        _paper_without_paragraphs(access, revision),
        paragraphs=tuple(
            replace(
                paragraph,
                negotiation_state=state_by_paragraph_id.get(wording.paragraph_id, ""),
                name=name_by_paragraph_id[wording.paragraph_id],
            )
            for wording, paragraph in zip(wordings, paragraphs, strict=True)
        ),
        language=language,
        original_language=revision.draft.language,
        is_official=all(
            translation.is_official for translation in translation_by_paragraph_id.values()
        ),
    )


def _translated_paragraph(
    wording: Wording, translation: ParagraphTranslation | None
) -> PrintedParagraph:
    """A paragraph in its translation; in the authentic words where there is none."""
    authentic = printed_paragraph(wording)
    if translation is None:
        return replace(authentic, notes=(*authentic.notes, gettext("Not translated yet.")))
    outdated = gettext("Outdated: the authentic text has changed since.")
    has_opening = translation.text.startswith(translation.opening)
    return replace(
        authentic,
        text=translation.text,
        opening_length=len(translation.opening) if has_opening else 0,
        notes=(*translation.notes, outdated) if translation.is_outdated else translation.notes,
    )


def redline_of(
    access: Access, later_paper: TextPaper, revisions: tuple[Revision, Revision]
) -> TextRedline:
    """What changed from the first of two revisions to the second, whose paper is given.

    Four queries. Paragraphs are matched by their lineage: which paragraph became which is recorded
    when the text is edited, and never guessed.
    """
    earlier_revision, _later_revision = revisions
    earlier_paper = paper_of_revision(access, earlier_revision)
    matches = _paragraph_matches(earlier_paper, later_paper, concordance_of(*revisions).rows)
    return TextRedline(
        earlier_paper, mark_changes(earlier_paper.paragraphs, later_paper.paragraphs, matches)
    )


def _paragraph_matches(
    earlier_paper: TextPaper, later_paper: TextPaper, concordance_rows: Iterable[ConcordanceRow]
) -> list[ParagraphMatch]:
    """The rows of a concordance as indexes of paragraphs in both papers."""
    old_index_by_id = {
        paragraph.public_id: index for index, paragraph in enumerate(earlier_paper.paragraphs)
    }
    new_index_by_id = {
        paragraph.public_id: index for index, paragraph in enumerate(later_paper.paragraphs)
    }
    return [
        ParagraphMatch(
            tuple(
                sorted(
                    old_index_by_id[str(paragraph.public_id)]
                    for paragraph in concordance_row.earlier_paragraphs
                )
            ),
            tuple(
                sorted(
                    new_index_by_id[str(paragraph.public_id)]
                    for paragraph in concordance_row.later_paragraphs
                )
            ),
        )
        for concordance_row in concordance_rows
    ]


def _paper_without_paragraphs(access: Access, revision: Revision) -> TextPaper:
    """The paper of a revision without its paragraphs."""
    draft, consultation = revision.draft, access.consultation
    return TextPaper(
        consultation_title=consultation.title,
        handling=consultation.handling,
        consultation_slug=consultation.slug,
        draft_slug=draft.slug,
        revision_number=revision.number,
        title=draft.title,
        symbol=draft.symbol,
        stage=revision.stage,
        nature=revision.nature,
        language=draft.language,
        circulated_at=revision.circulated_at,
        checksum=revision.checksum,
        seal_url=f"{settings.BASE_URL}{reverse('seal')}",
        paragraphs=(),
        adopting_meeting_title=revision.meeting.title if revision.meeting else "",
    )
