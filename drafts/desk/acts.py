"""The acts that write the working text: paragraphs added, edited, moved, deleted, split, merged."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consultations.founding.acts import free_address
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.desk.places import require_may_stand_below
from drafts.desk.steps import PLACE_GAP, lock_for_editing, recorded_step
from drafts.models import (
    MAX_PARAGRAPH_LENGTH,
    SECTION_KINDS,
    AnnexNumbering,
    Descent,
    Draft,
    Numbering,
    Paragraph,
    StepKind,
    SubparagraphLabels,
)
from drafts.parsing.file_text import code_of_forbidden_character
from drafts.parsing.opening import opening_words
from drafts.text.labels import label_after


class StaleVersion(ValidationError):
    """The error raised when somebody saved in between; `stored_row` is what is stored now."""

    def __init__(self, stored_row: Any) -> None:
        super().__init__(
            _("Somebody else has saved this. Both texts are shown: bring them together."),
            code="stale",
        )
        self.stored_row = stored_row


class TextChanged(ValidationError):
    """The working text is not the one that a page showed, or a proposal was made for."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The working text or a choice changed since this was shown."
                " Please review it again. Nothing was saved."
            )
        )


@transaction.atomic
def start_draft(
    *,
    access: Access,
    title: str,
    slug: str = "",
    symbol: str = "",
    language: str = "en",
    numbering: str = Numbering.RUNNING,
    levels: str = SubparagraphLabels.LETTERS,
    annexes: str = AnnexNumbering.RUNNING,
    place: int = 1,
) -> Draft:
    """Begin a text in the consultation. Left empty, `slug`, its web address, is made of the title.

    `levels`: how subparagraphs are labelled; `annexes`: annex paragraphs; `place`: of the text.
    """
    access.require(Act.SET_TEXTS, on=access.consultation)
    require_printable(title=title, symbol=symbol)
    slug = slug or _address_for(access, title)
    _require_free_address(access, slug)
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
    draft.validate_constraints()  # a sentence where another text has this address
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
    """Set title, symbol, language and numbering of a text. Its paragraphs keep their labels.

    Numbers are given when the text is first circulated, and later where renumbering is chosen. The
    language stays from the first circulation on: inputs say in which language they read the text.
    """
    access.require(Act.SET_TEXTS, on=draft)
    require_printable(title=title, symbol=symbol)
    lock_for_editing(access, draft)
    stored_draft = Draft.objects.select_related("consultation").get(pk=draft.pk)
    if language != stored_draft.language and stored_draft.revisions.exists():
        sentence = _(
            "The text was circulated in this language. Create a new text for another language."
        )
        raise ValidationError({"language": sentence})
    stored_draft.title, stored_draft.symbol, stored_draft.language = title, symbol, language
    stored_draft.numbering, stored_draft.levels, stored_draft.annexes = numbering, levels, annexes
    return write(stored_draft, by=access)


@transaction.atomic
def set_numbering(*, access: Access, draft: Draft, numbering: str) -> Draft:
    """Set the numbering of a text, and nothing else."""
    return set_draft(
        access=access,
        draft=draft,
        title=draft.title,
        symbol=draft.symbol,
        language=draft.language,
        numbering=numbering,
        levels=draft.levels,
        annexes=draft.annexes,
    )


def _address_for(access: Access, title: str) -> str:
    """A web address for a text, made of its title, that is free in this consultation."""
    used_slugs = set(Draft.objects.visible_to(access).values_list("slug", flat=True))
    return free_address(
        title,
        fallback="text",
        is_in_use=lambda slug: slug in used_slugs or _is_address_of_page(access, slug),
    )


def _require_free_address(access: Access, slug: str) -> None:
    """Raise `ValidationError` where a page of the consultation has this address.

    A constraint of `Draft` sees to it that no other text has it.
    """
    if _is_address_of_page(access, slug):
        raise ValidationError({"slug": _("This address is already in use. Choose another.")})


def _is_address_of_page(access: Access, slug: str) -> bool:
    """Whether a page other than that of a text ("latest") has this address."""
    # The page that the address of a text would lead to: the pattern of another page may come first.
    match = resolve(reverse("latest", args=[access.consultation.slug, slug]))
    return match.url_name != "latest"


