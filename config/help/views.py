"""The pages of the help, open to everybody, also signed out.

They query only the capacity in which the reader acts: its chapters come first.
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from config.help.chapters import (
    CHAPTERS,
    Chapter,
    ChapterPart,
    LinkContext,
    chapter_of,
    html_of,
    part_text,
    search_chapters,
)
from consultations.rules.access import DELEGATE_ROLES, FACILITATOR_ROLES, Access, Actor, Role
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import current_actor
from delegations.acts import dismiss_first_steps

SLUG_PATTERN = re.compile(r"[-a-zA-Z0-9_]{1,80}")  # a web address of a consultation
CHAPTERS_OF_DELEGATES = ("delegate", "focal_point", "coordinator", "silence")
MAX_QUERY_LENGTH = 200
SNIPPET_WORDS = 28  # words of a part that a result shows


@dataclass(frozen=True, slots=True)
class RenderedPart:
    """A part of a chapter, ready for its page."""

    part: ChapterPart
    html: SafeString


@require_safe
def help_contents(request: HttpRequest) -> HttpResponse:
    """The chapters, those of the reader's function first; or the results of a search."""
    search_words = request.GET.get("q", "")[:MAX_QUERY_LENGTH].strip()
    actor = _actor(request)
    context = {
        "search_words": search_words,
        "search_results": [
            _search_result(*chapter_and_part)
            for chapter_and_part in search_chapters(_language(), search_words)
        ]
        if search_words
        else [],
        "own_chapters": [chapter_of(name, _language()) for name in chapter_names_for(actor)],
        "other_chapters": [
            chapter_of(name, _language())
            for name in CHAPTERS
            if name not in chapter_names_for(actor)
        ],
        "return_query": _return_query(request),
        "slug": _slug(request),
    }
    return render(request, "help/contents.html", context)


@require_safe
def help_chapter(request: HttpRequest, name: str) -> HttpResponse:
    """One chapter. Raises Http404 for an unknown one."""
    if name not in CHAPTERS:
        raise Http404
    chapter = chapter_of(name, _language())
    index = CHAPTERS.index(name)
    context = {
        "chapter": chapter,
        "parts": _shown_parts(request, chapter),
        "next_chapter": chapter_of(CHAPTERS[index + 1], _language())
        if index + 1 < len(CHAPTERS)
        else None,
        "return_query": _return_query(request),
    }
    return render(request, "help/chapter.html", context)


@require_safe
def help_all(request: HttpRequest) -> HttpResponse:
    """All chapters on one page, to be printed."""
    chapters = [chapter_of(name, _language()) for name in CHAPTERS]
    chapters_with_parts = [(chapter, _shown_parts(request, chapter)) for chapter in chapters]
    return render(
        request,
        "help/all.html",
        {"chapters": chapters_with_parts, "return_query": _return_query(request)},
    )


@require_POST
def skip_first_steps(request: HttpRequest) -> HttpResponse:
    """Hide the first steps of a function, and go back to the page that showed them."""
    name = request.POST.get("chapter", "")
    if request.user.is_authenticated and name in CHAPTERS:
        dismiss_first_steps(user=request.user, chapter=name)
    return_url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        return_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(return_url if is_ours else "home")


def chapter_and_first_steps(access: Access) -> tuple[Chapter, SafeString] | None:
    """The chapter for this capacity and its first three steps; None once they were hidden."""
    name = chapter_name_for_access(access)
    if name in access.user.steps_skipped:
        return None
    chapter = chapter_of(name, _language())
    # The first part of each chapter is its first steps.
    return chapter, html_of(chapter.parts[0], LinkContext(slug=access.consultation.slug))


def chapter_name_for_access(access: Access) -> str:
    """The name of the chapter for this capacity."""
    if access.role in FACILITATOR_ROLES:
        return "facilitator"
    if access.role == Role.SECRETARIAT:
        return "secretariat"
    if access.coordinated_seats:
        return "coordinator"
    return "delegate" if access.role == Role.CONTRIBUTOR else "focal_point"


def chapter_names_for(actor: Actor | None) -> tuple[str, ...]:
    """The names of the chapters for the actor's function; none for those who are not signed in.

    They are listed first, and are the only ones that link to pages of the consultation. Every
    chapter can be read by all.
    """
    if actor is None:
        return ()
    if actor.role in DELEGATE_ROLES:
        return CHAPTERS_OF_DELEGATES
    own_chapter_name = "facilitator" if actor.role in FACILITATOR_ROLES else "secretariat"
    return (own_chapter_name, "silence")


def _shown_parts(request: HttpRequest, chapter: Chapter) -> list[RenderedPart]:
    """The parts of a chapter as HTML; only a chapter of the reader's function links to pages."""
    is_own = chapter.name in chapter_names_for(_actor(request))
    link_context = LinkContext(
        slug=_slug(request) if is_own else "",
        address=_help_address(),
        return_query=_return_query(request),
    )
    return [RenderedPart(part, html_of(part, link_context)) for part in chapter.parts]


def _search_result(chapter: Chapter, part: ChapterPart) -> dict[str, Any]:
    text = part_text(part, LinkContext(address=_help_address()))
    snippet = Truncator(text).words(SNIPPET_WORDS)
    return {"chapter": chapter, "part": part, "snippet": snippet}


def _help_address() -> str:
    """The operator's e-mail address, without a name."""
    return parseaddr(settings.HELP_ADDRESS)[1]


def _actor(request: HttpRequest) -> Actor | None:
    """The reader in their capacity, queried once a request.

    None where they are not signed in, or have not chosen a capacity.
    """
    if not request.user.is_authenticated:
        return None
    facts = frame_facts(request)
    if not facts.is_actor_set:
        facts.set_actor(current_actor(request))
    return facts.actor


def _slug(request: HttpRequest) -> str:
    """The slug in the query string, of the consultation that the reader comes from.

    It gives no access. Empty where there is none, or where it cannot be a slug.
    """
    slug = request.GET.get("in", "")
    return slug if SLUG_PATTERN.fullmatch(slug) else ""


def _return_query(request: HttpRequest) -> str:
    """The query string that keeps this consultation in links to other pages of the help."""
    slug = _slug(request)
    return f"?{urlencode({'in': slug})}" if slug else ""


def _language() -> str:
    return get_language() or "en"
