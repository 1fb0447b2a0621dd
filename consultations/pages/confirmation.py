"""The small page that says what an act will do, and does it when it is confirmed."""

from collections.abc import Callable, Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultations.forms.frame_forms import add_errors
from consultations.rules.access import Access


def confirm(
    request: HttpRequest,
    access: Access,
    *,
    title: str,
    lines: Sequence[str],
    label: str,
    back: str,
    done: str,
    act: Callable[[], object],
    form: forms.Form | None = None,
    is_grave: bool = False,
    meant: str = "",
    **shown: object,
) -> HttpResponse:
    """Ask before `act`. What it refuses stands above the form, with the words as typed (422).

    `meant` names the fragment that shows on what it is done; it takes what is `shown`.
    """
    asked = form or forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and asked.is_valid():
        try:
            act()
        except ValidationError as error:
            add_errors(asked, error)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {
        "access": access,
        "title": title,
        "lines": lines,
        "label": label,
        "back": back,
        "form": asked,
        "is_grave": is_grave,
        "action_url": request.get_full_path(),
        "meant": meant,
        **shown,
    }
    status = 422 if asked.errors else 200
    return render(request, "consultations/confirm.html", context, status=status)