# --- Paragraphs ----------------------------------------------------------------------------------


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
    step_kind: str = StepKind.ADD,
) -> Paragraph:
    """Add a paragraph after another and all below it (at the very beginning where `after` is None).

    In a text that was circulated the new paragraph is labelled bis, ter … after its neighbour, if
    there is one, unless a label is given or it is a heading. `parent` is the paragraph that it
    stands below, if any.
    """
    with recorded_step(access, draft, step_kind):
        return _write_paragraph(
            access, draft, kind, text, label, opening, notes, after_paragraph=after, parent=parent
        )


def _write_paragraph(
    access: Access,
    draft: Draft,
    kind: str,
    text: str,
    label: str = "",
    opening: str = "",
    notes: Sequence[str] = (),
    *,
    after_paragraph: Paragraph | None,
    parent: Paragraph | None,
) -> Paragraph:
    """Write a new paragraph, inside a step that is already open; see `add_paragraph`."""
    require_same_draft(draft, after_paragraph, parent)
    require_printable(label=label, opening=opening, notes="".join(notes))
    is_numbered = kind not in SECTION_KINDS
    if is_numbered and not label and after_paragraph is not None and draft.revisions.exists():
        labels = draft.paragraphs.kept().values_list("label", flat=True)
        label = label_after(after_paragraph.label, labels)
    paragraph = Paragraph(
        draft=draft,
        parent=parent,
        place=make_place_after(draft, after_paragraph),
        kind=kind,
        text=valid_paragraph_text(text),
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
    step_kind: str = StepKind.EDIT,
) -> Paragraph:
    """Change the working words. Raises `StaleVersion` where somebody saved since `version`.

    Raises ValidationError where the paragraph is deleted, or its words cannot stand.
    Opening words that do not begin the text are found in it anew.
    """
    with recorded_step(access, paragraph.draft, step_kind):
        stored_paragraph = fetch_stored(paragraph)
        require_in_text(stored_paragraph)
        if stored_paragraph.version != version:
            raise StaleVersion(stored_paragraph)
        require_printable(label=label, opening=opening, notes="".join(notes))
        stored_paragraph.kind, stored_paragraph.label = kind, label
        stored_paragraph.opening, stored_paragraph.notes = opening, list(notes)
        _set_text(stored_paragraph, text)
        return write(stored_paragraph, by=access)


@transaction.atomic
def move_paragraph(
    *,
    access: Access,
    paragraph: Paragraph,
    after: Paragraph | None,
    parent: Paragraph | None = None,
    step_kind: str = StepKind.MOVE,
) -> Paragraph:
    """Set a paragraph and those below it directly after another (None: first), below `parent`.

    Raises ValidationError where it is deleted, where one of the two is a heading, or where rooms do
    not allow it.
    """
    with recorded_step(access, paragraph.draft, step_kind, act_paragraphs=[paragraph]):
        # What a file nested may move among its siblings.
        if parent and parent.pk != paragraph.parent_id:
            require_may_stand_below(paragraph, parent)
        return _move(access, paragraph, after, parent)


def _move(
    access: Access,
    paragraph: Paragraph,
    after_paragraph: Paragraph | None,
    parent: Paragraph | None,
) -> Paragraph:
    """Set a paragraph with those below it after another, inside a step that is already open."""
    draft = paragraph.draft
    require_same_draft(draft, after_paragraph, parent)
    moved_ids = stored_subtree_ids(paragraph)
    if (after_paragraph and after_paragraph.pk in moved_ids) or (parent and parent.pk in moved_ids):
        raise ValidationError(_("A paragraph cannot move below itself. Choose another place."))
    all_paragraphs = list(draft.paragraphs.select_related("parent").order_by("place", "pk"))
    moved_paragraphs = [each for each in all_paragraphs if each.pk in moved_ids]
    other_paragraphs = [each for each in all_paragraphs if each.pk not in moved_ids]
    insert_index = next(
        (
            index
            for index, each in enumerate(other_paragraphs, 1)
            if after_paragraph and each.pk == after_paragraph.pk
        ),
        0,
    )
    moved_paragraph = next(each for each in moved_paragraphs if each.pk == paragraph.pk)
    require_in_text(moved_paragraph)
    moved_paragraph.parent = parent
    for place, each in enumerate(
        [*other_paragraphs[:insert_index], *moved_paragraphs, *other_paragraphs[insert_index:]], 1
    ):
        each.place = place * PLACE_GAP
    # Only the moved paragraph gets an entry in its history; open forms on others stay valid.
    Paragraph.objects.bulk_update(
        [each for each in all_paragraphs if each is not moved_paragraph], ["place"]
    )
    return write(moved_paragraph, by=access)


