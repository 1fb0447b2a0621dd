"""The people page: who holds which post, who is invited, who leads and who serves."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consultations.models import Facilitation, FacilitationRole, Seat
from consultations.people.forms import InvitationForm
from consultations.people.inviting import invite
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from delegations.models import Delegation, DelegationKind, Invitation, Post, PostRole

PAGE_SIZE = 20


@with_access
def people(request: HttpRequest, access: Access) -> HttpResponse:
    """Who holds posts, of the own delegation or, for the secretariat, of all; and who leads.

    Whoever manages posts also invites people here.
    """
    form = InvitationForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST":
        access.require(Act.MANAGE_POSTS)
        if form.is_valid():
            try:
                invitation = _invite(access, form)
            except ValidationError as error:
                add_errors(form, error)
            else:
                report_invitation(request, invitation)
                return redirect("people", access.consultation.slug)
    may_manage = bool(access.may(Act.MANAGE_POSTS))
    # Whether it is the secretariat, which sees the posts of all delegations.
    sees_posts = may_manage and not access.is_delegate
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    context = {
        "access": access,
        "own_delegation": _own_delegation(access) if access.is_delegate else None,
        "seats": seats,
        "seats_page": _seats_page(seats, request.GET.get("page")) if sees_posts else None,
        # The list is folded up until somebody turns its pages.
        "are_seats_shown": "page" in request.GET,
        "seats_without_focal_point": _seats_without_focal_point(seats) if sees_posts else [],
        "facilitations": facilitations_in_order_of_role(access),
        "form": form,
        "may_manage": may_manage,
        "sees_posts": sees_posts,
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/people/people.html", context, status=status)


def report_invitation(request: HttpRequest, invitation: Invitation) -> None:
    """Say that the invitation is sent, without a word on whether the address has an account."""
    sentence = _("The invitation to %(email)s is being sent.")
    messages.success(request, sentence % {"email": invitation.email})


def _invite(access: Access, form: InvitationForm) -> Invitation:
    """Invite whom the form names. Only the secretariat chooses a delegation on it."""
    form_values = form.cleaned_data
    delegation = form_values.get("delegation") or access.delegation
    assert delegation is not None  # chosen on the form, or the delegate's own
    return invite(
        actor=access, delegation=delegation, email=form_values["email"], role=form_values["role"]
    )


# --- Who is shown ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnDelegation:
    """The posts of the reader's delegation, focal points first, and its open invitations."""

    delegation: Delegation
    posts: list[Post]
    invitations: list[Invitation]


def held_posts_of(delegation: Delegation) -> list[Post]:
    """The posts that are held in a delegation, focal points first."""
    posts = Post.objects.held().filter(delegation=delegation).select_related("user")
    role_order = PostRole.values
    return sorted(posts, key=lambda post: (role_order.index(post.role), post.user.name))


def with_mails(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Invitations with who invited and the mails of each, the oldest first."""
    invitations_with_mails = invitations.select_related("invited_by").prefetch_related("mails")
    return invitations_with_mails.order_by("sent_at", "pk")


def _own_delegation(access: Access) -> OwnDelegation:
    """The delegation of a delegate; its invitations only for who manages its posts."""
    delegation = access.delegation
    assert delegation is not None  # a delegate has one
    invitations = Invitation.objects.none()
    if access.may(Act.MANAGE_POSTS):
        invitations = Invitation.objects.unanswered().filter(delegation=delegation)
    return OwnDelegation(
        delegation=delegation,
        posts=held_posts_of(delegation),
        invitations=list(with_mails(invitations)),
    )


def facilitations_in_order_of_role(access: Access) -> list[Facilitation]:
    """The functions in force: co-facilitators first, then staff, then the secretariat."""
    facilitations = Facilitation.objects.filter(consultation=access.consultation, ended_at=None)
    role_order = FacilitationRole.values
    ordered_by_start = facilitations.select_related("user", "delegation").order_by("started_at")
    return sorted(ordered_by_start, key=lambda facilitation: role_order.index(facilitation.role))


def _seats_page(seats: QuerySet[Seat], number: str | None) -> Page[Seat]:
    """A page of delegations, with the holders of their posts and their open invitations."""
    # The roles sorted backwards by their values: focal_point, deputy, contributor.
    posts = Post.objects.held().select_related("user").order_by("-role", "user__name")
    invitations = with_mails(Invitation.objects.unanswered())
    seats_with_people = seats.select_related("delegation").prefetch_related(
        Prefetch("delegation__posts", queryset=posts, to_attr="held_posts"),
        Prefetch("delegation__invitations", queryset=invitations, to_attr="open_invitations"),
    )
    return Paginator(seats_with_people, PAGE_SIZE).get_page(number)


def _seats_without_focal_point(seats: QuerySet[Seat]) -> QuerySet[Seat]:
    """The seats for which nobody may submit; for groups their coordinators may."""
    delegations_with_focal_point = (
        Post.objects.held().filter(role=PostRole.FOCAL_POINT).values("delegation")
    )
    return seats.exclude(delegation__kind=DelegationKind.GROUP).exclude(
        delegation__in=delegations_with_focal_point
    )
