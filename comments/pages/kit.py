"""The kit for the capital: taken out, taken in again, shown row by row, and confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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

from comments.actions import round_for
from comments.exports.cells import is_right_to_left
from comments.kit.belonging import made_for
from comments.kit.comparing import Outcome, Reader, State, fingerprint_of
from comments.kit.contents import kit_of
from comments.kit.docx_out import write_docx
from comments.kit.lines import ReadFile, lines_of
from comments.kit.reading import guessed_columns, read_file
from comments.kit.standing import Spot, Standing, plain_label, standing_on
from comments.kit.taking import take, wanted
from comments.kit.words import columns
from comments.kit.xlsx_out import write_xlsx
from comments.pages.shown import address_of
from comments.reading.audience import why_no_form
from consultations.access import Access, Act, Refused
from consultations.entering import entered
from delegations.models import LANGUAGES
from drafts.actions import StaleVersion
from drafts.models import Revision, Wording
from drafts.readers.encoding import LARGEST_FILE
from drafts.readers.proposal import Unreadable

KEPT_SECONDS = 2 * 3600
FORMATS = {
    "docx": (
        write_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_ROW, _PLACE, _COLUMN = "row-", "place-", "column-"


class KitForm(forms.Form):
    """The file that came back, and the language in which the capital wrote."""

    file = forms.FileField(
        label=gettext_lazy("The file from the capital"),
        help_text=gettext_lazy(
            "The kit as it came back (.docx or .xlsx), the ISO comment form, or any table with "
            "columns for paragraph, comment and proposed text."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of its words"), choices=LANGUAGES)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                _("The file is too large: at most %(limit)d MB are read.")
                % {"limit": LARGEST_FILE // (1024 * 1024)}
            )
        return file


@dataclass(frozen=True)
class Kept:
    """What was read, kept until it is confirmed: only for its sender, in the same capacity."""

    name: str
    file: ReadFile
    language: str
    columns: Mapping[int, str]
    places: Mapping[str, str] = field(default_factory=dict)  # row → as a person typed it
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """A file against what stands, with the places that nobody could find."""

    standing: Standing
    outcomes: Sequence[Outcome]
    misplaced: frozenset[str]

    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        states = [str(row.state) for row in self.outcomes]
        return {str(state): states.count(state) for state in State}

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left that a person could still decide or mend."""
        return all(row.state is State.UNCHANGED for row in self.outcomes)


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the preview, with what is chosen and typed for it now."""

    row: Outcome
    chosen: str
    place: str
    is_placed_here: bool
    is_misplaced: bool


@require_safe
@never_cache
@entered
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
@entered
def kit(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """The kit to take out, and the file that came back. What it brings is shown before it is."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    start = {"language": revision.draft.language}
    form = KitForm(request.POST or None, request.FILES or None, initial=start)
    if request.method != "POST" or not form.is_valid():
        return _offer(request, access, revision, form)
    sent = form.cleaned_data["file"]
    try:
        file = read_file(sent.name, sent.read())
        made_for(access, revision, file.binding)
    except Unreadable as error:
        form.add_error("file", str(error))
        return _offer(request, access, revision, form)
    kept = Kept(sent.name, file, form.cleaned_data["language"], guessed_columns(file.headings))
    key = uuid4()
    cache.set(_address(access, revision, key), kept, KEPT_SECONDS)
    return redirect("kit_preview", access.consultation.slug, draft, number, key)


@never_cache
@entered
def kit_preview(
    request: HttpRequest, access: Access, draft: str, number: int, kept: UUID
) -> HttpResponse:
    """What was understood, row by row; confirmed, it becomes drafts that await clearance."""
    access.require(Act.DRAFT_COMMENT)
    revision = _revision(access, draft, number)
    address = _address(access, revision, kept)
    sent = cast("Kept | None", cache.get(address))
    if sent is None:
        return _offer(request, access, revision, _unsent_form(revision), is_expired=True)
    compared = _compare(access, revision, sent)
    if request.method != "POST":
        return _shown(request, access, sent, compared)
    is_seen = request.POST.get("seen") == fingerprint_of(compared.outcomes)
    before, sent = sent, _as_posted(request, sent)
    cache.set(address, sent, KEPT_SECONDS)
    compared = _compare(access, revision, sent)
    if compared.misplaced:
        return _shown(request, access, sent, compared, status=422)
    if "take" not in request.POST:
        return _shown(request, access, sent, compared)
    is_done = not _is_left(compared, sent)  # the button was pressed twice
    if not (is_seen or is_done) or sent.columns != before.columns:
        return _shown(request, access, sent, compared, status=409, is_changed=True)
    return _take(request, access, sent, compared)


# --- Steps ---------------------------------------------------------------------------------------


def _take(request: HttpRequest, access: Access, sent: Kept, compared: Compared) -> HttpResponse:
    """Write what was chosen; then on to the drafts, or back to what is left to decide."""
    rows = wanted(compared.outcomes, sent.choices)
    try:
        count = take(access=access, rows=rows, language=sent.language)
    except StaleVersion:
        again = _compare(access, compared.standing.revision, sent)
        return _shown(request, access, sent, again, status=409, is_changed=True)
    except (Refused, ValidationError) as error:
        told = " ".join(getattr(error, "messages", [str(error)]))
        return _shown(request, access, sent, compared, status=422, refused=told)
    said = ngettext(
        "%(n)d draft was taken in. It awaits clearance, seen by your delegation only.",
        "%(n)d drafts were taken in. They await clearance, seen by your delegation only.",
        count,
    ) % {"n": count}
    messages.success(request, said if count else _("Nothing was to be written."))
    left = _compare(access, compared.standing.revision, sent)
    if not _is_left(left, sent):
        return redirect(f"{reverse('workspace', args=[access.consultation.slug])}?state=drafted")
    return redirect(request.path)


