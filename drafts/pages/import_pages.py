"""A file taken onto the desk: chosen, shown row by row, and written only when it is confirmed."""

import re
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.contrib import messages
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
from drafts.forms.draft_forms import FileForm
from drafts.intake.file_labels import offers_pp_op
from drafts.intake.file_offers import offers_by_paragraph
from drafts.intake.file_states import state_counts
from drafts.intake.importing import ImportProposal
from drafts.intake.kept_file import (
    KeptFile,
    address_of,
    forget_file,
    import_kept_file,
    keep_file,
    kept_file,
    proposal_of,
)
from drafts.models import Draft, Kind, Numbering
from drafts.pages.desk_pages import text_of
from drafts.pages.import_rows import accepted, bracket_report_of, choices_of, shown_rows
from drafts.readers import read_draft
from drafts.readers.corrections import corrected, with_kind
from drafts.readers.proposal import KINDS, Problem, ReadParagraph, Unreadable
from drafts.readers.tables import read_by_rows, table_in

_CHOICE, _ALSO = "place-", "also-"
_RANGE = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")
# What may be made of several rows at once; a text has one title, the first of the kinds.
_KINDS = [kind for kind in Kind.choices if kind[0] != Kind.TITLE]


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
        proposal_of(text, sent)
    except Unreadable as error:
        return _choose(request, access, text, form, status=422, problems=error.problems)
    key = uuid4()
    keep_file(address_of(access, text, key), sent)
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
        numbering = _numbering(request, sent)
        states = request.POST["states"] == "set" if "states" in request.POST else sent.sets_states
        sent = replace(sent, choices=choices, typed=_typed(request), numbering=numbering)
        sent = replace(sent, sets_states=states)
        keep_file(address, sent)
    if "keep" in request.POST:
        return HttpResponse(status=204)
    if "by_rows" in request.POST:
        return _by_rows(request, access, text, sent, address)
    if {"correct", "save", "undo", "accept", "set-kind"} & request.POST.keys():
        return _mended(request, access, text, sent, address)
    try:
        proposal = proposal_of(text, sent)
    except Unreadable as error:  # the text on the desk has changed under the lineage
        form = FileForm()
        return _choose(request, access, text, form, status=422, problems=error.problems)
    if "take" not in request.POST:
        return _shown(request, access, text, proposal, sent, mending=_mending(request, sent))
    if proposal.open_lines or request.POST.get("seen") != proposal.fingerprint:
        return _shown(request, access, text, proposal, sent, status=409, is_changed=True)
    if proposal.unclaimed:
        return redirect("import_dropped", access.consultation.slug, text.slug, kept)
    try:
        import_kept_file(access, text, proposal, sent)
    except ValidationError as error:
        refused = " ".join(error.messages)
        return _shown(request, access, text, proposal, sent, status=422, refused=refused)
    forget_file(address)
    messages.success(request, _("The text is imported. Delegations see it once circulated."))
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
        proposal = proposal_of(text, sent)
        return _shown(request, access, text, proposal, sent, status=422, columns=form)
    read = read_by_rows(sent.read, form.uses)
    read_anew = replace(sent, read=read, choices={}, corrections={}, typed={})
    keep_file(address, read_anew)
    return redirect(request.path)


def _mended(
    request: HttpRequest, access: Access, text: Draft, sent: KeptFile, address: str
) -> HttpResponse:
    """A row opened for correction, corrected, or read as it was; or many rows in one press."""
    if "accept" in request.POST:
        chosen = accepted(proposal_of(text, sent), request.POST["accept"])
        keep_file(address, replace(sent, choices={**sent.choices, **chosen}))
        return redirect(request.path)
    if "set-kind" in request.POST:
        keep_file(address, _with_kinds(request, sent))
        return redirect(request.get_full_path())
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
            proposal = proposal_of(text, sent)
            return _shown(request, access, text, proposal, sent, status=422, mending=mending)
    keep_file(address, replace(sent, corrections=corrections, typed={}))
    return redirect(f"{request.path}#row-{paragraph.row}")


def _mending(request: HttpRequest, sent: KeptFile) -> Mending | None:
    """The row that the address opens for correction, with what was typed on it before."""
    paragraph = sent.paragraph(request.GET.get("row"))
    if paragraph is None or paragraph in sent.put_aside:
        return None
    if sent.typed.get("row") == str(paragraph.row):
        return Mending(paragraph, CorrectionForm.unfinished(sent.typed))
    correction = sent.corrections.get(paragraph.row)
    return Mending(paragraph, CorrectionForm.showing(paragraph, correction))


def _with_kinds(request: HttpRequest, sent: KeptFile) -> KeptFile:
    """The kind set for the rows that were ticked, or named as "12-47, 50"."""
    rows = {int(row) for row in request.POST.getlist("pick") if row.isdecimal()}
    known = [one.row for one in sent.read.paragraphs]
    for first, last in _RANGE.findall(request.POST.get("rows", "")):
        rows |= {row for row in known if int(first) <= row <= int(last or first)}
    chosen = [kind for kind in KINDS[1:] if kind == request.POST.get("kind")]
    if not chosen:
        return sent
    corrections = with_kind(sent.read, sent.corrections, rows, chosen[0])
    return replace(sent, corrections=corrections, typed={})


def _numbering(request: HttpRequest, sent: KeptFile) -> str:
    """How the text is cited from here on: PP and OP where that is chosen on the page."""
    if "numbering" not in request.POST:
        return sent.numbering
    return Numbering.PP_OP if request.POST["numbering"] == Numbering.PP_OP else ""


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
    offers = offers_by_paragraph(sent.offers)
    placed = {line.read.file_id for line in proposal.lines}
    opened = str(mending.paragraph.row) if mending else ""
    shown = shown_rows(proposal, request.GET.get("only", ""), request.GET.get("page"), opened)
    context = {
        "access": access,
        "draft": text,
        "name": sent.name,
        "changes": sent.changes,
        "unplaced": [one for key, them in offers.items() if key not in placed for one in them],
        "proposal": proposal,
        "shown": shown,
        "bracket_report": bracket_report_of(proposal),
        "rows": [
            replace(asked, offers=offers.get(asked.line.read.file_id, ()))
            for asked in choices_of(proposal, shown, opened)
        ],
        "numbering": sent.numbering,
        "offers_pp_op": offers_pp_op(text, proposal.read),
        "states": state_counts(proposal.read),
        "sets_states": sent.sets_states,
        "kinds": _KINDS,
        "corrected": sent.corrections.keys(),
        "put_aside": sent.put_aside,
        "mending": mending,
        "has_choices": any(line.may_choose for line in proposal.lines),
        "is_changed": is_changed,
        "refused": refused,
        "table": table,
        "columns": columns or (ColumnsForm(table=table) if table else None),
    }
    return render(request, "drafts/import_preview.html", context, status=status)


def _choices(request: HttpRequest) -> dict[str, str]:
    """Row number → what was chosen for it; a paragraph that it continues as well is added."""
    chosen = {
        name.removeprefix(_CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE)
    }
    for key, value in chosen.items():
        also = request.POST.get(_ALSO + key, "")
        if also and value not in ("", "new") and also not in value.split("+"):
            chosen[key] = f"{value}+{also}"
    return chosen


def _typed(request: HttpRequest) -> dict[str, str]:
    """The fields of the correction that is open, and its row."""
    return {
        name: str(value)
        for name, value in request.POST.items()
        if name == "row" or name.startswith(f"{PREFIX}-")
    }
