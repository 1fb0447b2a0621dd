"""A file taken onto the desk: chosen, shown row by row, and written only when it is confirmed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.pages.pacing import paced
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.forms.columns_form import ColumnsForm
from drafts.forms.correction_form import PREFIX, CorrectionForm
from drafts.forms.draft_forms import FileForm, place_name
from drafts.intake.file_offers import Offer, by_paragraph, offers_in
from drafts.intake.import_to_desk import import_first, import_next
from drafts.intake.importing import (
    Decided,
    ImportProposal,
    ImportRow,
    decided_by_choice,
    decided_by_file,
    paragraphs_in_force,
    propose,
    row_keys,
    with_choices,
)
from drafts.models import Draft, Paragraph
from drafts.pages.desk_pages import text_of
from drafts.readers import read_draft
from drafts.readers.corrections import Correction, corrected
from drafts.readers.proposal import Problem, ReadParagraph, ReadText, Unreadable
from drafts.readers.tables import read_by_rows, table_in

KEPT_SECONDS = 2 * 3600
NEAR = 12
_CHOICE = "place-"


@dataclass(frozen=True)
class KeptFile:
    """What was sent, kept until it is confirmed: only for its sender, in the same capacity.

    `typed` are the fields of a correction that is not saved yet; `changes` says how changes that
    were tracked in it are read: accept, refuse or propose.
    """

    name: str
    content: bytes
    lineage: bytes
    choices: Mapping[str, str]
    read: ReadText
    corrections: Mapping[int, Correction] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    changes: str = ""

    @property
    def offers(self) -> list[Offer]:
        """What its authors propose or say in the margin."""
        return offers_in(self.read, with_changes=self.changes == "propose")

    @property
    def text(self) -> ReadText:
        """What was read, as it was corrected."""
        return corrected(self.read, self.corrections)

    def paragraph(self, row: object) -> ReadParagraph | None:
        """The row of the file as it was read."""
        return next((one for one in self.read.paragraphs if str(one.row) == row), None)


@dataclass(frozen=True)
class Option:
    """A paragraph that a row may continue, as its select lists it."""

    value: str
    name: str


@dataclass(frozen=True)
class ImportChoice:
    """A row of the preview; where a person may choose, what is chosen now and what is likely.

    `options` are the paragraphs next to its place; all of them only where the row is open.
    """

    line: ImportRow
    key: str
    chosen: str = ""
    likely: Option | None = None
    options: Sequence[Option] = ()
    has_more: bool = False
    offers: Sequence[Offer] = ()


@dataclass(frozen=True)
class Mending:
    """The row that is open for correction, and its form."""

    paragraph: ReadParagraph
    form: CorrectionForm

    @property
    def key(self) -> str:
        """Where the form stands: at the first piece, where the row was split."""
        return str(self.paragraph.row)


@never_cache
@with_access
@paced("upload", "POST")
def import_file(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Choose a file, or paste a text. Nothing is written; what it makes is shown next."""
    text = text_of(access, draft, Act.EDIT_TEXT)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _choose(request, access, text, form)
    if not form.is_valid():
        return _choose(request, access, text, form, status=422)
    name, content = form.content
    lineage = form.cleaned_data["lineage"]
    try:
        read = read_draft(name, content)
        sent = KeptFile(name, content, lineage.read() if lineage else b"", _choices(request), read)
        _proposal(text, sent)
    except Unreadable as error:
        return _choose(request, access, text, form, status=422, problems=error.problems)
    key = uuid4()
    cache.set(address_of(access, text, key), sent, KEPT_SECONDS)
    return redirect("import_preview", access.consultation.slug, text.slug, key)


@never_cache
@with_access
def preview(request: HttpRequest, access: Access, draft: str, kept: UUID) -> HttpResponse:
    """What the file makes of the text, row by row; mended and confirmed, it is taken."""
    text = text_of(access, draft, Act.EDIT_TEXT)
    address = address_of(access, text, kept)
    sent = kept_file(address)
    if sent is None:
        return expired(request, access, text)
    if sent.read.proposals and not sent.changes:
        return redirect("import_changes", access.consultation.slug, text.slug, kept)
    if request.method == "POST":
        choices = {**sent.choices, **_choices(request)}
        sent = replace(sent, choices=choices, typed=_typed(request))
        cache.set(address, sent, KEPT_SECONDS)
    if "keep" in request.POST:
        return HttpResponse(status=204)
    if "by_rows" in request.POST:
        return _by_rows(request, access, text, sent, address)
    if {"correct", "save", "undo", "probable"} & request.POST.keys():
        return _mended(request, access, text, sent, address)
    try:
        proposal = _proposal(text, sent)
    except Unreadable as error:  # the text on the desk has changed under the lineage
        form = FileForm()
        return _choose(request, access, text, form, status=422, problems=error.problems)
    if "take" not in request.POST:
        return _shown(request, access, text, proposal, sent, mending=_mending(request, sent))
    if proposal.open_lines or request.POST.get("seen") != proposal.fingerprint:
        return _shown(request, access, text, proposal, sent, status=409, is_changed=True)
    try:
        _take(access, text, proposal, sent)
    except ValidationError as error:
        refused = " ".join(error.messages)
        return _shown(request, access, text, proposal, sent, status=422, refused=refused)
    cache.delete(address)
    messages.success(request, _("The text is on the desk. Delegations see it once circulated."))
    return redirect("desk", access.consultation.slug, text.slug)


