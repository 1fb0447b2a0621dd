"""The kit for the capital: taken out, taken in again, shown row by row, and confirmed."""

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
from comments.kit.contents import Kit, kit_of
from comments.kit.ownership import made_for
from comments.kit.parsing import guessed_columns, read_file
from comments.kit.phrases import columns
from comments.kit.upload import Compared, Upload, compare
from comments.pages.reading_selection import address_of
from comments.threads.audience import why_no_form
from consultations.pages.pacing import paced
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from delegations.models import LANGUAGES
from drafts.desk.editing import StaleVersion
from drafts.models import Revision, Wording
from drafts.readers.encoding import LARGEST_FILE
from drafts.readers.proposal import Unreadable
from drafts.shells import media_types
from drafts.shells.conventions import is_right_to_left

KEPT_SECONDS = 2 * 3600


def _docx(kit: Kit) -> bytes:
    from comments.kit.docx_out import write_docx  # its library is loaded for a file alone

    return write_docx(kit)


def _xlsx(kit: Kit) -> bytes:
    from comments.kit.xlsx_out import write_xlsx  # likewise

    return write_xlsx(kit)


FORMATS = {
    "docx": (_docx, media_types.DOCX),
    "xlsx": (_xlsx, media_types.XLSX),
}
_ROW, _PLACE, _COLUMN = "row-", "place-", "column-"


class KitForm(forms.Form):
    """The file that came back, and the language in which the capital wrote."""

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
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                _("The file is too large. The limit is %(limit)d MB.")
                % {"limit": LARGEST_FILE // (1024 * 1024)}
            )
        return file


@dataclass(frozen=True, slots=True)
class KitRowChoice:
    """A row of the preview, with what is chosen and typed for it now."""

    row: RowOutcome
    chosen: str
    place: str
    is_placed_here: bool
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
    made = kit_of(access, _revision(access, draft, number), get_language() or "en")
    response = HttpResponse(write(made), content_type=content_type)
    name = slugify(f"{draft} {made.stage} {access.seat.code if access.seat else ''}")
    response["Content-Disposition"] = f'attachment; filename="{name}.{format_name}"'
    return response


