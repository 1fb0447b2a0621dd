"""Merges the edits of two people who saved the same paragraph, and shows where they conflict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.time.wall_clock import hour_of
from drafts.desk.acts import require_in_text, require_same_draft
from drafts.desk.history import HistoryRecord, author_of
from drafts.desk.steps import recorded_step
from drafts.models import SECTION_KINDS, Descent, Paragraph, ParagraphKind, StepKind
from drafts.words.differences import Redline, redline
from drafts.words.merging import MergeConflict, choices_of_form, merge_words, shown_conflicts

# The fields in which two changes are not merged: one of them is taken as a whole.
WHOLE_FIELDS = ("kind", "label", "opening", "notes")

# The fields of a paragraph by name, as its form shows or posts them.
type FormFields = Mapping[str, Any]


@dataclass(frozen=True)
class EditMerge:
    """What somebody else saved and what was typed here, each against the version both began from.

    `text_conflicts` are the stretches of words that both changed, `field_conflicts` sentences on
    other fields that both changed; `merged_fields` is what goes into the form.
    """

    their_name: str
    their_time: str
    their_redline: Redline
    my_redline: Redline
    text_conflicts: tuple[MergeConflict, ...]
    field_conflicts: tuple[str, ...]
    merged_fields: FormFields


def merge_edits(
    access: Access,
    stored_paragraph: Paragraph,
    *,
    base_version: int,
    my_fields: FormFields,
    their_fields: FormFields,
    posted_choices: Mapping[str, Any],
) -> EditMerge:
    """Merge what was typed on `base_version` with what somebody else saved since then.

    A change that only one of the two made is kept; where both changed the same words, those typed
    are kept until somebody chooses; `posted_choices` holds the choices made so far.
    """
    records = stored_paragraph.history.select_related("history_user").order_by(
        "-history_date", "-history_id"
    )
    last_record, base_record = records.first(), records.filter(version=base_version).first()
    # Without a record of that version nothing can be compared: all that was typed is kept.
    base_text = base_record.text if base_record else ""
    word_merge = merge_words(base_text, my_fields["text"], their_fields["text"])
    choices = choices_of_form("text", word_merge, posted_choices)
    whole_fields = {
        name: their_fields[name]
        if base_record and my_fields[name] == _field_of_version(base_record, name)
        else my_fields[name]
        for name in WHOLE_FIELDS
    }
    return EditMerge(
        their_name=author_of(last_record, access),
        their_time=hour_of(
            last_record.history_date, ZoneInfo(access.user.time_zone), now=access.moment
        ),
        their_redline=redline(base_text, their_fields["text"]),
        my_redline=redline(base_text, my_fields["text"]),
        text_conflicts=tuple(shown_conflicts("text", word_merge, choices)),
        field_conflicts=tuple(_other_conflicts(base_record, my_fields, their_fields)),
        merged_fields={**whole_fields, "text": word_merge.merged_text(choices)},
    )


def _field_of_version(record: HistoryRecord, name: str) -> str:
    """A field of an earlier version as the form shows it."""
    value: str = getattr(record, name) if name != "notes" else "\n\n".join(record.notes)
    return value


def _other_conflicts(
    base_record: HistoryRecord, my_fields: FormFields, their_fields: FormFields
) -> list[str]:
    """A sentence for kind, label or footnotes where both changed it; what was typed is kept.

    Opening words that both changed are kept as typed without a sentence.
    """
    shown_name_by_field = {"kind": _("kind"), "label": _("label"), "notes": _("footnotes")}
    sentence = _("%(field)s: saved as “%(theirs)s”, typed by you as “%(mine)s”")
    return [
        sentence
        % {
            "field": field_name,
            "theirs": _field_as_shown(name, their_fields),
            "mine": _field_as_shown(name, my_fields),
        }
        for name, field_name in shown_name_by_field.items()
        if my_fields[name] != their_fields[name]
        and not (
            base_record
            and _field_of_version(base_record, name) in {my_fields[name], their_fields[name]}
        )
    ]


def _field_as_shown(name: str, fields: FormFields) -> str:
    """A field of the form as the page prints it."""
    return str(ParagraphKind(fields[name]).label if name == "kind" else fields[name] or _("none"))


# --- Mergers recorded by hand --------------------------------------------------------------------


@transaction.atomic
def record_merged(
    *, access: Access, paragraph: Paragraph, merged_paragraphs: Sequence[Paragraph]
) -> Paragraph:
    """Record which struck paragraphs were merged into this one: these, and no others.

    No word changes. Raises ValidationError where one of them is no candidate.
    """
    touched_paragraphs = [paragraph, *merged_paragraphs, *merged_into(paragraph)]
    with recorded_step(access, paragraph.draft, StepKind.MERGE, act_paragraphs=touched_paragraphs):
        require_same_draft(paragraph.draft, *merged_paragraphs)
        stored_paragraph = Paragraph.objects.select_related("draft").get(pk=paragraph.pk)
        require_in_text(stored_paragraph)
        candidate_ids = {merged.pk for merged in merge_candidates(stored_paragraph)}
        if not {merged.pk for merged in merged_paragraphs} <= candidate_ids:
            raise ValidationError(
                _("One of them stands, or was never circulated. Choose from the list once more.")
            )
        _merge_links_to(stored_paragraph).exclude(follows__in=merged_paragraphs).delete()
        for merged in merged_paragraphs:
            link: dict[str, Any] = {
                "paragraph": stored_paragraph,
                "follows": merged,
                "revision": None,  # not circulated yet
            }
            Descent.objects.get_or_create(**link, defaults={"how": Descent.How.MERGE})
        return stored_paragraph


def merge_candidates(paragraph: Paragraph) -> list[Paragraph]:
    """Paragraphs of the last revision that are struck now: any may have been merged into this one.

    Titles and headings go with one another only, and so do the other kinds.
    """
    last_revision = paragraph.draft.revisions.order_by("-number").first()
    circulated = paragraph.draft.paragraphs.kept().filter(wordings__revision=last_revision)
    struck_paragraphs = (
        circulated.exclude(struck_at=None).order_by("place", "pk") if last_revision else ()
    )
    return [
        candidate
        for candidate in struck_paragraphs
        if (candidate.kind in SECTION_KINDS) == (paragraph.kind in SECTION_KINDS)
    ]


def merged_into(paragraph: Paragraph) -> list[Paragraph]:
    """The paragraphs recorded as merged into it since the last circulation."""
    return list(Paragraph.objects.filter(followed_by__in=_merge_links_to(paragraph)))


def _merge_links_to(paragraph: Paragraph) -> QuerySet[Descent]:
    """The mergers into a paragraph that no revision has circulated yet."""
    return Descent.objects.filter(paragraph=paragraph, revision=None, how=Descent.How.MERGE)