def _by_rows(
    request: HttpRequest, access: Access, text: Draft, sent: KeptFile, address: str
) -> HttpResponse:
    """The table of the file read as rows. They are others then: what was chosen falls away."""
    table = table_in(sent.read)
    if table is None:
        return redirect(request.path)
    form = ColumnsForm(request.POST, table=table)
    if not form.is_valid():
        proposal = _proposal(text, sent)
        return _shown(request, access, text, proposal, sent, status=422, columns=form)
    read = read_by_rows(sent.read, form.uses)
    read_anew = replace(sent, read=read, choices={}, corrections={}, typed={})
    cache.set(address, read_anew, KEPT_SECONDS)
    return redirect(request.path)


def _mended(
    request: HttpRequest, access: Access, text: Draft, sent: KeptFile, address: str
) -> HttpResponse:
    """A row opened for correction, corrected, or read again as it was; or the probable chosen."""
    if "probable" in request.POST:
        chosen = {**sent.choices, **_probable(_proposal(text, sent))}
        cache.set(address, replace(sent, choices=chosen), KEPT_SECONDS)
        return redirect(request.path)
    named = (request.POST.get(act) for act in ("correct", "save", "undo"))
    paragraph = sent.paragraph(next(filter(None, named), None))
    if paragraph is None:
        return redirect(request.path)
    if "correct" in request.POST:
        return redirect(f"{request.path}?row={paragraph.row}#row-{paragraph.row}")
    corrections = {key: kept for key, kept in sent.corrections.items() if key != paragraph.row}
    if "save" in request.POST:
        form = CorrectionForm.typed(request.POST)
        if form.is_valid():
            corrections[paragraph.row] = form.correction
            form.check_titles(corrected(sent.read, corrections))
        if form.errors:
            mending = Mending(paragraph, form)
            proposal = _proposal(text, sent)
            return _shown(request, access, text, proposal, sent, status=422, mending=mending)
    cache.set(address, replace(sent, corrections=corrections, typed={}), KEPT_SECONDS)
    return redirect(f"{request.path}#row-{paragraph.row}")


def _mending(request: HttpRequest, sent: KeptFile) -> Mending | None:
    """The row that the address opens for correction, with what was typed on it before."""
    paragraph = sent.paragraph(request.GET.get("row"))
    if paragraph is None or paragraph in _put_aside(sent):
        return None
    if sent.typed.get("row") == str(paragraph.row):
        return Mending(paragraph, CorrectionForm.unfinished(sent.typed))
    correction = sent.corrections.get(paragraph.row)
    return Mending(paragraph, CorrectionForm.showing(paragraph, correction))


def _probable(proposal: ImportProposal) -> dict[str, str]:
    """What is probable of the rows that are open, as choices."""
    keys = zip(row_keys(proposal.read), proposal.lines, strict=True)
    return {
        key: _option(line.suggested).value or "new"
        for key, line in keys
        if line.how == "open" and line.certainty == "probable"
    }


def _proposal(text: Draft, sent: KeptFile) -> ImportProposal:
    """What stands, what was sent, and what was chosen, together. Raises Unreadable."""
    read = sent.text
    standing = paragraphs_in_force(text)
    decided = decided_by_file(sent.lineage, standing, read) if sent.lineage else Decided()
    chosen = decided_by_choice(sent.choices, standing, read)
    return propose(standing, read, with_choices(decided, chosen))


def _take(access: Access, text: Draft, proposal: ImportProposal, sent: KeptFile) -> None:
    read, offers, follows = proposal.read, sent.offers, proposal.follows
    if text.paragraphs.kept().exists():
        import_next(access=access, draft=text, read=read, follows=follows, offers=offers)
    else:
        import_first(access=access, draft=text, read=read, offers=offers)


