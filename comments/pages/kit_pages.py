"""Download the kit, upload it completed, preview it row by row, confirm."""

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.acts.drafting import round_for
from comments.kit.apply import apply_rows
from comments.kit.changes import RowOutcome, RowState, fingerprint_of
from comments.kit.contents import KitContents, kit_of
from comments.kit.ownership import revision_of_own_kit
from comments.kit.parsing import guessed_columns, read_file
from comments.kit.phrases import columns
from comments.kit.upload import ComparedUpload, Upload, compare
from comments.pages.reading_selection import address_of
from comments.threads.audience import why_no_form
from consultations.pages.pacing import paced
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from delegations.models import LANGUAGES
from drafts.desk.editing import StaleVersion
from drafts.models import Revision, Wording
from drafts.readers.encoding import MAX_FILE_SIZE
from drafts.readers.proposal import Unreadable
from drafts.shells import media_types
from drafts.shells.conventions import is_right_to_left

KEPT_SECONDS = 2 * 3600


def _docx(kit: KitContents) -> bytes:
    from comments.kit.docx_out import write_docx  # its library is loaded for a file alone

    return write_docx(kit)


def _xlsx(kit: KitContents) -> bytes:
    from comments.kit.xlsx_out import write_xlsx  # likewise

    return write_xlsx(kit)


FORMATS = {
    "docx": (_docx, media_types.DOCX),
    "xlsx": (_xlsx, media_types.XLSX),
}
_ROW, _PLACE, _COLUMN = "row-", "place-", "column-"


