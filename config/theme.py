"""The theme, light or dark: that of the device, unless another was chosen in this browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "theme"
A_YEAR = 365 * 24 * 3600
THEMES = {"": _("As the device"), "light": _("Light"), "dark": _("Dark")}


def theme(request: HttpRequest) -> dict[str, object]:
    """`theme` ("light", "dark", or "" for the device's) and `themes` in every template."""
    chosen = request.COOKIES.get(COOKIE, "")
    return {"theme": chosen if chosen in THEMES else "", "themes": THEMES.items()}


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Store the choice in this browser, and go back; any unknown value means the device's."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if is_ours else "home")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES and chosen:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, chosen, A_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