def _choose(
    request: HttpRequest,
    access: Access,
    text: Draft,
    form: FileForm,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    is_expired: bool = False,
) -> HttpResponse:
    context = {
        "access": access,
        "draft": text,
        "form": form,
        "problems": problems,
        "is_expired": is_expired,
        "is_next": text.paragraphs.kept().exists(),
        "choices": [(_CHOICE + row, chosen) for row, chosen in _choices(request).items()],
    }
    return render(request, "drafts/import.html", context, status=status)


def expired(request: HttpRequest, access: Access, text: Draft) -> HttpResponse:
    """The file is gone; the choices made on it are not: they go along with the file sent again."""
    return _choose(request, access, text, FileForm(), status=422, is_expired=True)


def _shown(
    request: HttpRequest,
    access: Access,
    text: Draft,
    proposal: ImportProposal,
    sent: KeptFile,
    *,
    status: int = 200,
    is_changed: bool = False,
    refused: str = "",
    mending: Mending | None = None,
    columns: ColumnsForm | None = None,
) -> HttpResponse:
    table = table_in(sent.read)
    open_lines = proposal.open_lines
    offers = by_paragraph(sent.offers)
    placed = {line.read.file_id for line in proposal.lines}
    context = {
        "access": access,
        "draft": text,
        "name": sent.name,
        "changes": sent.changes,
        "unplaced": [one for key, them in offers.items() if key not in placed for one in them],
        "proposal": proposal,
        "rows": [
            replace(asked, offers=offers.get(asked.line.read.file_id, ()))
            for asked in _rows(proposal, str(mending.paragraph.row) if mending else "")
        ],
        "corrected": sent.corrections.keys(),
        "put_aside": _put_aside(sent),
        "mending": mending,
        "probable": sum(line.certainty == "probable" for line in open_lines),
        "has_choices": any(line.asked for line in proposal.lines),
        "is_changed": is_changed,
        "refused": refused,
        "table": table,
        "columns": columns or (ColumnsForm(table=table) if table else None),
    }
    return render(request, "drafts/import_preview.html", context, status=status)


def _put_aside(sent: KeptFile) -> list[ReadParagraph]:
    """The rows that a person left out or joined to the one above."""
    return [
        paragraph
        for paragraph in sent.read.paragraphs
        if (found := sent.corrections.get(paragraph.row))
        and (found.is_left_out or found.joins_above)
    ]


def _rows(proposal: ImportProposal, opened: str) -> Iterator[ImportChoice]:
    """The rows with what may be chosen for each: where hundreds are open, those near its place."""
    olds = _disposable(proposal)
    place = 0
    for key, line in zip(row_keys(proposal.read), proposal.lines, strict=True):
        place = line.follows[0].place if line.follows else place
        is_opened = key == opened
        if not line.asked or (line.certainty == "sure" and not is_opened):
            yield ImportChoice(line, key)
            continue
        near = olds if is_opened else _nearest(olds, place)
        likely = _option(line.suggested or line.follows)
        chosen = "" if line.how == "open" else "new" if line.how == "new" else likely.value
        yield ImportChoice(
            line,
            key,
            chosen,
            likely if likely.value else None,
            [_option([old]) for old in near],
            has_more=len(near) < len(olds),
        )


def _nearest(olds: Sequence[Paragraph], place: int) -> list[Paragraph]:
    """The paragraphs that stood next to a place, in their order."""
    near = sorted(olds, key=lambda old: abs(old.place - place))[:NEAR]
    return sorted(near, key=lambda old: (old.place, old.pk))


def _option(olds: Sequence[Paragraph]) -> Option:
    """One paragraph, or several that become one."""
    return Option(
        "+".join(str(old.public_id) for old in olds), " + ".join(place_name(old) for old in olds)
    )


def _disposable(proposal: ImportProposal) -> list[Paragraph]:
    """Every paragraph of which a person may still dispose, in the order of the text."""
    olds: dict[int, Paragraph] = {old.pk: old for old in proposal.unclaimed}
    for line in proposal.lines:
        if line.asked:
            olds |= {old.pk: old for old in line.follows}
    return sorted(olds.values(), key=lambda old: (old.place, old.pk))


def _choices(request: HttpRequest) -> dict[str, str]:
    """Row number → what was chosen for it."""
    return {
        name.removeprefix(_CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE)
    }


def _typed(request: HttpRequest) -> dict[str, str]:
    """The fields of the correction that is open, and its row."""
    return {
        name: str(value)
        for name, value in request.POST.items()
        if name == "row" or name.startswith(f"{PREFIX}-")
    }


def kept_file(address: str) -> KeptFile | None:
    """What was sent, by its address in the store; None where it is gone."""
    return cast(KeptFile | None, cache.get(address))


def address_of(access: Access, text: Draft, key: UUID) -> str:
    return f"import:{access.user.pk}:{access.capacity.key}:{text.pk}:{key}"