class KitForm(forms.Form):
    """The completed kit, and the language in which the capital wrote."""

    file = forms.FileField(
        label=gettext_lazy("The file from the capital"),
        help_text=gettext_lazy(
            "The completed kit (.docx or .xlsx) or the ISO comment form. Any table with "
            "columns for paragraph, comment and proposed text also works."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of its words"), choices=LANGUAGES)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_SIZE:
            raise ValidationError(
                _("The file is too large. The limit is %(limit)d MB.")
                % {"limit": MAX_FILE_SIZE // (1024 * 1024)}
            )
        return file


@dataclass(frozen=True, slots=True)
class KitRowChoice:
    """A row of the preview, with what is chosen and typed for it now."""

    row: RowOutcome
    chosen: str
    place: str
    may_be_placed: bool
    is_misplaced: bool


@require_safe
@never_cache
@with_access
@paced("paper")
def kit_file(
    request: HttpRequest, access: Access, draft: str, number: int, format_name: str
) -> HttpResponse:
    """The kit of the own delegation as a file."""
    if format_name not in FORMATS:
        raise Http404
    write, content_type = FORMATS[format_name]
    contents = kit_of(access, _revision(access, draft, number), get_language() or "en")
    response = HttpResponse(write(contents), content_type=content_type)
    name = slugify(f"{draft} {contents.stage} {access.seat.code if access.seat else ''}")
    response["Content-Disposition"] = f'attachment; filename="{name}.{format_name}"'
    return response


@never_cache
@with_access
@paced("upload", "POST")
def kit(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """The download, and the upload form. An upload leads to its preview; nothing is saved yet."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    start = {"language": revision.draft.language}
    form = KitForm(request.POST or None, request.FILES or None, initial=start)
    if request.method != "POST" or not form.is_valid():
        return _upload_page(request, access, revision, form)
    try:
        upload = _read_upload(form)
        revision_of_own_kit(access, revision, upload.file.issued_for)
    except Unreadable as error:
        form.add_error("file", str(error))
        return _upload_page(request, access, revision, form)
    key = uuid4()
    cache.set(_cache_key(access, revision, key), upload, KEPT_SECONDS)
    return redirect("kit_preview", access.consultation.slug, draft, number, key)


@never_cache
@with_access
def kit_preview(
    request: HttpRequest, access: Access, draft: str, number: int, kept: UUID
) -> HttpResponse:
    """An upload row by row. Rows that are confirmed become drafts that await clearance."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    cache_key = _cache_key(access, revision, kept)
    upload = cast(Upload | None, cache.get(cache_key))
    if upload is None:
        return _upload_page(request, access, revision, _empty_form(revision), is_expired=True)
    compared = compare(access, revision, upload)
    if request.method != "POST":
        return _preview_page(request, access, compared)
    cache.set(cache_key, _with_posted_choices(request, upload), KEPT_SECONDS)
    return _handle_preview(request, access, compared, cache_key)


# --- Steps ---------------------------------------------------------------------------------------


def _read_upload(form: KitForm) -> Upload:
    """The upload of a valid form. Raises Unreadable."""
    uploaded, language = form.cleaned_data["file"], form.cleaned_data["language"]
    file = read_file(uploaded.name, uploaded.read())
    return Upload(uploaded.name, file, language, guessed_columns(file.headings))


def _handle_preview(
    request: HttpRequest, access: Access, previous: ComparedUpload, cache_key: str
) -> HttpResponse:
    """Show the preview with the posted choices, or import its rows where the button says so."""
    upload = _with_posted_choices(request, previous.upload)
    compared = compare(access, previous.current.revision, upload)
    if compared.misplaced:
        return _preview_page(request, access, compared, status=422)
    if "confirm" not in request.POST:
        return _preview_page(request, access, compared)
    is_as_shown = request.POST.get("seen") == fingerprint_of(previous.outcomes)
    is_second_press = compared.is_done
    if (
        not (is_as_shown or is_second_press)
        or upload.field_by_column != previous.upload.field_by_column
    ):
        return _preview_page(request, access, compared, status=409, is_changed=True)
    return _import_rows(request, access, compared, cache_key)


def _import_rows(
    request: HttpRequest, access: Access, compared: ComparedUpload, cache_key: str
) -> HttpResponse:
    """Import the chosen rows; then lead to the drafts, or back to the rows still to decide."""
    revision, upload = compared.current.revision, compared.upload
    try:
        count = apply_rows(
            access=access, outcomes=compared.outcomes_to_import, language=upload.language
        )
    except StaleVersion:
        compared_now = compare(access, revision, upload)
        return _preview_page(request, access, compared_now, status=409, is_changed=True)
    except (Refused, ValidationError) as error:
        message = " ".join(getattr(error, "messages", [str(error)]))
        return _preview_page(request, access, compared, status=422, refused=message)
    messages.success(request, _imported_message(count))
    upload = replace(upload, saved_count=upload.saved_count + count)
    cache.set(cache_key, upload, KEPT_SECONDS)
    if not compare(access, revision, upload).is_done:
        return redirect(request.path)
    return redirect(f"{reverse('workspace', args=[access.consultation.slug])}?state=drafted")


def _imported_message(count: int) -> str:
    if not count:
        return _("There was nothing to save.")
    return ngettext(
        "%(n)d draft was imported. It needs clearance and is visible to your delegation only.",
        "%(n)d drafts were imported. They need clearance and are visible to your delegation only.",
        count,
    ) % {"n": count}


def _revision(access: Access, slug: str, number: int) -> Revision:
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    return get_object_or_404(rows, draft__slug=slug, number=number)


def _with_posted_choices(request: HttpRequest, upload: Upload) -> Upload:
    """The upload with the columns, places and choices of the form."""
    posted, known = _posted_fields(request, _COLUMN), {*columns(), ""}
    fields = {int(n): field for n, field in posted.items() if n.isdecimal() and field in known}
    places = {row: place.strip() for row, place in _posted_fields(request, _PLACE).items()}
    return replace(
        upload,
        field_by_column={n: field for n, field in fields.items() if field}
        if fields
        else upload.field_by_column,
        typed_paragraph_by_row={row: place for row, place in places.items() if place},
        choice_by_row=_posted_fields(request, _ROW),
    )


def _posted_fields(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }


def _cache_key(access: Access, revision: Revision, key: UUID) -> str:
    return f"kit:{access.user.pk}:{access.capacity.key}:{revision.pk}:{key}"


# --- Pages ---------------------------------------------------------------------------------------


def _empty_form(revision: Revision) -> KitForm:
    return KitForm(initial={"language": revision.draft.language})


def _upload_page(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    form: KitForm,
    *,
    is_expired: bool = False,
) -> HttpResponse:
    context = {
        "access": access,
        "revision": revision,
        "form": form,
        "closed": _why_closed(access, revision),
        "is_expired": is_expired,
        "reading_url": address_of(access, revision),
    }
    status = 422 if form.errors or is_expired else 200
    return render(request, "comments/kit.html", context, status=status)


def _preview_page(
    request: HttpRequest,
    access: Access,
    compared: ComparedUpload,
    *,
    status: int = 200,
    is_changed: bool = False,
    refused: str = "",
) -> HttpResponse:
    upload, revision = compared.upload, compared.current.revision
    args = [access.consultation.slug, revision.draft.slug, revision.number]
    context = {
        "access": access,
        "revision": revision,
        "name": upload.name,
        "saved": upload.saved_count,
        "is_done": compared.is_done,
        "rows": [_row_choice(row, compared) for row in compared.outcomes if _is_shown(row)],
        "counts": compared.counts,
        "total": len(compared.outcomes),
        "will_write": len(compared.outcomes_to_import),
        "columns": _column_choices(upload),
        "fields": [("", _("not read")), *columns().items()],
        "paragraphs": compared.current.paragraphs,
        "seen": fingerprint_of(compared.outcomes),
        "made_for": compared.current.earlier_stage,
        "closed": _why_closed(access, revision),
        "is_changed": is_changed,
        "refused": refused,
        "direction": "rtl" if is_right_to_left(upload.language) else "ltr",
        "kit_url": reverse("kit", args=args),
    }
    return render(request, "comments/kit_preview.html", context, status=status)


def _why_closed(access: Access, revision: Revision) -> str:
    wording = Wording(revision=revision)
    return why_no_form(access, round_for(wording, access.moment))


def _is_shown(row: RowOutcome) -> bool:
    """An unchanged row is counted, and shown only where there is something to say about it."""
    return row.state is not RowState.UNCHANGED or bool(row.notes)


def _row_choice(row: RowOutcome, compared: ComparedUpload) -> KitRowChoice:
    upload = compared.upload
    may_move = upload.file.is_table or compared.current.is_kit_earlier
    may_be_placed = row.state is RowState.UNPLACED or (row.state is RowState.NEW and may_move)
    guess = row.paragraph.name if row.paragraph else ""
    return KitRowChoice(
        row=row,
        chosen=upload.choice_by_row.get(row.key, ""),
        place=upload.typed_paragraph_by_row.get(row.key, guess),
        may_be_placed=may_be_placed,
        is_misplaced=row.key in compared.misplaced,
    )


def _column_choices(upload: Upload) -> list[dict[str, Any]]:
    """Each column of a plain table: its heading, a sample of it, and what it is read as."""
    table_rows = upload.file.table_rows
    return [
        {
            "place": place,
            "heading": heading,
            "sample": next(
                (row.cells[place] for row in table_rows if row.cells[place].strip()), ""
            ),
            "field": upload.field_by_column.get(place, ""),
        }
        for place, heading in enumerate(upload.file.headings)
    ]
