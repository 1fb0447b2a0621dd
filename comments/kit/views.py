"""Download the kit, upload it completed, preview it row by row, confirm."""

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_safe

from comments.drafting.acts import round_for
from comments.inputs.addresses import address_of_revision
from comments.inputs.audience import why_no_inputs_accepted
from comments.kit.acts import apply_rows
from comments.kit.changes import RowOutcome, RowState, fingerprint_of
from comments.kit.file_rows import heading_by_field
from comments.kit.forms import KitForm
from comments.kit.parsing import guessed_columns, read_file
from comments.kit.queries import KitContents, kit_of
from comments.kit.upload import ComparedUpload, Upload, compare, revision_of_own_kit
from consultations.rules.access import Access, Act, Refused
from consultations.web.forms import sent_number
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion
from drafts.models import Revision, Wording
from drafts.parsing.file_text import Unreadable
from drafts.printing import conventions
from drafts.printing.conventions import is_right_to_left

# How long an upload is kept until it is confirmed.
CACHED_SECONDS = 2 * 3600


def _write_docx(kit: KitContents) -> bytes:
    """The kit as a Word file; the library of Word files is loaded only here."""
    from comments.kit.docx_out import write_docx

    return write_docx(kit)


def _write_xlsx(kit: KitContents) -> bytes:
    """The kit as an Excel file; the library of Excel files is loaded only here."""
    from comments.kit.xlsx_out import write_xlsx

    return write_xlsx(kit)


WRITER_AND_TYPE_BY_FORMAT = {
    "docx": (_write_docx, conventions.DOCX),
    "xlsx": (_write_xlsx, conventions.XLSX),
}
# How the names of the preview's form fields begin, before the name of a row or the number of a
# column: the version chosen for a row, the paragraph typed for it, what a column is read as.
_ROW_PREFIX, _PLACE_PREFIX, _COLUMN_PREFIX = "row-", "place-", "column-"


@dataclass(frozen=True, slots=True)
class KitRowChoice:
    """A row of the preview, with what the reader has chosen and typed for it."""

    outcome: RowOutcome
    # "file" or "online": the version to import where both changed; "out": leave the row out; empty:
    # nothing is chosen.
    chosen_version: str
    # The paragraph that the row is for, as typed or found: its label, or its kind and first words.
    paragraph_name: str
    # Whether the reader may choose the paragraph that it is for.
    may_be_placed: bool
    # Whether what was typed names no paragraph of the text.
    is_misplaced: bool


@require_safe
@with_access
@paced("paper")
def kit_file(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int, format_name: str
) -> HttpResponse:
    """The kit of the own delegation as a file."""
    if format_name not in WRITER_AND_TYPE_BY_FORMAT:
        raise Http404
    write_kit, content_type = WRITER_AND_TYPE_BY_FORMAT[format_name]
    kit = kit_of(access, _get_revision(access, draft_slug, revision_number), get_language() or "en")
    response = HttpResponse(write_kit(kit), content_type=content_type)
    # Without a seat there is no kit: `kit_of` has refused.
    filename = slugify(f"{draft_slug} {kit.stage} {access.seat.code if access.seat else ''}")
    response["Content-Disposition"] = f'attachment; filename="{filename}.{format_name}"'
    return response


@with_access
@paced("upload", "POST")
def kit(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int
) -> HttpResponse:
    """The download, and the upload form. An upload leads to its preview; nothing is saved yet."""
    access.require(Act.DRAFT_COMMENT)
    revision = _get_revision(access, draft_slug, revision_number)
    initial = {"language": revision.draft.language}
    form = KitForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _upload_page(request, access, revision, form)
    try:
        uploaded_file = form.cleaned_data["file"]
        parsed_file = read_file(uploaded_file.name, uploaded_file.read())
        # Refuses a kit of another delegation, text or consultation.
        revision_of_own_kit(access, revision, parsed_file.issued_for)
    except Unreadable as error:
        form.add_error("file", str(error))
        return _upload_page(request, access, revision, form)
    upload = Upload(
        uploaded_file.name,
        parsed_file,
        form.cleaned_data["language"],
        guessed_columns(parsed_file.headings),
    )
    upload_key = uuid4()
    cache.set(_cache_key(access, revision, upload_key), upload, CACHED_SECONDS)
    return redirect(
        "kit_preview", access.consultation.slug, draft_slug, revision_number, upload_key
    )


