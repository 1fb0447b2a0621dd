"""Internal notes on a draft or an input: only the delegation reads them.

Those on a draft in a group's room are read by the member delegations in the room.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts.drafting import mark_mentions_seen, write_note
from comments.acts.recipients import colleagues_of
from comments.forms.workspace_forms import NoteForm
from comments.models import Comment
from comments.pages.writing_pages import address_of_comment, get_comment
from comments.threads.cards import card_of
from comments.threads.notes import mentioned_names, with_notes
from comments.threads.threads import shown_comment, with_answers
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access


@never_cache
@with_access
def notes(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """The notes on a comment, and a form for another."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.WRITE_NOTE, on=comment)
    posted_data = request.POST if request.method == "POST" else None
    form = NoteForm(posted_data, posts=colleagues_of(access), reader=access.user)
    if form.is_valid() and _save_note(request, access, comment, form):
        return redirect(address_of_comment(access, comment))
    mark_mentions_seen(access=access, comment=comment)
    # Read again, with the answers and notes that its card shows.
    comments_with_notes = with_notes(
        access, with_answers(access, Comment.objects.visible_to(access))
    )
    context = {
        "access": access,
        "comment": comment,
        "card": card_of(access, shown_comment(comments_with_notes.get(pk=comment.pk))),
        "form": form,
        "thread_url": address_of_comment(access, comment),
    }
    return render(request, "comments/notes.html", context, status=422 if form.errors else 200)


def _save_note(request: HttpRequest, access: Access, comment: Comment, form: NoteForm) -> bool:
    """Save the note and return True; False where it is refused, and the form says why."""
    try:
        note = write_note(
            access=access,
            comment=comment,
            text=form.cleaned_data["text"],
            # Without colleagues the form has no such field.
            named_public_ids=form.cleaned_data.get("named", ()),
            form_key=form.cleaned_data["form_key"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Your note is saved."))  # the page says who reads it
    if names := mentioned_names(note):
        messages.success(request, _("Told: %(names)s.") % {"names": _(", ").join(names)})
    return True
