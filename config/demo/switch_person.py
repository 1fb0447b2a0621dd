"""The demonstration's button that signs one in as another person: a facilitator or a delegate."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.home.views import only_consultation_url
from consultations.rules.access import DELEGATE_ROLES, Role
from consultations.rules.moment import received_at
from delegations.models import User

# The local parts of their e-mail addresses.
DEMO_FACILITATOR, DEMO_FOCAL_POINT = "facilitator.pt", "portugal"


@dataclass(frozen=True, slots=True)
class OtherDemoPerson:
    """A person of the demonstration to sign in as; what they see; the label of the button."""

    email_name: str
    sentence: str
    label: str


def other_demo_person(role: Role) -> OtherDemoPerson:
    """A co-facilitator for a delegate, a focal point for all others."""
    if role in DELEGATE_ROLES:
        return OtherDemoPerson(
            DEMO_FACILITATOR,
            _("Co-facilitators read all submitted inputs and answer them."),
            _("Become a co-facilitator"),
        )
    return OtherDemoPerson(
        DEMO_FOCAL_POINT,
        _("A delegation sees its own drafts, and what the round lets it read."),
        _("Become a focal point"),
    )


@require_POST
def sign_in_as_other_person(request: HttpRequest) -> HttpResponse:
    """Sign in as the other person; 404 outside the demonstration."""
    person = request.POST.get("person", "")
    if not settings.DEMO or person not in {DEMO_FACILITATOR, DEMO_FOCAL_POINT}:
        raise Http404
    user = get_object_or_404(User, email=f"{person}@demo.example", is_active=True)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(only_consultation_url(user, received_at(request)))
