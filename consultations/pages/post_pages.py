"""A post ends, or goes to somebody else: each asked once more before it is done."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.acts.inviting import invite_successor
from consultations.acts.posts import end_post as end_post_for
from consultations.acts.posts import hand_over as hand_over_for
from consultations.forms.frame_forms import add_errors
from consultations.forms.people_forms import HandOverForm
from consultations.mail.invitation_mail import what_it_lets_do
from consultations.pages.confirmation import confirm
from consultations.pages.people_pages import holders_of, say_on_its_way
from consultations.pages.view_decorators import SESSION_KEY, with_access
from consultations.rules.access import Access, Act
from delegations.actions import Succession, is_last_focal_point
from delegations.models import Post, PostRole


@with_access
def end_post(request: HttpRequest, access: Access, post: UUID) -> HttpResponse:
    """Take a post back."""
    row = _held(access, post)
    lines = [
        _("%(name)s is %(role)s of %(delegation)s.") % _words(row),
        _("It ends immediately. Open sessions and API keys of this post stop working."),
        _("What was drafted and submitted stays with the delegation."),
    ]
    if is_last_focal_point(row):
        lines.append(
            _("This is the last focal point. Nobody could then submit for %(delegation)s.")
            % _words(row)
        )
    return confirm(
        request,
        access,
        title=_("End the post of %(name)s") % _words(row),
        lines=lines,
        label=_("End the post"),
        back=reverse("people", args=[access.consultation.slug]),
        done=_("The post has ended."),
        is_grave=True,
        act=lambda: end_post_for(access=access, post=row),
        meant="components/being_typed.html",
        post=row,
    )


@with_access
def hand_over(request: HttpRequest, access: Access, post: UUID) -> HttpResponse:
    """Hand the post of a focal point over: one page says what it does and asks to whom."""
    row = _held(access, post)
    if row.role != PostRole.FOCAL_POINT:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = HandOverForm(sent, post=row, holders=holders_of(row.delegation))
    if sent is not None and form.is_valid():
        try:
            return _do_hand_over(request, access, row, form)
        except ValidationError as error:
            add_errors(form, error)
    context = {
        "access": access,
        "post": row,
        "title": _("Hand over the post of focal point of %(delegation)s") % _words(row),
        "lines": _what_it_will_do(row),
        "label": _("Hand over the post"),
        "back": reverse("people", args=[access.consultation.slug]),
        "form": form,
        "action_url": request.path,
        "is_grave": True,
        "meant": "components/being_typed.html",
    }
    status = 422 if form.errors else 200
    return render(request, "consultations/confirm.html", context, status=status)


def _held(access: Access, post: UUID) -> Post:
    rows = Post.objects.select_related("user", "delegation").filter(ended_at=None)
    row = get_object_or_404(rows, public_id=post)
    access.require(Act.MANAGE_POSTS, on=row.delegation)
    return row


def _words(post: Post) -> dict[str, str]:
    return {
        "name": str(post.user),
        "role": post.get_role_display(),
        "delegation": post.delegation.name,
    }


def _what_it_will_do(post: Post) -> list[str]:
    return [
        _("%(name)s is %(role)s of %(delegation)s.") % _words(post),
        what_it_lets_do(PostRole.FOCAL_POINT),
        _("Somebody with a post here takes it immediately, a new person on accepting."),
        _("What was drafted and submitted stays with the delegation."),
    ]


def _do_hand_over(
    request: HttpRequest, access: Access, post: Post, form: HandOverForm
) -> HttpResponse:
    becomes = form.cleaned_data["former_becomes"]
    if form.chosen is None:
        invitation = invite_successor(
            access=access, post=post, email=form.cleaned_data["email"], former_becomes=becomes
        )
        say_on_its_way(request, invitation)
        return redirect("people", access.consultation.slug)
    done = hand_over_for(access=access, post=post, successor=form.chosen, former_becomes=becomes)
    words = {"name": done.post.user, "delegation": post.delegation.name}
    messages.success(request, _("%(name)s is now focal point of %(delegation)s.") % words)
    if post.user_id == access.user.pk:
        return _go_on_without(request, access, done)
    return redirect("people", access.consultation.slug)


def _go_on_without(request: HttpRequest, access: Access, done: Succession) -> HttpResponse:
    """Whoever gave away their own post goes on in what they still hold in the delegation."""
    if done.former is None:
        request.session.pop(SESSION_KEY, None)
        return redirect("home")
    return redirect("people", access.consultation.slug)
