"""The page that says what an act will do, and does it once it is confirmed."""

from collections.abc import Callable, Mapping, Sequence

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultations.rules.access import Access
from consultations.web.forms import add_errors


def confirm[Result](
    request: HttpRequest,
    access: Access,
    *,
    title: str,
    sentences: Sequence[str],
    button_label: str,
    back_url: str,
    success_message: str | Callable[[Result], str],
    act: Callable[[], Result],
    form: forms.Form | None = None,
    is_grave: bool = False,
    working_sentence: str = "",
    details_template: str = "",
    **details_context: object,
) -> HttpResponse:
    """Ask before `act`. A refusal is shown above the form, which keeps what was typed (422).

    `form` is bound where the request is a POST; `act` runs once it is valid. After `act` the person
    is led to `back_url`, to which the link that cancels leads too. `success_message` may be made of
    what `act` returned. The button of a grave act has a warning colour. `working_sentence` says
    what goes on while a long act runs. `details_template` shows the rows concerned, with
    `details_context`.
    """
    bound_form = form or forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and bound_form.is_valid():
        try:
            result = act()
        except ValidationError as error:
            add_errors(bound_form, error)
        else:
            message = success_message(result) if callable(success_message) else success_message
            messages.success(request, message)
            return redirect(back_url)
    return confirmation_page(
        request,
        access,
        title=title,
        sentences=sentences,
        button_label=button_label,
        back_url=back_url,
        form=bound_form,
        is_grave=is_grave,
        working_sentence=working_sentence,
        details_template=details_template,
        details_context=details_context,
    )


def confirmation_page(
    request: HttpRequest,
    access: Access,
    *,
    title: str,
    sentences: Sequence[str],
    button_label: str,
    back_url: str,
    form: forms.Form,
    is_grave: bool,
    working_sentence: str = "",
    details_template: str,
    details_context: Mapping[str, object],
    status: int | None = None,
) -> HttpResponse:
    """The page alone, for a view that leads elsewhere after its act; takes what `confirm` takes.

    The status is 422 where the form has errors and none is given.
    """
    context = {
        "access": access,
        "title": title,
        "sentences": sentences,
        "label": button_label,
        "back_url": back_url,
        "form": form,
        "is_grave": is_grave,
        "working": working_sentence,
        "action_url": request.get_full_path(),
        "details_template": details_template,
        **details_context,
    }
    status = status or (422 if form.errors else 200)
    return render(request, "consultations/web/confirm.html", context, status=status)
