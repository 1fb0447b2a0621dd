"""Acts on an own comment that ask first: discard a draft, send it back, withdraw an input."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import drafting, submission
from comments.forms.comment_forms import ReturnForm, WithdrawalForm
from comments.models import Comment
from comments.pages.input_lines import InputLine, input_line, own_and_room_comments_for_lines
from comments.pages.reading_selection import address_of_revision
from comments.pages.work_lines import back_to_list
from comments.pages.writing_pages import address_of_comment, address_of_room, get_comment
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access

# Shows the comment in question, on the page that asks for a confirmation.
COMMENT_TEMPLATE = "comments/_comment_to_confirm.html"


@never_cache
@with_access
def discard_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Discard a draft, once it is confirmed."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.DISCARD_COMMENT, on=comment)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Discard this draft?"),
        sentences=[
            _("It is removed from the group’s room for all members.")
            if comment.in_room
            else _("It is removed from your lists. Nobody outside your delegation has seen it.")
        ],
        button_label=_("Discard"),
        back_url=back_to_list(request, access, _room_or_paragraph_url(access, comment)),
        success_message=_("The draft is discarded."),
        act=lambda: drafting.discard_comment(access=access, comment=comment),
        is_grave=True,
    )


@never_cache
@with_access
def return_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Send a draft back to those who drafted it, with the reason."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.CLEAR_COMMENT, on=comment)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Send this draft back?"),
        sentences=[_("Your reason stays with the draft. Only your delegation can see it.")],
        button_label=_("Send back"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("Sent back to the drafters."),
        act=lambda: drafting.return_comment(
            access=access, comment=comment, reason=form.cleaned_data["reason"]
        ),
        form=form,
    )


@never_cache
@with_access
def withdraw_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Withdraw an input; it stays in the record, marked."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.WITHDRAW_COMMENT, on=comment)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Withdraw %(number)s?") % {"number": comment.reference},
        sentences=[
            _("It stays in the record, marked as withdrawn, and its number is not used again."),
            _("Whoever could read it can read your reason too."),
        ],
        button_label=_("Withdraw"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("%(number)s is withdrawn.") % {"number": comment.reference},
        act=lambda: submission.withdraw_comment(
            access=access, comment=comment, reason=form.cleaned_data["reason"]
        ),
        form=form,
        is_grave=True,
    )


def _room_or_paragraph_url(access: Access, comment: Comment) -> str:
    """Where to go from a draft that is discarded: its room, or the paragraph it was made on."""
    if comment.in_room:
        return address_of_room(access, comment.seat.public_id)
    return address_of_revision(access, comment.wording.revision, open=comment.paragraph.public_id)


def line_of_comment(access: Access, comment: Comment) -> InputLine:
    """A comment of the delegation or of a group's room in which it sits, as the lists show it."""
    return input_line(access, own_and_room_comments_for_lines(access).get(pk=comment.pk))
