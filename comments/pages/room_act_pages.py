"""The acts of a group's room: set a silence, break it, dissociate from an input, join it again.

Each is confirmed on a page of its own. Those who sit in the room are told by mail of a silence, and
of objections raised or withdrawn.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import group_rooms
from comments.acts.opt_outs import draft_to_join_again
from comments.forms.room_forms import ObjectionForm, RoomSilenceForm, suggested_room_silence_end
from comments.models import Comment, Objection, OptOut
from comments.pages.writing_pages import address_of_room, get_comment
from comments.threads.audience import moment_words
from comments.threads.missed_deadline import time_limit_sentence
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access
from drafts.text.citing import place_in_stage

# What the pages and the access rules need of the comment of an objection.
_COMMENT_RELATIONS = (
    "comment__round",
    "comment__seat",
    "comment__wording__revision",
    "comment__paragraph__draft",
)


@never_cache
@with_access
def set_silence(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Put a draft under silence until a moment that the form asks for."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.SET_SILENCE, on=comment)
    form = RoomSilenceForm(
        request.POST if request.method == "POST" else None,
        access=access,
        initial={"until": suggested_room_silence_end(access, comment.round)},
    )

    def set_silence_until() -> None:
        until = form.cleaned_data["until"]
        group_rooms.set_silence(access=access, comment=comment, until=until)

    return confirm(
        request,
        access,
        title=_("Set a silence on %(place)s") % {"place": _citation(comment)},
        sentences=[
            _(
                "Members in the room of %(group)s may break silence until then. No objection "
                "means consent."
            )
            % {"group": comment.seat.name_for_reader},
            _("Earlier objections no longer count."),
            time_limit_sentence(access, comment.round),
            _("After the silence you still have to submit."),
            _("Their deputies and focal points are notified by e-mail, without any wording."),
        ],
        button_label=_("Set the silence"),
        back_url=_room_url(access, comment),
        success_message=_("The draft is under silence. The room shows whom the e-mail reached."),
        act=set_silence_until,
        form=form,
    )


@never_cache
@with_access
def object_to(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Break the silence, in the name of the own delegation."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.OBJECT, on=comment)
    form = ObjectionForm(request.POST if request.method == "POST" else None)

    def break_silence() -> None:
        group_rooms.object_to(access=access, comment=comment, **form.cleaned_data)

    return confirm(
        request,
        access,
        title=_("Break silence on %(place)s") % {"place": _citation(comment)},
        sentences=[
            _("This breaks the silence for your delegation. Nothing is submitted."),
            _("Only the room sees who broke silence and why."),
        ],
        button_label=_("Break silence"),
        back_url=_room_url(access, comment),
        success_message=_("The silence is broken. The members are notified."),
        act=break_silence,
        form=form,
        is_grave=True,
    )


@never_cache
@with_access
def withdraw_objection(
    request: HttpRequest, access: Access, objection_public_id: UUID
) -> HttpResponse:
    """Withdraw the own objection."""
    objections = Objection.objects.visible_to(access).select_related(*_COMMENT_RELATIONS)
    objection = get_object_or_404(
        objections, public_id=objection_public_id, seat=access.seat, withdrawn_at=None
    )
    access.require(Act.OBJECT, on=objection.comment)

    return confirm(
        request,
        access,
        title=_("Withdraw your objection to %(place)s?") % {"place": _citation(objection.comment)},
        sentences=[
            _("Without other objections, the silence continues until %(moment)s.")
            # `or` is for the type checker: without a silence the rule has refused.
            % {"moment": moment_words(access, objection.comment.silence_until or access.moment)},
        ],
        button_label=_("Withdraw objection"),
        back_url=_room_url(access, objection.comment),
        success_message=_("Your objection is withdrawn."),
        act=lambda: group_rooms.withdraw_objection(access=access, objection=objection),
    )


@never_cache
@with_access
def opt_out(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Dissociate the own delegation from the group's input."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.OPT_OUT, on=comment)
    delegation_name = access.seat.name_for_reader if access.seat else ""
    return confirm(
        request,
        access,
        title=_("Dissociate from the input on %(place)s?") % {"place": _citation(comment)},
        sentences=[
            _("%(name)s is not listed under this input of %(group)s in any document.")
            % {"name": delegation_name, "group": comment.seat.name_for_reader},
            _("The other members can still submit it."),
            _("Until it is submitted you can join again."),
        ],
        button_label=_("Dissociate from this input"),
        back_url=_room_url(access, comment),
        success_message=_("Your delegation is dissociated from this input."),
        act=lambda: group_rooms.opt_out(access=access, comment=comment),
        is_grave=True,
    )


@never_cache
@with_access
def opt_in(request: HttpRequest, access: Access, opt_out_public_id: UUID) -> HttpResponse:
    """Join the group's input again before it is submitted."""
    opt_outs = OptOut.objects.visible_to(access).select_related("comment")
    opt_out = get_object_or_404(
        opt_outs, public_id=opt_out_public_id, seat=access.seat, withdrawn_at=None
    )
    draft = get_comment(access, draft_to_join_again(opt_out).public_id)
    access.require(Act.OPT_OUT, on=draft)
    return confirm(
        request,
        access,
        title=_("Join %(place)s again?") % {"place": _citation(draft)},
        sentences=[
            _("Your delegation is listed as a member under this input of %(group)s again.")
            % {"group": draft.seat.name_for_reader}
        ],
        button_label=_("Join again"),
        back_url=_room_url(access, draft),
        success_message=_("Your delegation is listed with the others again."),
        act=lambda: group_rooms.opt_in(access=access, opt_out=opt_out),
    )


def _citation(comment: Comment) -> str:
    """How a draft is cited, by its paragraph. Needs `wording__revision`."""
    wording = comment.wording
    return place_in_stage(wording.label, wording.kind, wording.revision.stage)


def _room_url(access: Access, comment: Comment) -> str:
    """The address of the draft in the room of its group."""
    return address_of_room(access, comment.seat.public_id, comment.public_id)
