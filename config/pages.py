"""The few pages that belong to no room: health, and what is said when a form came too late."""

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from config.frame import Frame
from consultations.pages.view_decorators import typed_in


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database and the cache answer too; 503 where one does not."""
    answers = {}
    for name, ask in {"database": _database, "cache": _cache}.items():
        try:
            ask()
            answers[name] = True
        except Exception:  # whatever it is, the answer is "not ready"
            answers[name] = False
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("ready")


def words_kept(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The session ended while somebody typed: show the words again, ask to sign in."""
    return render(request, "403_csrf.html", {"typed": typed_in(request)}, status=403)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An act that is not this person's to do, any more perhaps: why, with the words as typed."""
    context = {"exception": str(exception), "typed": typed_in(request)}
    return render(request, "403.html", context, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """The page of a fault on our side. It asks nothing of the database: that may be the fault."""
    frame = Frame(is_demo=settings.DEMO)
    return HttpResponse(render_to_string("500.html", {"frame": frame}), status=500)
