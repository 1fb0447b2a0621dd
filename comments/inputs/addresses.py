"""Addresses of inputs, rooms and revisions, and how a view finds the input that it is asked for."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from comments.models import Comment
from consultations.rules.access import Access
from drafts.models import Revision


def redirect_whole_page(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect to another page; the whole page, even where htmx asked for a part of it."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return redirect(url)


RELATIONS_OF_COMMENT = (
    *("round", "seat", "filed_by", "move_after", "wording__revision__draft"),
    *("wording__paragraph", "paragraph__draft"),
)


def get_comment(access: Access, comment_public_id: UUID) -> Comment:
    """A comment this reader may read, with what rules and acts need. Raises Http404."""
    comments = Comment.objects.visible_to(access).select_related(*RELATIONS_OF_COMMENT)
    return get_object_or_404(comments, public_id=comment_public_id)


def address_of_comment(access: Access, comment: Comment) -> str:
    """The address of a comment on its page of the thread, on the text it was made on."""
    revision, paragraph = comment.wording.revision, comment.paragraph
    url = address_of_revision(access, revision, open=paragraph.public_id, comment=comment.public_id)
    return f"{url}#c-{comment.public_id}"


def address_of_room(
    access: Access, seat_public_id: UUID, comment_public_id: UUID | None = None
) -> str:
    """The address of a group's room, or of one of its drafts."""
    url = reverse("group_room", args=[access.consultation.slug, seat_public_id])
    return f"{url}#c-{comment_public_id}" if comment_public_id else url


def address_of_revision(access: Access, revision: Revision, **parameters: Any) -> str:
    """The address of the reading page of a revision; `parameters` are those of its query."""
    url = reverse("reading", args=[access.consultation.slug, revision.draft.slug, revision.number])
    filled_parameters = {
        name: value for name, value in parameters.items() if value not in {None, ""}
    }
    return f"{url}?{urlencode(filled_parameters)}" if filled_parameters else url


def review_address(access: Access, comment: Comment) -> str:
    """The address of an input on the facilitators' page of its paragraph."""
    url = reverse("review_paragraph", args=[access.consultation.slug, comment.paragraph.public_id])
    return f"{url}?comment={comment.public_id}#c-{comment.public_id}"


# In the address of such an act: the query of that list.
LIST_QUERY_PARAMETER = "list"


def address_of_workspace(request: HttpRequest, access: Access) -> str:
    """The address of the workspace with the filters that it had, which its forms send along."""
    return _workspace_url(access, request.POST.get("query", ""))


def back_to_list(request: HttpRequest, access: Access, default_url: str) -> str:
    """The address of the list from which an act was chosen, with its filters; else the default."""
    query = request.GET.get(LIST_QUERY_PARAMETER)
    return default_url if query is None else _workspace_url(access, query)


def _workspace_url(access: Access, query: str) -> str:
    """The address of the workspace, filtered by this query."""
    url = reverse("workspace", args=[access.consultation.slug])
    filters = QueryDict(query).urlencode()  # encoded anew, as it came with a request
    return f"{url}?{filters}" if filters else url
