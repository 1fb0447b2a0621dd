"""The pages of an import: a file is chosen, previewed row by row, and written on confirmation.

A row is a paragraph of the file. It continues a paragraph of the working text, or is new.
"""

import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consultations.rules.access import Access, Act
from consultations.web.forms import sent_number
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.brackets.doubts import BracketParagraph, BracketReport, bracket_report
from drafts.desk.acts import TextChanged
from drafts.desk.forms import FileForm
from drafts.desk.views import get_draft
from drafts.importing.acts import import_kept_file
from drafts.importing.choices import (
    accepted_choices,
    choices_accepted_in_section,
    choices_of,
    shown_rows,
    with_sections,
)
from drafts.importing.forms import FIELD_PREFIX, ColumnsForm, CorrectionForm
from drafts.importing.kept_file import (
    KeptFile,
    forget_file,
    keep_file,
    kept_file,
    locked_file,
    proposal_of,
    upload_cache_key,
)
from drafts.importing.labels import can_be_cited_pp_op
from drafts.importing.offers import group_by_file_id
from drafts.importing.preview import ImportProposal, state_counts
from drafts.models import Draft, Numbering, ParagraphKind
from drafts.parsing.corrections import apply_corrections, corrections_with_kind
from drafts.parsing.file_text import KINDS, Problem, ReadParagraph, Unreadable
from drafts.parsing.sandbox import read_draft
from drafts.parsing.tables import largest_table, read_table_by_rows

# The prefixes of the posted fields with what a row continues; behind them stands its key.
_CHOICE_PREFIX, _SECOND_CHOICE_PREFIX = "place-", "also-"

# A row or a range of rows in a list as somebody types it: "12-47, 50".
_RANGE = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")

# The kinds that may be set for several rows at once; a text has only one title.
_KIND_CHOICES = [
    (kind, label) for kind, label in ParagraphKind.choices if kind != ParagraphKind.TITLE
]


@dataclass(frozen=True)
class OpenCorrection:
    """The row that is open for correction, and its form."""

    paragraph: ReadParagraph
    form: CorrectionForm

    @property
    def row_key(self) -> str:
        """The key of the row at which the form stands; of a split row, that of its first part."""
        return str(self.paragraph.row_number)


