"""Pages of one's own account that allauth does not have."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out of one of one's own sessions."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    end_sessions(request, [session])
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")


@login_required
@require_safe
def email(request: HttpRequest) -> HttpResponse:
    """Show the e-mail address of the account, proved by an invitation or the secretariat.

    Nobody can add one themselves: they could type the address of somebody else.
    """
    return render(request, "account/email.html")