@transaction.atomic
def strike_paragraph(
    *, access: Access, paragraph: Paragraph, step_kind: str = StepKind.STRIKE
) -> Paragraph:
    """Strike a paragraph and those below it from the next revision. No row is deleted."""
    with recorded_step(access, paragraph.draft, step_kind):
        return _strike(access, paragraph)


def _strike(access: Access, paragraph: Paragraph) -> Paragraph:
    """Strike a paragraph and those below it, inside a step that is already open."""
    moment = timezone.now()
    subtree = Paragraph.objects.filter(pk__in=stored_subtree_ids(paragraph))
    subtree_paragraphs = list(subtree.select_related("draft", "parent"))
    for each in subtree_paragraphs:
        if each.struck_at is None:
            each.struck_at = moment
            each.version += 1
            write(each, by=access)
    return next(each for each in subtree_paragraphs if each.pk == paragraph.pk)


@transaction.atomic
def restore_paragraph(*, access: Access, paragraph: Paragraph) -> Paragraph:
    """Bring a struck paragraph back to its place; those below it stay struck."""
    with recorded_step(access, paragraph.draft, StepKind.RESTORE):
        stored_paragraph = fetch_stored(paragraph)
        if stored_paragraph.parent and stored_paragraph.parent.struck_at:
            raise ValidationError(_("The paragraph above it is deleted. Restore that one first."))
        stored_paragraph.struck_at = None
        stored_paragraph.version += 1
        # A restored paragraph was not merged after all, unless a revision recorded it.
        stored_paragraph.followed_by.filter(revision=None, how=Descent.How.MERGE).delete()
        return write(stored_paragraph, by=access)


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
        first_piece = fetch_stored(paragraph)
        _require_version(first_piece, version)
        _set_text(first_piece, texts[0])
        pieces = [write(first_piece, by=access)]
        for text in texts[1:]:
            opening = opening_words(text, first_piece.kind)  # type: ignore[arg-type]
            piece = _write_paragraph(
                access,
                first_piece.draft,
                first_piece.kind,
                text,
                opening=opening,
                after_paragraph=pieces[-1],
                parent=first_piece.parent,
            )
            Descent.objects.create(paragraph=piece, follows=first_piece, how=Descent.How.SPLIT)
            pieces.append(piece)
        return pieces


@transaction.atomic
def merge_paragraphs(
    *, access: Access, paragraphs: Sequence[Paragraph], text: str, versions: Sequence[int] = ()
) -> Paragraph:
    """Merge several paragraphs into the first, which keeps its identity; the others are struck.

    Subparagraphs of the others become those of the first, and their footnotes follow its own.
    Raises `StaleVersion` where somebody saved one of them since its version in `versions`, if these
    are given, in the same order.
    """
    if len({paragraph.pk for paragraph in paragraphs}) < 2:
        raise ValidationError(_("Choose at least two paragraphs to merge."))
    first_paragraph, *absorbed_paragraphs = paragraphs
    with recorded_step(access, first_paragraph.draft, StepKind.MERGE):
        require_same_draft(first_paragraph.draft, *absorbed_paragraphs)
        for paragraph, version in zip(paragraphs, versions, strict=False):
            _require_version(fetch_stored(paragraph), version)
        absorbed_notes: list[str] = []
        for absorbed in absorbed_paragraphs:
            _move_children(access, absorbed, first_paragraph)
            absorbed_notes += _strike(access, absorbed).notes
            absorbed.followed_by.get_or_create(
                paragraph=first_paragraph, revision=None, defaults={"how": Descent.How.MERGE}
            )
        stored_paragraph = fetch_stored(first_paragraph)
        stored_paragraph.notes += absorbed_notes
        _set_text(stored_paragraph, text)
        return write(stored_paragraph, by=access)


def _move_children(access: Access, former_parent: Paragraph, new_parent: Paragraph) -> None:
    """Move the children of one paragraph below another, behind the children of that one."""
    children = former_parent.children.filter(struck_at=None, discarded_at=None)
    for child in children.select_related("draft", "parent").order_by("place", "pk"):
        subtree_of_new_parent = Paragraph.objects.filter(pk__in=stored_subtree_ids(new_parent))
        _move(access, child, subtree_of_new_parent.order_by("place", "pk").last(), new_parent)


