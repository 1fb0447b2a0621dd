"""The people page: who holds which post, who submits, who leads and who serves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.access import Access, Act
from consultations.actions import end_post as end_post_for
from consultations.confirming import confirm
from consultations.entering import entered
from consultations.forms import PostForm, add_errors
from consultations.models import Facilitation, FacilitationRole, Seat
from delegations.actions import add_user, give_post
from delegations.models import Post, PostRole, User


@entered
def people(request: HttpRequest, access: Access) -> HttpResponse:
    """Delegates see their own delegation's posts; the secretariat sees all; all see who leads."""
    form = PostForm(request.POST if request.method == "POST" else None, access=access)
    if request.method == "POST":
        access.require(Act.MANAGE_POSTS)
        if form.is_valid():
            try:
                post = _give(access, form)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(
                    request,
                    _("%(name)s is %(role)s now.")
                    % {"name": post.user, "role": post.get_role_display()},
                )
                return redirect("people", access.consultation.slug)
    context = {
        "access": access,
        "posts": _own_posts(access),
        "seats": _seats(access),
        "facilitations": _facilitations(access),
        "form": form,
        "may_manage": access.may(Act.MANAGE_POSTS),
        "sees_posts": not access.is_delegate and access.may(Act.MANAGE_POSTS),
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/people.html", context, status=status)


@entered
def end_post(request: HttpRequest, access: Access, post: UUID) -> HttpResponse:
    """Take a post back."""
    row = get_object_or_404(
        Post.objects.select_related("user", "delegation").filter(ended_at=None), public_id=post
    )
    access.require(Act.MANAGE_POSTS, on=row.delegation)
    return confirm(
        request,
        access,
        title=_("End the post of %(name)s") % {"name": row.user},
        lines=[
            _("%(name)s is %(role)s of %(delegation)s.")
            % {
                "name": row.user,
                "role": row.get_role_display(),
                "delegation": row.delegation.name,
            },
            _("It ends at once: open sessions and API keys of this post stop working."),
            _("What was drafted and submitted stays with the delegation."),
        ],
        label=_("End the post"),
        back=reverse("people", args=[access.consultation.slug]),
        done=_("The post has ended."),
        is_grave=True,
        act=lambda: end_post_for(access=access, post=row),
    )


@transaction.atomic
def _give(access: Access, form: PostForm) -> Post:
    """The post, for the known account with this address or for a new one."""
    typed = form.cleaned_data
    user = User.objects.filter(email__iexact=typed["email"]).first()
    if user is None:
        user = add_user(access=access, email=typed["email"], name=typed["name"])
    delegation = typed.get("delegation") or access.delegation
    if delegation is None:
        raise ValidationError({"delegation": _("Choose a delegation.")})
    return give_post(access=access, user=user, delegation=delegation, role=typed["role"])


def _own_posts(access: Access) -> list[Post]:
    if not access.is_delegate:
        return []
    held = Post.objects.held().filter(delegation=access.delegation).select_related("user")
    order = PostRole.values
    return sorted(held, key=lambda post: (order.index(post.role), post.user.name))


def _facilitations(access: Access) -> list[Facilitation]:
    held = Facilitation.objects.filter(consultation=access.consultation, ended_at=None)
    order = FacilitationRole.values
    rows = held.select_related("user", "delegation").order_by("started_at")
    return sorted(rows, key=lambda row: order.index(row.role))


def _seats(access: Access) -> list[Seat]:
    """All seats in table order; with their posts, in one query more, where access sees them."""
    seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
    if not access.is_delegate and access.may(Act.MANAGE_POSTS):
        held = Post.objects.held().select_related("user").order_by("role", "user__name")
        seats = seats.select_related("delegation").prefetch_related(
            Prefetch("delegation__posts", queryset=held, to_attr="held_posts")
        )
    return list(seats)
