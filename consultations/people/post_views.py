"""End a post or hand it over, each after a confirmation."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.people import posts
from consultations.people.forms import HandOverForm
from consultations.people.inviting import invite_successor
from consultations.people.mail import role_description
from consultations.people.views import held_posts_of, report_invitation
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm, confirmation_page
from consultations.web.forms import add_errors
from consultations.web.view_decorators import CAPACITY_SESSION_KEY, with_access
from delegations.acts import Succession, is_last_focal_point
from delegations.models import Post, PostRole


@with_access
def end_post(request: HttpRequest, access: Access, post_public_id: UUID) -> HttpResponse:
    """End somebody's post."""
    post = _manageable_post(access, post_public_id)
    sentences = [
        _("%(name)s is %(role)s of %(delegation)s.") % _post_values(post),
        _("It ends immediately. Open sessions and API keys of this post stop working."),
        _("What was drafted and submitted stays with the delegation."),
    ]
    if is_last_focal_point(post):
        sentences.append(
            _("This is the last focal point. Nobody could then submit for %(delegation)s.")
            % _post_values(post)
        )
    return confirm(
        request,
        access,
        title=_("End the post of %(name)s") % _post_values(post),
        sentences=sentences,
        button_label=_("End the post"),
        back_url=reverse("people", args=[access.consultation.slug]),
        success_message=_("The post has ended."),
        is_grave=True,
        act=lambda: posts.end_post(actor=access, post=post),
        # What the holder has typed and not saved, which would be lost.
        details_template="components/autosaved_words.html",
        post=post,
    )


@with_access
def hand_over(request: HttpRequest, access: Access, post_public_id: UUID) -> HttpResponse:
    """Hand over the post of a focal point: one page explains it and asks to whom."""
    post = _manageable_post(access, post_public_id)
    if post.role != PostRole.FOCAL_POINT:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = HandOverForm(posted, post=post, posts=held_posts_of(post.delegation))
    if posted is not None and form.is_valid():
        try:
            return _do_hand_over(request, access, post, form)
        except ValidationError as error:
            add_errors(form, error)
    return confirmation_page(
        request,
        access,
        title=_("Hand over the post of focal point of %(delegation)s") % _post_values(post),
        sentences=[
            _("%(name)s is %(role)s of %(delegation)s.") % _post_values(post),
            role_description(PostRole.FOCAL_POINT),
            _("Somebody with a post here takes it immediately, a new person on accepting."),
            _("What was drafted and submitted stays with the delegation."),
        ],
        button_label=_("Hand over the post"),
        back_url=reverse("people", args=[access.consultation.slug]),
        form=form,
        is_grave=True,
        details_template="components/autosaved_words.html",
        details_context={"post": post},
    )


def _manageable_post(access: Access, post_public_id: UUID) -> Post:
    """The post to end or hand over; `Refused` where this capacity manages no posts there."""
    current_posts = Post.objects.select_related("user", "delegation").filter(ended_at=None)
    post = get_object_or_404(current_posts, public_id=post_public_id)
    access.require(Act.MANAGE_POSTS, on=post.delegation)
    return post


def _post_values(post: Post) -> dict[str, str]:
    """The values for the sentences about a post."""
    return {
        "name": str(post.user),
        "role": post.get_role_display(),
        "delegation": post.delegation.name,
    }


def _do_hand_over(
    request: HttpRequest, access: Access, post: Post, form: HandOverForm
) -> HttpResponse:
    """Hand the post to a colleague at once, or invite a new person to it; then redirect."""
    former_becomes = form.cleaned_data["former_becomes"]
    if form.successor_post is None:
        invitation = invite_successor(
            actor=access, post=post, email=form.cleaned_data["email"], former_becomes=former_becomes
        )
        report_invitation(request, invitation)
        return redirect("people", access.consultation.slug)
    succession = posts.hand_over(
        actor=access, post=post, successor=form.successor_post, former_becomes=former_becomes
    )
    values = {"name": succession.new_post.user, "delegation": post.delegation.name}
    messages.success(request, _("%(name)s is now focal point of %(delegation)s.") % values)
    if post.user_id == access.user.pk:
        return _redirect_former_holder(request, access, succession)
    return redirect("people", access.consultation.slug)


def _redirect_former_holder(
    request: HttpRequest, access: Access, succession: Succession
) -> HttpResponse:
    """Redirect whoever gave away their own post; to the home page where they keep no post."""
    if succession.former_holder_post is None:
        request.session.pop(CAPACITY_SESSION_KEY, None)
        return redirect("home")
    return redirect("people", access.consultation.slug)
