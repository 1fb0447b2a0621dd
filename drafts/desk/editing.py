"""The acts that write the working text: paragraphs added, edited, moved, deleted, split, merged."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.desk.steps import PLACE_GAP, lock_for_editing, recorded_step
from drafts.desk.text_addresses import address_for, require_no_page
from drafts.labels import label_after
from drafts.models import (
    MAX_PARAGRAPH_LENGTH,
    Annexes,
    Descent,
    Draft,
    Kind,
    Levels,
    Numbering,
    Paragraph,
    StepKind,
)
from drafts.readers.opening import opening_words
from drafts.readers.proposal import forbidden_character


class StaleVersion(ValidationError):
    """The error raised when somebody saved in between; `row` is what is stored now."""

    def __init__(self, row: Any) -> None:
        super().__init__(
            _("Somebody else has saved this. Both texts are shown: bring them together."),
            code="stale",
        )
        self.row = row


@transaction.atomic
def start_draft(
    *,
    access: Access,
    title: str,
    slug: str = "",
    symbol: str = "",
    language: str = "en",
    numbering: str = Numbering.RUNNING,
    levels: str = Levels.LETTERS,
    annexes: str = Annexes.RUNNING,
    place: int = 1,
) -> Draft:
    """Begin a text in the consultation. Left empty, its web address is made from the title."""
    access.require(Act.SET_TEXTS, on=access.consultation)
    slug = slug or address_for(access, title)
    require_no_page(access, slug)
    draft = Draft(
        consultation=access.consultation,
        slug=slug,
        title=title,
        symbol=symbol,
        language=language,
        numbering=numbering,
        levels=levels,
        annexes=annexes,
        place=place,
    )
    draft.validate_constraints()
    return write(draft, by=access)


@transaction.atomic
def set_draft(
    *,
    access: Access,
    draft: Draft,
    title: str,
    symbol: str,
    language: str,
    numbering: str,
    levels: str,
    annexes: str,
) -> Draft:
    """Set the title, language and numbering of a text. Its paragraphs keep their labels.

    Numbers are given when the text is first circulated, and later where renumbering is chosen. The
    language stays from the first circulation on: inputs say in which language they read the text.
    """
    access.require(Act.SET_TEXTS, on=draft)
    lock_for_editing(access, draft)
    stored = Draft.objects.select_related("consultation").get(pk=draft.pk)
    if language != stored.language and stored.revisions.exists():
        sentence = _(
            "The text was circulated in this language. Create a new text for another language."
        )
        raise ValidationError({"language": sentence})
    stored.title, stored.symbol, stored.language = title, symbol, language
    stored.numbering, stored.levels, stored.annexes = numbering, levels, annexes
    return write(stored, by=access)


@transaction.atomic
def set_numbering(*, access: Access, draft: Draft, numbering: str) -> Draft:
    """Set the numbering of a text, and nothing else."""
    unchanged = {name: getattr(draft, name) for name in ("title", "symbol", "language")}
    parts = {"levels": draft.levels, "annexes": draft.annexes}
    return set_draft(access=access, draft=draft, numbering=numbering, **unchanged, **parts)


@transaction.atomic
def add_paragraph(
    *,
    access: Access,
    draft: Draft,
    kind: str,
    text: str,
    after: Paragraph | None,
    parent: Paragraph | None = None,
    label: str = "",
    opening: str = "",
    notes: Sequence[str] = (),
    step: str = StepKind.ADD,
) -> Paragraph:
    """Add a paragraph after another (at the very beginning where `after` is None).

    In a text that was circulated the new paragraph is labelled bis, ter … after its neighbour,
    unless a label is given. `step` is the kind of the recorded step.
    """
    with recorded_step(access, draft, step):
        return _write_paragraph(access, draft, kind, text, after, parent, label, opening, notes)


def _write_paragraph(
    access: Access,
    draft: Draft,
    kind: str,
    text: str,
    after: Paragraph | None,
    parent: Paragraph | None,
    label: str = "",
    opening: str = "",
    notes: Sequence[str] = (),
) -> Paragraph:
    require_same_draft(draft, after, parent)
    if not label and after is not None and draft.revisions.exists():
        labels = draft.paragraphs.kept().values_list("label", flat=True)
        label = label_after(after.label, labels)
    paragraph = Paragraph(
        draft=draft,
        parent=parent,
        place=place_after(draft, after),
        kind=kind,
        text=checked_text(text),
        label=label,
        opening=opening,
        notes=list(notes),
    )
    return write(paragraph, by=access)


@transaction.atomic
def edit_paragraph(
    *,
    access: Access,
    paragraph: Paragraph,
    version: int,
    text: str,
    kind: str,
    label: str,
    opening: str = "",
    notes: Sequence[str] = (),
    step: str = StepKind.EDIT,
) -> Paragraph:
    """Change the working words. Raises `StaleVersion` where somebody saved since `version`."""
    with recorded_step(access, paragraph.draft, step):
        stored = _stored_paragraph(paragraph)
        if stored.version != version:
            raise StaleVersion(stored)
        stored.text = checked_text(text)
        stored.kind, stored.label, stored.opening = kind, label, opening
        stored.notes = list(notes)
        stored.version += 1
        return write(stored, by=access)


@transaction.atomic
def move_paragraph(
    *,
    access: Access,
    paragraph: Paragraph,
    after: Paragraph | None,
    parent: Paragraph | None = None,
    step: str = StepKind.MOVE,
) -> Paragraph:
    """Set a paragraph, with those below it, after another one. Its label and identity stay."""
    with recorded_step(access, paragraph.draft, step, of=[paragraph]):
        return _move(access, paragraph, after, parent)


def _move(
    access: Access, paragraph: Paragraph, after: Paragraph | None, parent: Paragraph | None
) -> Paragraph:
    draft = paragraph.draft
    require_same_draft(draft, after, parent)
    subtree = stored_subtree_keys(paragraph)
    if (after and after.pk in subtree) or (parent and parent.pk in subtree):
        raise ValidationError(_("A paragraph cannot move below itself. Choose another place."))
    rows = list(draft.paragraphs.select_related("parent").order_by("place", "pk"))
    moving = [row for row in rows if row.pk in subtree]
    staying = [row for row in rows if row.pk not in subtree]
    position = next((i for i, row in enumerate(staying, 1) if after and row.pk == after.pk), 0)
    head = next(row for row in moving if row.pk == paragraph.pk)
    head.parent = parent
    for place, row in enumerate([*staying[:position], *moving, *staying[position:]], 1):
        row.place = place * PLACE_GAP
    # Only the moved paragraph gets an entry in its history; open forms on others stay valid.
    Paragraph.objects.bulk_update([row for row in rows if row is not head], ["place"])
    return write(head, by=access)


@transaction.atomic
def strike_paragraph(
    *, access: Access, paragraph: Paragraph, step: str = StepKind.STRIKE
) -> Paragraph:
    """Strike a paragraph and those below it from the next revision. No row is deleted."""
    with recorded_step(access, paragraph.draft, step):
        return _strike(access, paragraph)


def _strike(access: Access, paragraph: Paragraph) -> Paragraph:
    moment = timezone.now()
    subtree = Paragraph.objects.filter(pk__in=stored_subtree_keys(paragraph))
    rows = list(subtree.select_related("draft", "parent"))
    for row in rows:
        if row.struck_at is None:
            row.struck_at = moment
            row.version += 1
            write(row, by=access)
    return next(row for row in rows if row.pk == paragraph.pk)


@transaction.atomic
def restore_paragraph(*, access: Access, paragraph: Paragraph) -> Paragraph:
    """Bring a struck paragraph back to its place."""
    with recorded_step(access, paragraph.draft, StepKind.RESTORE):
        stored = _stored_paragraph(paragraph)
        if stored.parent and stored.parent.struck_at:
            raise ValidationError(_("The paragraph above it is deleted. Restore that one first."))
        stored.struck_at = None
        stored.version += 1
        # A restored paragraph was not merged after all, unless a revision said so.
        stored.followed_by.filter(revision=None, how=Descent.How.MERGE).delete()
        return write(stored, by=access)


@transaction.atomic
def split_paragraph(
    *, access: Access, paragraph: Paragraph, texts: Sequence[str], version: int | None = None
) -> list[Paragraph]:
    """Split a paragraph into several; the first piece keeps the identity (domain, rule 14).

    Raises `StaleVersion` where somebody saved since `version`, if one is given.
    """
    if len(texts) < 2:
        raise ValidationError(_("Give at least two pieces to split a paragraph."))
    with recorded_step(access, paragraph.draft, StepKind.SPLIT):
        first = _stored_paragraph(paragraph)
        _require_version(first, version)
        _set_text(first, texts[0])
        pieces = [write(first, by=access)]
        for text in texts[1:]:
            opening = opening_words(text, first.kind)  # type: ignore[arg-type]
            piece = _write_paragraph(
                access, first.draft, first.kind, text, pieces[-1], first.parent, opening=opening
            )
            Descent.objects.create(paragraph=piece, follows=first, how=Descent.How.SPLIT)
            pieces.append(piece)
        return pieces


@transaction.atomic
def merge_paragraphs(
    *,
    access: Access,
    paragraphs: Sequence[Paragraph],
    text: str,
    versions: Sequence[int] = (),
) -> Paragraph:
    """Merge several paragraphs into the first, which keeps its identity; the others are struck.

    Subparagraphs of the others become those of the first. Raises `StaleVersion` where somebody
    saved one of them since `versions`, if these are given.
    """
    if len({paragraph.pk for paragraph in paragraphs}) < 2:
        raise ValidationError(_("Choose at least two paragraphs to merge."))
    first, *others = paragraphs
    with recorded_step(access, first.draft, StepKind.MERGE):
        require_same_draft(first.draft, *others)
        for paragraph, version in zip(paragraphs, versions, strict=False):
            _require_version(_stored_paragraph(paragraph), version)
        for other in others:
            _move_children(access, other, first)
            _strike(access, other)
            link: dict[str, Any] = {"paragraph": first, "follows": other, "revision": None}
            Descent.objects.get_or_create(**link, defaults={"how": Descent.How.MERGE})
        stored = _stored_paragraph(first)
        _set_text(stored, text)
        return write(stored, by=access)


def _move_children(access: Access, other: Paragraph, first: Paragraph) -> None:
    """Move the children of one paragraph below another, behind those that it has."""
    children = other.children.filter(struck_at=None, discarded_at=None)
    for child in children.select_related("draft", "parent").order_by("place", "pk"):
        subtree = Paragraph.objects.filter(pk__in=stored_subtree_keys(first))
        _move(access, child, subtree.order_by("place", "pk").last(), first)


# --- What every write on the desk shares --------------------------------------------------------


def _require_version(stored: Paragraph, version: int | None) -> None:
    if version is not None and stored.version != version:
        raise StaleVersion(stored)


def _set_text(paragraph: Paragraph, text: str) -> None:
    """Set new words; the opening words are read again where they no longer begin them."""
    paragraph.text = checked_text(text)
    if not text.startswith(paragraph.opening):
        paragraph.opening = opening_words(text, paragraph.kind)  # type: ignore[arg-type]
    paragraph.version += 1


def _stored_paragraph(paragraph: Paragraph) -> Paragraph:
    return Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)


def require_same_draft(draft: Draft, *paragraphs: Paragraph | None) -> None:
    """Raise ValidationError unless all these paragraphs belong to the text."""
    if any(paragraph and paragraph.draft_id != draft.pk for paragraph in paragraphs):
        raise ValidationError(_("That paragraph belongs to another text."))


def checked_text(text: str) -> str:
    """The words as written, never repaired; ValidationError where they cannot be printed."""
    if not text.strip():
        raise ValidationError({"text": _("A paragraph needs words. To remove it, delete it.")})
    if len(text) > MAX_PARAGRAPH_LENGTH:
        raise ValidationError(
            {
                "text": _(
                    "The paragraph has %(count)s characters. The limit is %(most)s. Split it."
                )
                % {"count": len(text), "most": MAX_PARAGRAPH_LENGTH}
            }
        )
    if character := forbidden_character(text):
        raise ValidationError(
            {
                "text": _("The text contains %(character)s, which cannot be printed. Remove it.")
                % {"character": character}
            }
        )
    return text


def stored_subtree_keys(paragraph: Paragraph) -> set[int]:
    """The keys of a paragraph and of all below it, in one query."""
    parents = dict(Paragraph.objects.filter(draft=paragraph.draft_id).values_list("pk", "parent"))
    subtree = {paragraph.pk}
    while below := {pk for pk, above in parents.items() if above in subtree} - subtree:
        subtree |= below
    return subtree


def place_after(draft: Draft, after: Paragraph | None) -> int:
    """A free place behind a paragraph and all below it; makes room where there is none."""
    places = list(draft.paragraphs.order_by("place", "pk").values_list("pk", "place"))
    subtree = stored_subtree_keys(after) if after else set()
    position = max((i for i, (pk, _place) in enumerate(places, 1) if pk in subtree), default=0)
    before = places[position - 1][1] if position else 0
    following = places[position][1] if position < len(places) else before + 2 * PLACE_GAP
    if following - before > 1:
        return (before + following) // 2
    # No words change here: no entry in the history.
    draft.paragraphs.filter(place__gte=following).update(place=F("place") + PLACE_GAP)
    return before + PLACE_GAP // 2


def is_nested(kind: str) -> bool:
    """Whether a kind may stand below another paragraph."""
    return kind not in {Kind.TITLE, Kind.HEADING}