@never_cache
@with_access
@paced("upload", "POST")
def kit(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """The kit to take out, and the file that came back. What it brings is shown before it is."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    start = {"language": revision.draft.language}
    form = KitForm(request.POST or None, request.FILES or None, initial=start)
    if request.method != "POST" or not form.is_valid():
        return _offer(request, access, revision, form)
    try:
        brought = _read(form)
        made_for(access, revision, brought.file.binding)
    except Unreadable as error:
        form.add_error("file", str(error))
        return _offer(request, access, revision, form)
    key = uuid4()
    cache.set(_address(access, revision, key), brought, KEPT_SECONDS)
    return redirect("kit_preview", access.consultation.slug, draft, number, key)


@never_cache
@with_access
def kit_preview(
    request: HttpRequest, access: Access, draft: str, number: int, kept: UUID
) -> HttpResponse:
    """What was understood, row by row; confirmed, it becomes drafts that await clearance."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    address = _address(access, revision, kept)
    brought = cast(Upload | None, cache.get(address))
    if brought is None:
        return _offer(request, access, revision, _empty_form(revision), is_expired=True)
    compared = compare(access, revision, brought)
    if request.method != "POST":
        return _shown(request, access, compared)
    cache.set(address, _as_posted(request, brought), KEPT_SECONDS)
    return _posted(request, access, compared, address)


# --- Steps ---------------------------------------------------------------------------------------


def _read(form: KitForm) -> Upload:
    """The file of a valid form. Raises Unreadable."""
    sent = form.cleaned_data["file"]
    file = read_file(sent.name, sent.read())
    return Upload(sent.name, file, form.cleaned_data["language"], guessed_columns(file.headings))


def _posted(request: HttpRequest, access: Access, before: Compared, address: str) -> HttpResponse:
    """The page with what was chosen on it; or it is written, where the button says so."""
    brought = _as_posted(request, before.upload)
    compared = compare(access, before.current.revision, brought)
    if compared.misplaced:
        return _shown(request, access, compared, status=422)
    if "take" not in request.POST:
        return _shown(request, access, compared)
    is_as_shown = request.POST.get("seen") == fingerprint_of(before.outcomes)
    is_second_press = compared.is_done
    if not (is_as_shown or is_second_press) or brought.columns != before.upload.columns:
        return _shown(request, access, compared, status=409, is_changed=True)
    return _take(request, access, compared, address)


def _take(request: HttpRequest, access: Access, compared: Compared, address: str) -> HttpResponse:
    """Write what was chosen; then on to the drafts, or back to what is left to decide."""
    revision, brought = compared.current.revision, compared.upload
    try:
        count = apply_rows(
            access=access, outcomes=compared.outcomes_to_import, language=brought.language
        )
    except StaleVersion:
        again = compare(access, revision, brought)
        return _shown(request, access, again, status=409, is_changed=True)
    except (Refused, ValidationError) as error:
        told = " ".join(getattr(error, "messages", [str(error)]))
        return _shown(request, access, compared, status=422, refused=told)
    messages.success(request, _said(count))
    brought = replace(brought, saved=brought.saved + count)
    cache.set(address, brought, KEPT_SECONDS)
    if not compare(access, revision, brought).is_done:
        return redirect(request.path)
    return redirect(f"{reverse('workspace', args=[access.consultation.slug])}?state=drafted")


def _said(count: int) -> str:
    if not count:
        return _("There was nothing to save.")
    return ngettext(
        "%(n)d draft was imported. It needs clearance and is visible to your delegation only.",
        "%(n)d drafts were imported. They need clearance and are visible to your delegation only.",
        count,
    ) % {"n": count}


def _revision(access: Access, draft: str, number: int) -> Revision:
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    return get_object_or_404(rows, draft__slug=draft, number=number)


def _as_posted(request: HttpRequest, brought: Upload) -> Upload:
    """The file with the columns, places and choices of the form."""
    chosen, known = _fields(request, _COLUMN), {*columns(), ""}
    named = {int(n): told for n, told in chosen.items() if n.isdecimal() and told in known}
    typed = {row: told.strip() for row, told in _fields(request, _PLACE).items()}
    return replace(
        brought,
        columns={n: told for n, told in named.items() if told} if named else brought.columns,
        places={row: told for row, told in typed.items() if told},
        choices=_fields(request, _ROW),
    )


def _fields(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }


def _address(access: Access, revision: Revision, key: UUID) -> str:
    return f"kit:{access.user.pk}:{access.capacity.key}:{revision.pk}:{key}"


# --- Pages ---------------------------------------------------------------------------------------


def _empty_form(revision: Revision) -> KitForm:
    return KitForm(initial={"language": revision.draft.language})


def _offer(
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


def _shown(
    request: HttpRequest,
    access: Access,
    compared: Compared,
    *,
    status: int = 200,
    is_changed: bool = False,
    refused: str = "",
) -> HttpResponse:
    brought, revision = compared.upload, compared.current.revision
    args = [access.consultation.slug, revision.draft.slug, revision.number]
    context = {
        "access": access,
        "revision": revision,
        "name": brought.name,
        "saved": brought.saved,
        "is_done": compared.is_done,
        "rows": [_asked(row, compared) for row in compared.outcomes if _is_shown(row)],
        "counts": compared.counts,
        "total": len(compared.outcomes),
        "will_write": len(compared.outcomes_to_import),
        "columns": _columns(brought),
        "fields": [("", _("not read")), *columns().items()],
        "paragraphs": compared.current.paragraphs,
        "seen": fingerprint_of(compared.outcomes),
        "made_for": compared.current.earlier_stage,
        "closed": _why_closed(access, revision),
        "is_changed": is_changed,
        "refused": refused,
        "direction": "rtl" if is_right_to_left(brought.language) else "ltr",
        "kit_url": reverse("kit", args=args),
    }
    return render(request, "comments/kit_preview.html", context, status=status)


def _why_closed(access: Access, revision: Revision) -> str:
    asked = Wording(revision=revision)
    return why_no_form(access, round_for(asked, access.moment))


def _is_shown(row: RowOutcome) -> bool:
    """An unchanged row is counted, and shown only where there is something to say about it."""
    return row.state is not RowState.UNCHANGED or bool(row.notes)


def _asked(row: RowOutcome, compared: Compared) -> KitRowChoice:
    brought = compared.upload
    may_move = brought.file.is_table or compared.current.is_earlier
    is_movable = row.state is RowState.UNPLACED or (row.state is RowState.NEW and may_move)
    guess = row.paragraph.name if row.paragraph else ""
    return KitRowChoice(
        row=row,
        chosen=brought.choices.get(row.key, ""),
        place=brought.places.get(row.key, guess),
        is_placed_here=is_movable,
        is_misplaced=row.key in compared.misplaced,
    )


def _columns(brought: Upload) -> list[dict[str, Any]]:
    """Each column of a plain table: its heading, a sample of it, and what it is read as."""
    rows = brought.file.table_rows
    return [
        {
            "place": place,
            "heading": heading,
            "sample": next((row.cells[place] for row in rows if row.cells[place].strip()), ""),
            "field": brought.columns.get(place, ""),
        }
        for place, heading in enumerate(brought.file.headings)
    ]
