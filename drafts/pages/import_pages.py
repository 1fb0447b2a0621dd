"""The pages of an import: a file is chosen, previewed row by row, and written on confirmation."""

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
from drafts.pages.desk_pages import get_draft
from drafts.pages.import_rows import accepted_choices, bracket_report_of, choices_of, shown_rows
from drafts.readers import read_draft
from drafts.readers.corrections import apply_corrections, set_kind
from drafts.readers.proposal import KINDS, Problem, ReadParagraph, Unreadable
from drafts.readers.tables import largest_table, read_table_by_rows

_CHOICE, _ALSO = "place-", "also-"
_RANGE = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")
# The kinds that may be set for several rows at once; a text has only one title.
_KINDS = [kind for kind in Kind.choices if kind[0] != Kind.TITLE]


@dataclass(frozen=True)
class OpenCorrection:
    """The row that is open for correction, and its form."""

    paragraph: ReadParagraph
    form: CorrectionForm

    @property
    def key(self) -> str:
        """The key of the row at which the form stands: the first part of a split row."""
        return str(self.paragraph.row_number)


@never_cache
@with_access
@paced("upload", "POST")
def import_file(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Choose a file, or paste a text. Nothing is written; the preview comes next."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _choose_page(request, access, text, form)
    if not form.is_valid():
        return _choose_page(request, access, text, form, status=422)
    name, content = form.content
    lineage = form.cleaned_data["lineage"]
    try:
        read = read_draft(name, content)
        upload = KeptFile(
            name, content, lineage.read() if lineage else b"", _row_choices(request), read
        )
        proposal_of(text, upload)
    except Unreadable as error:
        return _choose_page(request, access, text, form, status=422, problems=error.problems)
    key = uuid4()
    keep_file(address_of(access, text, key), upload)
    return redirect("import_preview", access.consultation.slug, text.slug, key)


@never_cache
@with_access
def preview(request: HttpRequest, access: Access, draft: str, kept: UUID) -> HttpResponse:
    """What the file would change, row by row; corrected and confirmed, it is imported."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    address = address_of(access, text, kept)
    upload = kept_file(address)
    if upload is None:
        return expired_page(request, access, text)
    if upload.read.tracked_changes and not upload.changes:
        return redirect("import_changes", access.consultation.slug, text.slug, kept)
    if request.method == "POST":
        choices = {**upload.choices, **_row_choices(request)}
        numbering = _chosen_numbering(request, upload)
        states = request.POST["states"] == "set" if "states" in request.POST else upload.sets_states
        upload = replace(upload, choices=choices, typed=_typed_fields(request), numbering=numbering)
        upload = replace(upload, sets_states=states)
        keep_file(address, upload)
    if "keep" in request.POST:
        return HttpResponse(status=204)
    if "by_rows" in request.POST:
        return _read_by_rows(request, access, text, upload, address)
    if {"correct", "save", "undo", "accept", "set-kind"} & request.POST.keys():
        return _correct_rows(request, access, text, upload, address)
    try:
        proposal = proposal_of(text, upload)
    except Unreadable as error:  # the text on the desk has changed under the lineage
        form = FileForm()
        return _choose_page(request, access, text, form, status=422, problems=error.problems)
    if "confirm" not in request.POST:
        return _preview_page(
            request, access, text, proposal, upload, mending=_open_correction(request, upload)
        )
    if proposal.open_rows or request.POST.get("seen") != proposal.fingerprint:
        return _preview_page(request, access, text, proposal, upload, status=409, is_changed=True)
    if proposal.unclaimed:
        return redirect("import_dropped", access.consultation.slug, text.slug, kept)
    try:
        import_kept_file(access, text, proposal, upload)
    except ValidationError as error:
        refused = " ".join(error.messages)
        return _preview_page(request, access, text, proposal, upload, status=422, refused=refused)
    forget_file(address)
    messages.success(request, _("The text is imported. Delegations see it once circulated."))
    return redirect("desk", access.consultation.slug, text.slug)


def _read_by_rows(
    request: HttpRequest, access: Access, text: Draft, upload: KeptFile, address: str
) -> HttpResponse:
    """Read the table of the file as rows. These are new rows: choices on the old ones are lost."""
    table = largest_table(upload.read)
    if table is None:
        return redirect(request.path)
    form = ColumnsForm(request.POST, table=table)
    if not form.is_valid():
        proposal = proposal_of(text, upload)
        return _preview_page(request, access, text, proposal, upload, status=422, columns=form)
    read = read_table_by_rows(upload.read, form.uses)
    reread = replace(upload, read=read, choices={}, corrections={}, typed={})
    keep_file(address, reread)
    return redirect(request.path)


def _correct_rows(
    request: HttpRequest, access: Access, text: Draft, upload: KeptFile, address: str
) -> HttpResponse:
    """Open a row for correction, save or undo one; accept many rows, or set their kind."""
    if "accept" in request.POST:
        chosen = accepted_choices(proposal_of(text, upload), request.POST["accept"])
        keep_file(address, replace(upload, choices={**upload.choices, **chosen}))
        return redirect(request.path)
    if "set-kind" in request.POST:
        keep_file(address, _with_kinds(request, upload))
        return redirect(request.get_full_path())
    row_numbers = (request.POST.get(act) for act in ("correct", "save", "undo"))
    paragraph = upload.paragraph(next(filter(None, row_numbers), None))
    if paragraph is None:
        return redirect(request.path)
    if "correct" in request.POST:
        return redirect(f"{request.path}?row={paragraph.row_number}#row-{paragraph.row_number}")
    corrections = {
        key: kept for key, kept in upload.corrections.items() if key != paragraph.row_number
    }
    if "save" in request.POST:
        form = CorrectionForm.typed(request.POST)
        if form.is_valid():
            corrections[paragraph.row_number] = form.correction
            form.check_titles(apply_corrections(upload.read, corrections))
        if form.errors:
            mending = OpenCorrection(paragraph, form)
            proposal = proposal_of(text, upload)
            return _preview_page(
                request, access, text, proposal, upload, status=422, mending=mending
            )
    keep_file(address, replace(upload, corrections=corrections, typed={}))
    return redirect(f"{request.path}#row-{paragraph.row_number}")


def _open_correction(request: HttpRequest, upload: KeptFile) -> OpenCorrection | None:
    """The row that the address opens for correction, with what was typed before."""
    paragraph = upload.paragraph(request.GET.get("row"))
    if paragraph is None or paragraph in upload.put_aside:
        return None
    if upload.typed.get("row") == str(paragraph.row_number):
        return OpenCorrection(paragraph, CorrectionForm.unfinished(upload.typed))
    correction = upload.corrections.get(paragraph.row_number)
    return OpenCorrection(paragraph, CorrectionForm.showing(paragraph, correction))


def _with_kinds(request: HttpRequest, upload: KeptFile) -> KeptFile:
    """Set the kind of rows that were ticked, or given as "12-47, 50"."""
    rows = {int(row) for row in request.POST.getlist("pick") if row.isdecimal()}
    row_numbers = [paragraph.row_number for paragraph in upload.read.paragraphs]
    for first, last in _RANGE.findall(request.POST.get("rows", "")):
        rows |= {row for row in row_numbers if int(first) <= row <= int(last or first)}
    chosen = [kind for kind in KINDS[1:] if kind == request.POST.get("kind")]
    if not chosen:
        return upload
    corrections = set_kind(upload.read, upload.corrections, rows, chosen[0])
    return replace(upload, corrections=corrections, typed={})


def _chosen_numbering(request: HttpRequest, upload: KeptFile) -> str:
    """The numbering of the text from then on: PP and OP where that is chosen on the page."""
    if "numbering" not in request.POST:
        return upload.numbering
    return Numbering.PP_OP if request.POST["numbering"] == Numbering.PP_OP else ""


def _choose_page(
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
        "choices": [(_CHOICE + row, chosen) for row, chosen in _row_choices(request).items()],
    }
    return render(request, "drafts/import.html", context, status=status)


def expired_page(request: HttpRequest, access: Access, text: Draft) -> HttpResponse:
    """The page where the upload has expired; the choices are kept for when it is sent again."""
    return _choose_page(request, access, text, FileForm(), status=422, is_expired=True)


def _preview_page(
    request: HttpRequest,
    access: Access,
    text: Draft,
    proposal: ImportProposal,
    upload: KeptFile,
    *,
    status: int = 200,
    is_changed: bool = False,
    refused: str = "",
    mending: OpenCorrection | None = None,
    columns: ColumnsForm | None = None,
) -> HttpResponse:
    table = largest_table(upload.read)
    offers = offers_by_paragraph(upload.offers)
    placed = {row.read.file_id for row in proposal.rows}
    opened = str(mending.paragraph.row_number) if mending else ""
    page_rows = shown_rows(proposal, request.GET.get("only", ""), request.GET.get("page"), opened)
    context = {
        "access": access,
        "draft": text,
        "name": upload.name,
        "changes": upload.changes,
        "unplaced": [
            offer for key, row_offers in offers.items() if key not in placed for offer in row_offers
        ],
        "proposal": proposal,
        "shown": page_rows,
        "bracket_report": bracket_report_of(proposal),
        "choices": [
            replace(choice, offers=offers.get(choice.row.read.file_id, ()))
            for choice in choices_of(proposal, page_rows, opened)
        ],
        "numbering": upload.numbering,
        "offers_pp_op": offers_pp_op(text, proposal.read),
        "states": state_counts(proposal.read),
        "sets_states": upload.sets_states,
        "kinds": _KINDS,
        "corrected": upload.corrections.keys(),
        "put_aside": upload.put_aside,
        "mending": mending,
        "has_choices": any(row.may_choose for row in proposal.rows),
        "is_changed": is_changed,
        "refused": refused,
        "table": table,
        "columns": columns or (ColumnsForm(table=table) if table else None),
    }
    return render(request, "drafts/import_preview.html", context, status=status)


def _row_choices(request: HttpRequest) -> dict[str, str]:
    """Row key → the choice for it, with a second paragraph that it continues as well."""
    chosen = {
        name.removeprefix(_CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE)
    }
    for key, value in chosen.items():
        second = request.POST.get(_ALSO + key, "")
        if second and value not in ("", "new") and second not in value.split("+"):
            chosen[key] = f"{value}+{second}"
    return chosen


def _typed_fields(request: HttpRequest) -> dict[str, str]:
    """The fields of the correction that is open, and its row."""
    return {
        name: str(value)
        for name, value in request.POST.items()
        if name == "row" or name.startswith(f"{PREFIX}-")
    }