def _is_left(compared: Compared, sent: Kept) -> bool:
    """Whether a row is still to be decided: neither written, nor left as it is on purpose."""
    return any(
        row.state is not State.UNCHANGED and sent.choices.get(row.key, "") in {"", "file"}
        for row in compared.outcomes
    )


def _revision(access: Access, draft: str, number: int) -> Revision:
    rows = Revision.objects.visible_to(access).select_related("draft", "round")
    return get_object_or_404(rows, draft__slug=draft, number=number)


def _compare(access: Access, revision: Revision, sent: Kept) -> Compared:
    lines = lines_of(sent.file, sent.columns)
    origin = made_for(access, revision, sent.file.binding)
    standing = standing_on(access, revision, origin, [line.key for line in lines if line.key])
    found = {key: _spot_named(standing, typed) for key, typed in sent.places.items()}
    placed = {key: spot for key, spot in found.items() if spot is not None}
    reader = Reader(standing, sent.file.binding, placed, sent.language)
    return Compared(standing, reader.outcomes(lines), frozenset(found.keys() - placed.keys()))


def _spot_named(standing: Standing, typed: str) -> Spot | None:
    """A paragraph as a person names it: from the list, or by its label alone."""
    named = [s for s in standing.spots if s.name.casefold() == typed.casefold()]
    found = named or standing.by_label.get(plain_label(typed), ())
    return found[0] if len(found) == 1 else None


def _as_posted(request: HttpRequest, sent: Kept) -> Kept:
    """The file with the columns, places and choices of the form."""
    chosen = _posted(request, _COLUMN)
    known = {*columns(), ""}
    named = {
        int(place): told for place, told in chosen.items() if place.isdecimal() and told in known
    }
    return replace(
        sent,
        columns={place: told for place, told in named.items() if told} if named else sent.columns,
        places={
            key: told.strip() for key, told in _posted(request, _PLACE).items() if told.strip()
        },
        choices=_posted(request, _ROW),
    )


def _posted(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): str(value)
        for name, value in request.POST.items()
        if name.startswith(prefix)
    }


def _address(access: Access, revision: Revision, key: UUID) -> str:
    return f"kit:{access.user.pk}:{access.capacity.key}:{revision.pk}:{key}"


# --- Pages ---------------------------------------------------------------------------------------


def _unsent_form(revision: Revision) -> KitForm:
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
    sent: Kept,
    compared: Compared,
    *,
    status: int = 200,
    is_changed: bool = False,
    refused: str = "",
) -> HttpResponse:
    revision = compared.standing.revision
    text = revision.draft
    context = {
        "access": access,
        "revision": revision,
        "name": sent.name,
        "rows": [_asked(row, sent, compared) for row in compared.outcomes if _is_shown(row)],
        "counts": compared.counts(),
        "total": len(compared.outcomes),
        "will_write": len(wanted(compared.outcomes, sent.choices)),
        "columns": _columns(sent),
        "fields": [("", _("not read")), *columns().items()],
        "spots": compared.standing.spots,
        "seen": fingerprint_of(compared.outcomes),
        "made_for": compared.standing.earlier_stage,
        "closed": _why_closed(access, revision),
        "is_changed": is_changed,
        "refused": refused,
        "direction": "rtl" if is_right_to_left(sent.language) else "ltr",
        "kit_url": reverse("kit", args=[access.consultation.slug, text.slug, revision.number]),
    }
    return render(request, "comments/kit_preview.html", context, status=status)


def _why_closed(access: Access, revision: Revision) -> str:
    asked = Wording(revision=revision)
    return why_no_form(access, round_for(asked, access.moment))


def _is_shown(row: Outcome) -> bool:
    """An unchanged row is counted, and shown only where there is something to say about it."""
    return row.state is not State.UNCHANGED or bool(row.notes)


def _asked(row: Outcome, sent: Kept, compared: Compared) -> Asked:
    is_placed_here = (
        sent.file.is_table or compared.standing.is_earlier or row.state is State.UNPLACED
    )
    guess = row.spot.name if row.spot else ""
    return Asked(
        row=row,
        chosen=sent.choices.get(row.key, ""),
        place=sent.places.get(row.key, guess),
        is_placed_here=is_placed_here and row.state in {State.NEW, State.UNPLACED},
        is_misplaced=row.key in compared.misplaced,
    )


def _columns(sent: Kept) -> list[dict[str, Any]]:
    """Each column of a plain table: its heading, a sample of it, and what it is read as."""
    if not sent.file.is_table:
        return []
    return [
        {
            "place": place,
            "heading": heading,
            "sample": next((r.cells[place] for r in sent.file.rows if r.cells[place].strip()), ""),
            "field": sent.columns.get(place, ""),
        }
        for place, heading in enumerate(sent.file.headings)
    ]
