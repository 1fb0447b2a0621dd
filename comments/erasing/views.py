"""Erase a person, on a page that says what is removed and what stays.

Whoever edits delegations, the secretariat, may erase their people.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.erasing import acts
from comments.erasing.forms import ErasingForm
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access
from delegations.acts import is_last_focal_point
from delegations.erasing import traces_of
from delegations.models import Post, User


@with_access
def find_person(request: HttpRequest, access: Access) -> HttpResponse:
    """Choose whom to erase; the next page asks once more."""
    access.require(Act.EDIT_DELEGATIONS)
    form = ErasingForm(request.POST if request.method == "POST" else None, access=access)
    if form.is_valid():
        assert form.person is not None  # a valid form has found the account
        return redirect("erase_person", access.consultation.slug, form.person.public_id)
    status = 422 if form.errors else 200
    context = {"access": access, "form": form}
    return render(request, "comments/erasing/find_person.html", context, status=status)


@with_access
def erase_person(request: HttpRequest, access: Access, person_public_id: UUID) -> HttpResponse:
    """Erase the account of a person, once it is confirmed."""
    access.require(Act.EDIT_DELEGATIONS)
    user = get_object_or_404(User, public_id=person_public_id)
    access.require_may_erase(user)
    held_posts = list(Post.objects.held().filter(user=user).select_related("delegation"))
    names_without_focal_point = [
        post.delegation.name for post in held_posts if is_last_focal_point(post)
    ]
    return confirm(
        request,
        access,
        title=_("Erase %(name)s") % {"name": user},
        sentences=[_("This cannot be undone.")],
        button_label=_("Erase this person"),
        back_url=reverse("people", args=[access.consultation.slug]),
        success_message=_("The person is erased."),
        act=lambda: acts.erase_person(access=access, user=user),
        is_grave=True,
        details_template="comments/erasing/_erasure.html",
        person=user,
        name_after_erasure=traces_of(user).new_name,
        held_posts=held_posts,
        names_without_focal_point=names_without_focal_point,
    )