@with_access
def kit_preview(
    request: HttpRequest, access: Access, draft_slug: str, revision_number: int, upload_key: UUID
) -> HttpResponse:
    """An upload row by row. Rows that are confirmed become drafts that await clearance."""
    access.require(Act.DRAFT_COMMENT)
    revision = _get_revision(access, draft_slug, revision_number)
    cache_key = _cache_key(access, revision, upload_key)
    upload = cast(Upload | None, cache.get(cache_key))
    if upload is None:
        empty_form = KitForm(initial={"language": revision.draft.language})
        return _upload_page(request, access, revision, empty_form, is_expired=True)
    comparison = compare(access, revision, upload)
    if request.method != "POST":
        return _preview_page(request, access, comparison)
    cache.set(cache_key, _with_posted_choices(request, upload), CACHED_SECONDS)
    return _handle_preview(request, access, comparison, cache_key)


# --- Steps ---------------------------------------------------------------------------------------


def _handle_preview(
    request: HttpRequest, access: Access, shown_comparison: ComparedUpload, cache_key: str
) -> HttpResponse:
    """Show the preview with the posted choices, or import its rows where the button says so."""
    upload = _with_posted_choices(request, shown_comparison.upload)
    comparison = compare(access, shown_comparison.current_text.revision, upload)
    if comparison.row_names_without_paragraph:
        return _preview_page(request, access, comparison, status=422)
    if "confirm" not in request.POST:
        return _preview_page(request, access, comparison)
    is_as_shown = request.POST.get("seen") == fingerprint_of(shown_comparison.outcomes)
    is_second_press = comparison.is_done  # all rows are imported: nothing is written again
    # Where columns are read as other fields now, the rows are not those that were shown.
    if (
        not (is_as_shown or is_second_press)
        or upload.field_by_column != shown_comparison.upload.field_by_column
    ):
        return _preview_page(request, access, comparison, status=409, is_changed=True)
    return _import_rows(request, access, comparison, cache_key)


def _import_rows(
    request: HttpRequest, access: Access, comparison: ComparedUpload, cache_key: str
) -> HttpResponse:
    """Import the chosen rows; then lead to the drafts, or back to the rows still to decide."""
    revision, upload = comparison.current_text.revision, comparison.upload
    try:
        imported_count = apply_rows(
            access=access, outcomes=comparison.outcomes_to_import, language=upload.language
        )
    except StaleVersion:
        current_comparison = compare(access, revision, upload)
        return _preview_page(request, access, current_comparison, status=409, is_changed=True)
    except (Refused, ValidationError) as error:
        message = " ".join(getattr(error, "messages", [str(error)]))
        return _preview_page(request, access, comparison, status=422, refusal=message)
    messages.success(request, _imported_message(imported_count))
    upload = replace(upload, saved_count=upload.saved_count + imported_count)
    cache.set(cache_key, upload, CACHED_SECONDS)
    if not compare(access, revision, upload).is_done:
        return redirect(request.path)
    return redirect(f"{reverse('workspace', args=[access.consultation.slug])}?state=drafted")


def _imported_message(imported_count: int) -> str:
    """What was imported, in a sentence."""
    if not imported_count:
        return _("There was nothing to save.")
    return ngettext(
        "%(n)d draft was imported. It needs clearance and is visible to your delegation only.",
        "%(n)d drafts were imported. They need clearance and are visible to your delegation only.",
        imported_count,
    ) % {"n": imported_count}


def _get_revision(access: Access, draft_slug: str, revision_number: int) -> Revision:
    """A circulated revision that this reader may read. Raises Http404."""
    revisions = Revision.objects.visible_to(access).select_related("draft")
    return get_object_or_404(revisions, draft__slug=draft_slug, number=revision_number)


def _with_posted_choices(request: HttpRequest, upload: Upload) -> Upload:
    """The upload with the columns, paragraphs and choices of the form."""
    known_fields = {*heading_by_field(), ""}  # "": the column is not read
    field_by_column = {
        column: field
        for column_text, field in _posted_fields(request, _COLUMN_PREFIX).items()
        if (column := sent_number(column_text)) is not None and field in known_fields
    }
    filled_columns = {column: field for column, field in field_by_column.items() if field}
    typed_label_by_row_name = {
        row_name: typed_label.strip()
        for row_name, typed_label in _posted_fields(request, _PLACE_PREFIX).items()
    }
    return replace(
        upload,
        # The preview of a kit, whose columns are known, has no fields for columns.
        field_by_column=filled_columns if field_by_column else upload.field_by_column,
        typed_label_by_row_name={
            row_name: typed_label
            for row_name, typed_label in typed_label_by_row_name.items()
            if typed_label
        },
        choice_by_row_name=_posted_fields(request, _ROW_PREFIX),
    )


