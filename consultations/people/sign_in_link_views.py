"""The page of a sign-in link: a button uses the link up, opening it does not.

Mail servers open links to see whether they are safe; none of them presses a button.
"""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from consultations.home.views import only_consultation_url
from consultations.people.mail import sign_in_link_of
from consultations.rules.moment import received_at
from delegations.helping import use_sign_in_link
from delegations.models import SignInLink

OPENED_LINK_SESSION_KEY = "sign_in_link"


@require_safe
def open_sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token in the session, so that no later address, log or Referer holds it."""
    if sign_in_link_of(token) is None:
        request.session.pop(OPENED_LINK_SESSION_KEY, None)
    else:
        request.session[OPENED_LINK_SESSION_KEY] = token
    return redirect("sign_in_link")


def sign_in_link(request: HttpRequest) -> HttpResponse:
    """Show whom the link signs in; the button signs them in."""
    link = sign_in_link_of(request.session.get(OPENED_LINK_SESSION_KEY, ""))
    if request.user.is_authenticated and (link is None or request.user == link.user):
        return redirect("home")  # signed in already: the button was pressed twice, for example
    moment = received_at(request)
    if link is None or not link.is_open_at(moment):
        return render(request, "consultations/people/sign_in_link_closed.html", status=410)
    if request.method != "POST":
        return render(request, "consultations/people/sign_in_link.html", {"link": link})
    if not use_sign_in_link(link=link, moment=moment):
        return render(request, "consultations/people/sign_in_link_closed.html", status=410)
    return _sign_in(request, link)


def _sign_in(request: HttpRequest, link: SignInLink) -> HttpResponse:
    """Sign in as a mailed code would: allauth still asks for a second step where there is one."""
    del request.session[OPENED_LINK_SESSION_KEY]
    next_url = only_consultation_url(link.user, received_at(request))
    response: HttpResponse = perform_login(request, link.user, redirect_url=next_url)
    return response
