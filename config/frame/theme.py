"""The theme, light or dark: that of the device, unless another was chosen in this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE_NAME = "theme"
YEAR_IN_SECONDS = 365 * 24 * 3600
THEMES = {"": _("As the device"), "light": _("Light"), "dark": _("Dark")}


def theme(request: HttpRequest) -> dict[str, object]:
    """`theme` ("light", "dark", or "" for the device's) and `themes` in every template."""
    chosen_theme = request.COOKIES.get(COOKIE_NAME, "")
    return {"theme": chosen_theme if chosen_theme in THEMES else "", "themes": THEMES.items()}


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store the choice in this browser, and go back; "" and unknown values mean the device's."""
    return_url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        return_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(return_url if is_ours else "home")
    chosen_theme = request.POST.get("theme", "")
    if chosen_theme in THEMES and chosen_theme:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            COOKIE_NAME, chosen_theme, YEAR_IN_SECONDS, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE_NAME, samesite="Lax")
    return response