def _posted_fields(request: HttpRequest, prefix: str) -> dict[str, str]:
    """The fields of the form with this prefix, by the rest of their names."""
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }


def _cache_key(access: Access, revision: Revision, upload_key: UUID) -> str:
    """Where an upload is kept: for this person in this capacity alone."""
    return f"kit:{access.user.pk}:{access.capacity.key}:{revision.pk}:{upload_key}"


# --- Pages ---------------------------------------------------------------------------------------


def _upload_page(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    form: KitForm,
    *,
    is_expired: bool = False,
) -> HttpResponse:
    """The page with the download and the upload form; `is_expired`: the upload is kept no more."""
    context = {
        "access": access,
        "revision": revision,
        "form": form,
        "why_closed": _why_closed(access, revision),
        "is_expired": is_expired,
        "reading_url": address_of_revision(access, revision),
    }
    status = 422 if form.errors or is_expired else 200
    return render(request, "comments/kit/kit.html", context, status=status)


def _preview_page(
    request: HttpRequest,
    access: Access,
    comparison: ComparedUpload,
    *,
    status: int = 200,
    is_changed: bool = False,
    refusal: str = "",
) -> HttpResponse:
    """The upload row by row, as compared with the stored inputs.

    `is_changed`: inputs were changed since the rows were shown. `refusal` says why the import was
    refused.
    """
    upload, revision = comparison.upload, comparison.current_text.revision
    args = [access.consultation.slug, revision.draft.slug, revision.number]
    context = {
        "access": access,
        "revision": revision,
        "file_name": upload.name,
        "saved_count": upload.saved_count,
        "is_done": comparison.is_done,
        "rows": [
            _row_choice(outcome, comparison)
            for outcome in comparison.outcomes
            # An unchanged row is counted, and shown only where there is something to say on it.
            if outcome.state is not RowState.UNCHANGED or outcome.notes
        ],
        "counts": comparison.counts,
        "row_count": len(comparison.outcomes),
        "import_count": len(comparison.outcomes_to_import),
        "columns": _column_choices(upload),
        "fields": [("", _("not read")), *heading_by_field().items()],
        "paragraphs": comparison.current_text.paragraphs,
        "fingerprint": fingerprint_of(comparison.outcomes),
        "earlier_stage": comparison.current_text.earlier_stage,
        "why_closed": _why_closed(access, revision),
        "is_changed": is_changed,
        "refusal": refusal,
        "direction": "rtl" if is_right_to_left(upload.language) else "ltr",
        "kit_url": reverse("kit", args=args),
    }
    return render(request, "comments/kit/kit_preview.html", context, status=status)


def _why_closed(access: Access, revision: Revision) -> str:
    """Why nothing can be imported now; empty where it can."""
    wording = Wording(revision=revision)  # not saved: `round_for` reads its revision alone
    round = round_for(wording, access.moment)
    return why_no_inputs_accepted(access, round, revision.draft.adopted_at)


def _row_choice(outcome: RowOutcome, comparison: ComparedUpload) -> KitRowChoice:
    """A row with the choices that the upload has for it so far."""
    upload = comparison.upload
    # A row of a kit of this revision says itself, by an id, which paragraph it is for.
    is_paragraph_guessed = upload.file.is_plain_table or comparison.current_text.is_kit_earlier
    may_be_placed = outcome.state is RowState.UNPLACED or (
        outcome.state is RowState.NEW and is_paragraph_guessed
    )
    matched_paragraph_name = outcome.paragraph.name if outcome.paragraph else ""
    return KitRowChoice(
        outcome=outcome,
        chosen_version=upload.choice_by_row_name.get(outcome.row_name, ""),
        paragraph_name=upload.typed_label_by_row_name.get(outcome.row_name, matched_paragraph_name),
        may_be_placed=may_be_placed,
        is_misplaced=outcome.row_name in comparison.row_names_without_paragraph,
    )


def _column_choices(upload: Upload) -> list[dict[str, Any]]:
    """Each column of a plain table: its heading, a sample of it, and the field it is read as."""
    return [
        {
            "number": column,
            "heading": heading,
            "sample": _first_filled_cell(upload, column),
            "field": upload.field_by_column.get(column, ""),
        }
        for column, heading in enumerate(upload.file.headings)
    ]


def _first_filled_cell(upload: Upload, column: int) -> str:
    """The first cell of a column of a plain table that is not empty; empty where all are."""
    cells = (row.cells[column] for row in upload.file.plain_rows)
    return next((cell for cell in cells if cell.strip()), "")