@with_access
@paced("upload", "POST")
def import_file(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Choose a file, or paste a text. Nothing is written; the preview comes next."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _choose_page(request, access, draft, form)
    if not form.is_valid():
        return _choose_page(request, access, draft, form, status=422)
    name, content = form.name_and_content
    # A second file, which may come with the text: it says which paragraph each row continues.
    lineage_file = form.cleaned_data["lineage"]
    try:
        read_text = read_draft(name, content)
        lineage_content = lineage_file.read() if lineage_file else b""
        upload = KeptFile(name, content, lineage_content, _row_choices(request), read_text)
        proposal_of(draft, upload)  # raises Unreadable where its lineage does not fit
    except Unreadable as error:
        return _choose_page(request, access, draft, form, status=422, problems=error.problems)
    upload_key = uuid4()
    keep_file(upload_cache_key(access, draft, upload_key), upload)
    return redirect("import_preview", access.consultation.slug, draft.slug, upload_key)


@with_access
def preview(
    request: HttpRequest, access: Access, draft_slug: str, upload_key: UUID
) -> HttpResponse:
    """What the file would change, row by row; corrected and confirmed, it is imported."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    try:
        return _preview_or_import(request, access, draft, upload_key)
    except Unreadable as error:  # the lineage file no longer fits the text on the desk
        form = FileForm()
        return _choose_page(request, access, draft, form, status=422, problems=error.problems)


def _preview_or_import(
    request: HttpRequest, access: Access, draft: Draft, upload_key: UUID
) -> HttpResponse:
    """The answer to what is asked of the preview. Raises Unreadable as `proposal_of` does."""
    cache_key = upload_cache_key(access, draft, upload_key)
    with locked_file(cache_key) if request.method == "POST" else nullcontext():
        upload = kept_file(cache_key)
        if upload is None:
            return expired_page(request, access, draft)
        if upload.read_text.tracked_changes and not upload.tracked_changes_reading:
            return redirect("import_changes", access.consultation.slug, draft.slug, upload_key)
        if request.method == "POST":
            upload = _with_posted_fields(request, upload)
            keep_file(cache_key, upload)
        # Sent by the browser at each change, so that nothing chosen or typed is lost.
        if "keep" in request.POST:
            return HttpResponse(status=204)
        if "by_rows" in request.POST:
            return _read_by_rows(request, access, draft, upload, cache_key)
        if {
            "correct",
            "save",
            "undo",
            "accept",
            "accept-section",
            "set-kind",
        } & request.POST.keys():
            return _correct_rows(request, access, draft, upload, cache_key)
    proposal = proposal_of(draft, upload)
    if "confirm" not in request.POST:
        return _preview_page(
            request,
            access,
            draft,
            proposal,
            upload,
            open_correction=_open_correction(request, upload),
        )
    # Rows are left to decide on, or the text on the desk has changed since it was shown.
    if proposal.open_rows or request.POST.get("seen") != proposal.fingerprint:
        return _preview_page(request, access, draft, proposal, upload, status=409, is_changed=True)
    # Paragraphs that no row continues would be deleted: that is confirmed on a page of its own.
    if proposal.unclaimed_paragraphs:
        return redirect("import_dropped", access.consultation.slug, draft.slug, upload_key)
    try:
        import_kept_file(access, draft, proposal, upload)
    except TextChanged as error:
        messages.error(request, error.message)
        return redirect(request.path)  # where it is proposed anew
    except ValidationError as error:
        refusal = " ".join(error.messages)
        return _preview_page(request, access, draft, proposal, upload, status=422, refusal=refusal)
    forget_file(cache_key)
    messages.success(request, _("The text is imported. Delegations see it once circulated."))
    return redirect("desk", access.consultation.slug, draft.slug)


def _with_posted_fields(request: HttpRequest, upload: KeptFile) -> KeptFile:
    """What is chosen and typed on the page; what the page does not ask for stays."""
    # Whether paragraphs get the states that the file names (agreed ad referendum and the like).
    sets_states = (
        request.POST["states"] == "set" if "states" in request.POST else upload.sets_states
    )
    return replace(
        upload,
        choices={**upload.choices, **_row_choices(request)},
        typed_fields=_typed_fields(request),
        numbering=_chosen_numbering(request, upload),
        sets_states=sets_states,
    )


def _row_choices(request: HttpRequest) -> dict[str, str]:
    """Row key → the posted choice: "new", "" where none is made, or the paragraph it continues.

    That is a public id, or two joined by a plus where the row merges two paragraphs.
    """
    choices = {
        name.removeprefix(_CHOICE_PREFIX): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE_PREFIX)
    }
    for key, value in choices.items():
        second_public_id = request.POST.get(_SECOND_CHOICE_PREFIX + key, "")
        if (
            second_public_id
            and value not in ("", "new")
            and second_public_id not in value.split("+")
        ):
            choices[key] = f"{value}+{second_public_id}"
    return choices


def _typed_fields(request: HttpRequest) -> dict[str, str]:
    """The fields of the correction that is open, and its row."""
    return {
        name: str(value)
        for name, value in request.POST.items()
        if name == "row" or name.startswith(f"{FIELD_PREFIX}-")
    }


def _chosen_numbering(request: HttpRequest, upload: KeptFile) -> str:
    """How paragraphs are cited from then on: as PP3 and OP5 (preambular, operative) where that is
    chosen, "" where the text keeps its numbering; the choice before where the page does not ask."""
    if "numbering" not in request.POST:
        return upload.numbering
    return Numbering.PP_OP if request.POST["numbering"] == Numbering.PP_OP else ""


def _read_by_rows(
    request: HttpRequest, access: Access, draft: Draft, upload: KeptFile, cache_key: str
) -> HttpResponse:
    """Read the table of the file as rows. These are new rows: choices on the old ones are lost."""
    table = largest_table(upload.read_text)
    if table is None:
        return redirect(request.path)
    form = ColumnsForm(request.POST, table=table)
    if not form.is_valid():
        proposal = proposal_of(draft, upload)
        return _preview_page(
            request, access, draft, proposal, upload, status=422, columns_form=form
        )
    read_text = read_table_by_rows(upload.read_text, form.uses)
    reread_upload = replace(
        upload, read_text=read_text, choices={}, corrections={}, typed_fields={}
    )
    keep_file(cache_key, reread_upload)
    return redirect(request.path)


def _correct_rows(
    request: HttpRequest, access: Access, draft: Draft, upload: KeptFile, cache_key: str
) -> HttpResponse:
    """Open a row for correction, save or undo that; accept many rows, or set their kind."""
    if "accept" in request.POST:
        accepted = accepted_choices(proposal_of(draft, upload), request.POST["accept"])
        keep_file(cache_key, replace(upload, choices={**upload.choices, **accepted}))
        return redirect(request.path)
    if "accept-section" in request.POST:
        proposal = proposal_of(draft, upload)
        accepted = choices_accepted_in_section(proposal, request.POST["accept-section"])
        keep_file(cache_key, replace(upload, choices={**upload.choices, **accepted}))
        is_any_left = len(accepted) < len(proposal.open_rows)
        return redirect(f"{request.path}?only=open" if is_any_left else request.path)
    if "set-kind" in request.POST:
        keep_file(cache_key, _with_kinds(request, upload))
        return redirect(request.get_full_path())
    # Each of these buttons sends the number of its row.
    row_numbers = (request.POST.get(act) for act in ("correct", "save", "undo"))
    paragraph = upload.read_paragraph_of_row(next(filter(None, row_numbers), None))
    if paragraph is None:
        return redirect(request.path)
    if "correct" in request.POST:
        return redirect(f"{request.path}?row={paragraph.row_number}#row-{paragraph.row_number}")
    corrections = {
        row_number: correction
        for row_number, correction in upload.corrections.items()
        if row_number != paragraph.row_number
    }
    if "save" in request.POST:
        form = CorrectionForm.from_post(request.POST)
        if form.is_valid():
            corrections[paragraph.row_number] = form.correction
            form.check_titles(apply_corrections(upload.read_text, corrections))
        if form.errors:
            open_correction = OpenCorrection(paragraph, form)
            proposal = proposal_of(draft, upload)
            return _preview_page(
                request,
                access,
                draft,
                proposal,
                upload,
                status=422,
                open_correction=open_correction,
            )
    keep_file(cache_key, replace(upload, corrections=corrections, typed_fields={}))
    return redirect(f"{request.path}#row-{paragraph.row_number}")


def _with_kinds(request: HttpRequest, upload: KeptFile) -> KeptFile:
    """Set the kind of rows that were ticked, or given as "12-47, 50"."""
    ticked_rows = map(sent_number, request.POST.getlist("pick"))
    chosen_rows = {row for row in ticked_rows if row is not None}
    row_numbers = [paragraph.row_number for paragraph in upload.read_text.paragraphs]
    for first_text, last_text in _RANGE.findall(request.POST.get("rows", "")):
        first_row, last_row = sent_number(first_text), sent_number(last_text or first_text)
        if first_row is not None and last_row is not None:
            chosen_rows |= {row for row in row_numbers if first_row <= row <= last_row}
    # Without the title, which comes first.
    chosen_kinds = [kind for kind in KINDS[1:] if kind == request.POST.get("kind")]
    if not chosen_kinds:
        return upload
    corrections = corrections_with_kind(
        upload.read_text, upload.corrections, chosen_rows, chosen_kinds[0]
    )
    return replace(upload, corrections=corrections, typed_fields={})


def _open_correction(request: HttpRequest, upload: KeptFile) -> OpenCorrection | None:
    """The row that the address opens for correction, with what was typed before."""
    paragraph = upload.read_paragraph_of_row(request.GET.get("row"))
    if paragraph is None or paragraph in upload.omitted_paragraphs:
        return None
    if upload.typed_fields.get("row") == str(paragraph.row_number):
        return OpenCorrection(paragraph, CorrectionForm.unfinished(upload.typed_fields))
    correction = upload.corrections.get(paragraph.row_number)
    return OpenCorrection(paragraph, CorrectionForm.showing(paragraph, correction))


def _choose_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    form: FileForm,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    is_expired: bool = False,
) -> HttpResponse:
    """The page on which a file is chosen; after an error with the problems of the file."""
    context = {
        "access": access,
        "draft": draft,
        "form": form,
        "problems": problems,
        "is_expired": is_expired,
        # Whether the file is a next state of a text that is there already.
        "is_next": draft.paragraphs.kept().exists(),
        # Names and values of hidden fields: choices on the rows of an upload that has expired.
        "choices": [
            (_CHOICE_PREFIX + row_key, chosen_value)
            for row_key, chosen_value in _row_choices(request).items()
        ],
    }
    return render(request, "drafts/importing/import.html", context, status=status)


def expired_page(request: HttpRequest, access: Access, draft: Draft) -> HttpResponse:
    """The page where the upload has expired; the choices are kept for when it is sent again."""
    return _choose_page(request, access, draft, FileForm(), status=422, is_expired=True)


def _preview_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    proposal: ImportProposal,
    upload: KeptFile,
    *,
    status: int = 200,
    is_changed: bool = False,
    refusal: str = "",
    open_correction: OpenCorrection | None = None,
    columns_form: ColumnsForm | None = None,
) -> HttpResponse:
    """The preview, with an error or the row that is open for correction, if there is one.

    Offers are tracked changes and margin comments of the file, shown beside the row they are on.
    """
    table = largest_table(upload.read_text)
    offers_by_row = group_by_file_id(upload.offers)
    placed_file_ids = {row.read_paragraph.file_id for row in proposal.rows}
    opened_key = open_correction.row_key if open_correction else ""
    page_rows = shown_rows(
        proposal, request.GET.get("only", ""), request.GET.get("page"), opened_key
    )
    context = {
        "access": access,
        "draft": draft,
        "file_name": upload.name,
        "changes_reading": upload.tracked_changes_reading,
        # Those without a place, or on a paragraph of the file that made no row.
        "unplaced_offers": [
            offer
            for file_id, row_offers in offers_by_row.items()
            if file_id not in placed_file_ids
            for offer in row_offers
        ],
        "proposal": proposal,
        "shown_rows": page_rows,
        "bracket_report": _bracket_report(proposal),
        "choices": [
            replace(choice, offers=offers_by_row.get(choice.row.read_paragraph.file_id, ()))
            for choice in with_sections(
                proposal, page_rows, choices_of(proposal, page_rows, opened_key)
            )
        ],
        "numbering": upload.numbering,
        "can_be_cited_pp_op": can_be_cited_pp_op(draft, proposal.read_text),
        "states_sentence": state_counts(proposal.read_text),
        "sets_states": upload.sets_states,
        "kind_choices": _KIND_CHOICES,
        "corrected_row_numbers": upload.corrections.keys(),
        "omitted_paragraphs": upload.omitted_paragraphs,
        "open_correction": open_correction,
        "has_choices": any(row.may_choose for row in proposal.rows),
        "is_changed": is_changed,
        "refusal": refusal,
        "table": table,
        "columns_form": columns_form or (ColumnsForm(table=table) if table else None),
    }
    return render(request, "drafts/importing/import_preview.html", context, status=status)


def _bracket_report(proposal: ImportProposal) -> BracketReport:
    """The brackets of all rows, with links to correct rows where a sign is in doubt."""
    read_rows = [row.read_paragraph for row in proposal.rows]
    return bracket_report(
        BracketParagraph(
            f"?row={read_row.row_number}#row-{read_row.row_number}",
            read_row.label or _("row %(number)s") % {"number": read_row.row_number},
            read_row.text,
        )
        for read_row in read_rows
    )
