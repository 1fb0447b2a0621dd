"""The pages of translations: what is translated, and the import of a file in another language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext

from consultations.rules.access import Access, Act
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from delegations.models import LANGUAGES
from drafts.desk.forms import choice_label
from drafts.desk.views import get_draft
from drafts.importing.parallel import (
    LEAVE_OUT,
    TranslationPairing,
    TranslationRow,
    pair_translation,
)
from drafts.languages.acts import set_translations
from drafts.languages.forms import TranslationForm
from drafts.languages.queries import coverage_of
from drafts.models import Revision, Wording, WordingTranslation
from drafts.parsing.file_text import Problem, Unreadable
from drafts.parsing.sandbox import read_draft

KEPT_SECONDS = 2 * 3600  # how long an upload waits for its confirmation
# The prefix of the posted fields with what a row translates; behind it stands its number.
_CHOICE_PREFIX = "says-"


@dataclass(frozen=True)
class KeptTranslation:
    """An upload, kept until it is confirmed: only for its sender, in the same capacity."""

    name: str
    content: bytes
    language: str
    status: str
    choices: Mapping[str, str]  # row number → public id of the wording, or `LEAVE_OUT`


@dataclass(frozen=True)
class TranslationChoice:
    """A row of the preview, and what is chosen for it so far."""

    row: TranslationRow
    chosen_value: str  # a wording's public id, `LEAVE_OUT`, or empty where it is open


@with_access
@paced("upload", "POST")
def translations(
    request: HttpRequest, access: Access, draft_slug: str, number: int
) -> HttpResponse:
    """How much of a revision is translated into each language; the form to upload a file."""
    revision = _revision(access, draft_slug, number)
    posted = request.POST if request.method == "POST" else None
    form = TranslationForm(posted, request.FILES or None, draft=revision.draft)
    if posted is None or not form.is_valid():
        return _languages_page(
            request, access, revision, form, status=200 if posted is None else 422
        )
    name, content = form.name_and_content
    cleaned = form.cleaned_data
    upload = KeptTranslation(name, content, cleaned["language"], cleaned["status"], {})
    try:
        _pairing_of(revision, upload)
    except Unreadable as error:
        return _languages_page(request, access, revision, form, status=422, problems=error.problems)
    upload_key = uuid4()
    cache.set(_cache_key(access, revision, upload_key), upload, KEPT_SECONDS)
    return redirect("translation_preview", access.consultation.slug, draft_slug, number, upload_key)


@with_access
def preview(
    request: HttpRequest, access: Access, draft_slug: str, number: int, upload_key: UUID
) -> HttpResponse:
    """Each row beside the paragraph that it translates; written on confirmation."""
    revision = _revision(access, draft_slug, number)
    upload = cast(KeptTranslation | None, cache.get(_cache_key(access, revision, upload_key)))
    if upload is None:
        form = TranslationForm(draft=revision.draft)
        return _languages_page(request, access, revision, form, status=422, is_expired=True)
    if request.method == "POST":
        upload = replace(upload, choices=_row_choices(request))
        cache.set(_cache_key(access, revision, upload_key), upload, KEPT_SECONDS)
    pairing = _pairing_of(revision, upload)
    if "confirm" not in request.POST:
        return _preview_page(request, access, revision, pairing, upload)
    if pairing.open_rows or request.POST.get("seen") != pairing.fingerprint:
        return _preview_page(
            request, access, revision, pairing, upload, status=409, is_changed=True
        )
    try:
        count = set_translations(
            access=access,
            revision=revision,
            language=upload.language,
            status=upload.status,
            pairs=pairing.pairs,
        )
    except ValidationError as error:
        refusal = " ".join(error.messages)
        return _preview_page(
            request, access, revision, pairing, upload, status=422, refusal=refusal
        )
    cache.delete(_cache_key(access, revision, upload_key))
    message = ngettext("%(n)d paragraph is written.", "%(n)d paragraphs are written.", count)
    messages.success(request, message % {"n": count})
    return redirect("translations", access.consultation.slug, draft_slug, number)


def _revision(access: Access, draft_slug: str, number: int) -> Revision:
    """A circulated revision, for those who may translate it. Raises Http404, Refused."""
    draft = get_draft(access, draft_slug, Act.SET_TRANSLATIONS)
    revision = get_object_or_404(Revision.objects.visible_to(access), draft=draft, number=number)
    revision.draft = draft
    return revision


def _wordings(revision: Revision) -> list[Wording]:
    return list(revision.wordings.order_by("place"))


def _pairing_of(revision: Revision, upload: KeptTranslation) -> TranslationPairing:
    """The rows of the file paired with the paragraphs. Raises Unreadable."""
    read_text = read_draft(upload.name, upload.content)
    return pair_translation(_wordings(revision), read_text.paragraphs, upload.choices)


def _languages_page(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    form: TranslationForm,
    *,
    status: int,
    problems: tuple[Problem, ...] = (),
    is_expired: bool = False,
) -> HttpResponse:
    """The page that lists the languages; after an error with the problems of the file."""
    context = {
        "access": access,
        "draft": revision.draft,
        "revision": revision,
        "languages": coverage_of(access, revision, _wordings(revision)),
        "form": form,
        "problems": problems,
        "is_expired": is_expired,
    }
    return render(request, "drafts/languages/translations.html", context, status=status)


def _preview_page(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    pairing: TranslationPairing,
    upload: KeptTranslation,
    *,
    status: int = 200,
    **extra_context: Any,
) -> HttpResponse:
    """The preview of an upload: its rows, and the paragraphs that may be chosen for each.

    `extra_context` says why it is shown again: `is_changed`, or the `refusal` of the act.
    """
    context = {
        "access": access,
        "draft": revision.draft,
        "revision": revision,
        "file_name": upload.name,
        "language": upload.language,
        "language_name": dict(LANGUAGES)[upload.language],
        "is_official": upload.status == WordingTranslation.Status.OFFICIAL,
        "pairing": pairing,
        "choices": [TranslationChoice(row, _chosen_value(row)) for row in pairing.rows],
        "options": _choosable_wordings(pairing),
        "leave_out": LEAVE_OUT,
        **extra_context,
    }
    return render(request, "drafts/languages/translation_preview.html", context, status=status)


def _chosen_value(row: TranslationRow) -> str:
    """What the select of a row shows; see `TranslationChoice`."""
    if row.wording is None:
        return LEAVE_OUT if row.is_left_out else ""
    return str(row.wording.public_id)


def _choosable_wordings(pairing: TranslationPairing) -> list[tuple[str, str]]:
    """The value and name of each wording that may be chosen for a row, in the order of the text."""
    wordings_to_choose_again = [
        row.wording for row in pairing.rows if row.may_be_chosen and row.wording
    ]
    choosable = {
        wording.pk: wording
        for wording in [*pairing.untranslated_wordings, *wordings_to_choose_again]
    }
    ordered = sorted(choosable.values(), key=lambda wording: wording.place)
    return [(str(wording.public_id), choice_label(wording)) for wording in ordered]


def _row_choices(request: HttpRequest) -> dict[str, str]:
    """Row number → the posted choice for it."""
    return {
        name.removeprefix(_CHOICE_PREFIX): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE_PREFIX)
    }


def _cache_key(access: Access, revision: Revision, upload_key: UUID) -> str:
    """Where the cache keeps an upload: for one user in one capacity, and for one revision."""
    return f"translation:{access.user.pk}:{access.capacity.key}:{revision.pk}:{upload_key}"