# --- What every write on the desk shares ---------------------------------------------------------


def require_printable(**words_by_field_name: str) -> None:
    """Raise ValidationError, by field, where words hold a character that no paper may hold."""
    codes = {
        name: code_of_forbidden_character(words) for name, words in words_by_field_name.items()
    }
    sentence = _("The text contains %(character)s, which cannot be printed. Remove it.")
    errors = {name: sentence % {"character": code} for name, code in codes.items() if code}
    if errors:
        raise ValidationError(errors)


def require_same_draft(draft: Draft, *paragraphs: Paragraph | None) -> None:
    """Raise ValidationError unless all these paragraphs belong to the text."""
    if any(paragraph and paragraph.draft_id != draft.pk for paragraph in paragraphs):
        raise ValidationError(_("That paragraph belongs to another text."))


def make_place_after(draft: Draft, after_paragraph: Paragraph | None) -> int:
    """Find a free place behind a paragraph and all below it; moves those that follow if needed."""
    ids_and_places = list(draft.paragraphs.order_by("place", "pk").values_list("pk", "place"))
    subtree_ids = stored_subtree_ids(after_paragraph) if after_paragraph else set()
    insert_index = max(
        (
            index
            for index, (paragraph_id, _place) in enumerate(ids_and_places, 1)
            if paragraph_id in subtree_ids
        ),
        default=0,
    )
    place_before = ids_and_places[insert_index - 1][1] if insert_index else 0
    next_place = (
        ids_and_places[insert_index][1]
        if insert_index < len(ids_and_places)
        else place_before + 2 * PLACE_GAP  # of which the half is taken
    )
    if next_place - place_before > 1:
        return (place_before + next_place) // 2
    # Only places change here, no words: no entry in the history.
    draft.paragraphs.filter(place__gte=next_place).update(place=F("place") + PLACE_GAP)
    return place_before + PLACE_GAP // 2


def stored_subtree_ids(paragraph: Paragraph) -> set[int]:
    """The ids of a paragraph and of all below it, in one query."""
    parent_by_id = dict(
        Paragraph.objects.filter(draft=paragraph.draft_id).values_list("pk", "parent")
    )
    subtree_ids: set[int] = set()
    found_ids = {paragraph.pk}
    while found_ids:
        subtree_ids |= found_ids
        child_ids = {child for child, parent in parent_by_id.items() if parent in found_ids}
        found_ids = child_ids - subtree_ids  # never twice, so that the loop ends
    return subtree_ids


def valid_paragraph_text(text: str) -> str:
    """The words as written, never repaired; ValidationError: none, too long, or not printable."""
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
    require_printable(text=text)
    return text


def fetch_stored(paragraph: Paragraph) -> Paragraph:
    """The paragraph as it is stored now, with its draft and the paragraph above it."""
    return Paragraph.objects.select_related("draft", "parent").get(pk=paragraph.pk)


def require_in_text(stored_paragraph: Paragraph) -> None:
    """Raise ValidationError where a paragraph is deleted, or the step that added it is undone."""
    if sentence := sentence_on_absence(stored_paragraph):
        raise ValidationError(sentence)


def sentence_on_absence(stored_paragraph: Paragraph) -> str:
    """Why a paragraph is not in the text: deleted, or its addition undone; "" where it is in it."""
    if stored_paragraph.discarded_at:
        return _("This paragraph is no longer there. The step that added it was undone.")
    return _("This paragraph is deleted. Restore it first.") if stored_paragraph.struck_at else ""


def _set_text(paragraph: Paragraph, text: str) -> None:
    """Set new words; the opening words are read anew where the text no longer begins with them."""
    paragraph.text = valid_paragraph_text(text)
    if not text.startswith(paragraph.opening):
        paragraph.opening = opening_words(text, paragraph.kind)  # type: ignore[arg-type]
    paragraph.version += 1


def _require_version(stored_paragraph: Paragraph, version: int | None) -> None:
    if version is not None and stored_paragraph.version != version:
        raise StaleVersion(stored_paragraph)


def may_be_nested(kind: str) -> bool:
    """Whether a kind may stand below another paragraph."""
    return kind not in SECTION_KINDS
