"""A circulated text in other languages: what there is, a file set beside it, written once sure."""

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
from django.views.decorators.cache import never_cache

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from delegations.models import LANGUAGES
from drafts.forms.draft_forms import place_name
from drafts.forms.translation_form import TranslationForm
from drafts.intake.parallel import LEAVE_OUT, Parallel, ParallelRow, parallel_of
from drafts.languages.coverage import coverage_of
from drafts.languages.translating import set_translations
from drafts.models import Revision, Wording
from drafts.pages.desk_pages import text_of
from drafts.readers import read_draft
from drafts.readers.proposal import Problem, Unreadable

KEPT_SECONDS = 2 * 3600
_CHOICE = "says-"


@dataclass(frozen=True)
class KeptTranslation:
    """What was sent, kept until it is confirmed: only for its sender, in the same capacity."""

    name: str
    content: bytes
    language: str
    status: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class TranslationRow:
    """A row of the preview, and what is chosen for it where a person may choose."""

    line: ParallelRow
    chosen: str


@never_cache
@with_access
def translations(request: HttpRequest, access: Access, draft: str, number: int) -> HttpResponse:
    """How far a revision stands in each language; a file for one of them."""
    revision = _revision(access, draft, number)
    posted = request.POST if request.method == "POST" else None
    form = TranslationForm(posted, request.FILES or None, draft=revision.draft)
    if posted is None or not form.is_valid():
        return _page(request, access, revision, form, status=200 if posted is None else 422)
    name, content = form.content
    chosen = form.cleaned_data
    sent = KeptTranslation(name, content, chosen["language"], chosen["status"], {})
    try:
        _beside(revision, sent)
    except Unreadable as error:
        return _page(request, access, revision, form, status=422, problems=error.problems)
    key = uuid4()
    cache.set(_address(access, revision, key), sent, KEPT_SECONDS)
    return redirect("translation_preview", access.consultation.slug, draft, number, key)


@never_cache
@with_access
def preview(
    request: HttpRequest, access: Access, draft: str, number: int, kept: UUID
) -> HttpResponse:
    """Each row beside the paragraph that it says; confirmed, it is written."""
    revision = _revision(access, draft, number)
    sent = cast(KeptTranslation | None, cache.get(_address(access, revision, kept)))
    if sent is None:
        form = TranslationForm(draft=revision.draft)
        return _page(request, access, revision, form, status=422, is_expired=True)
    if request.method == "POST":
        sent = replace(sent, choices=_choices(request))
        cache.set(_address(access, revision, kept), sent, KEPT_SECONDS)
    beside = _beside(revision, sent)
    if "take" not in request.POST:
        return _shown(request, access, revision, beside, sent)
    if beside.open_lines or request.POST.get("seen") != beside.fingerprint:
        return _shown(request, access, revision, beside, sent, status=409, is_changed=True)
    try:
        count = set_translations(
            access=access,
            revision=revision,
            language=sent.language,
            status=sent.status,
            pairs=beside.pairs,
        )
    except ValidationError as error:
        refused = " ".join(error.messages)
        return _shown(request, access, revision, beside, sent, status=422, refused=refused)
    cache.delete(_address(access, revision, kept))
    said = ngettext("%(n)d paragraph is written.", "%(n)d paragraphs are written.", count)
    messages.success(request, said % {"n": count})
    return redirect("translations", access.consultation.slug, draft, number)


def _revision(access: Access, draft: str, number: int) -> Revision:
    """A circulated revision, for those who may translate it. Raises Http404, Refused."""
    text = text_of(access, draft, Act.SET_TRANSLATIONS)
    revision = get_object_or_404(Revision.objects.visible_to(access), draft=text, number=number)
    revision.draft = text
    return revision


def _wordings(revision: Revision) -> list[Wording]:
    return list(revision.wordings.order_by("place"))


def _beside(revision: Revision, sent: KeptTranslation) -> Parallel:
    """The file beside the text. Raises Unreadable."""
    read = read_draft(sent.name, sent.content)
    return parallel_of(_wordings(revision), read.paragraphs, sent.choices)


def _page(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    form: TranslationForm,
    *,
    status: int,
    problems: tuple[Problem, ...] = (),
    is_expired: bool = False,
) -> HttpResponse:
    context = {
        "access": access,
        "draft": revision.draft,
        "revision": revision,
        "languages": coverage_of(access, revision, _wordings(revision)),
        "form": form,
        "problems": problems,
        "is_expired": is_expired,
    }
    return render(request, "drafts/translations.html", context, status=status)


def _shown(
    request: HttpRequest,
    access: Access,
    revision: Revision,
    beside: Parallel,
    sent: KeptTranslation,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "access": access,
        "draft": revision.draft,
        "revision": revision,
        "name": sent.name,
        "language": sent.language,
        "language_name": dict(LANGUAGES)[sent.language],
        "is_official": sent.status == "official",
        "beside": beside,
        "rows": [TranslationRow(line, _chosen(line)) for line in beside.lines],
        "options": _options(beside),
        "leave_out": LEAVE_OUT,
        **more,
    }
    return render(request, "drafts/translation_preview.html", context, status=status)


def _chosen(line: ParallelRow) -> str:
    if line.wording is None:
        return LEAVE_OUT if line.is_left_out else ""
    return str(line.wording.public_id)


def _options(beside: Parallel) -> list[tuple[str, str]]:
    """Every paragraph of which a person may still dispose, in the order of the text."""
    asked = [line.wording for line in beside.lines if line.is_asked and line.wording]
    open_ones = {wording.pk: wording for wording in [*beside.missing, *asked]}
    ordered = sorted(open_ones.values(), key=lambda wording: wording.place)
    return [(str(wording.public_id), place_name(wording)) for wording in ordered]


def _choices(request: HttpRequest) -> dict[str, str]:
    """Row number → what was chosen for it."""
    return {
        name.removeprefix(_CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE)
    }


def _address(access: Access, revision: Revision, key: UUID) -> str:
    return f"translation:{access.user.pk}:{access.capacity.key}:{revision.pk}:{key}"
