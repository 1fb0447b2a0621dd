"""The calendar as a file: a download after sign-in, or a feed at a secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from comments.calendar.queries import calendar_of
from consultations.keys.acts import note_use
from consultations.keys.tokens import feed_of_secret
from consultations.rules.access import Access
from consultations.rules.access_factory import make_access
from consultations.rules.moment import received_at
from consultations.rules.second_factor import lacks_second_factor
from consultations.web.pacing import count_request, paced
from consultations.web.view_decorators import with_access


@require_safe
@with_access
@paced("calendar")
def calendar_file(request: HttpRequest, access: Access) -> HttpResponse:
    """The meetings and deadlines of this reader now, as a download."""
    return _calendar_response(access, "attachment")


@require_safe
def calendar_feed(request: HttpRequest, feed_key: str) -> HttpResponse:
    """The same for a calendar program, without sign-in: what the feed's capacity may see now.

    404 for an address that has ended, or whose capacity no longer has a place in the consultation,
    or whose owner lacks the second factor that the capacity asks for.
    """
    feed = feed_of_secret(feed_key)
    if feed is None:
        raise Http404
    moment = received_at(request)
    wait_seconds = count_request(feed.user, "calendar", moment)
    if wait_seconds:
        return HttpResponse(status=429, headers={"Retry-After": str(wait_seconds)})
    access = make_access(feed.user, feed.consultation.slug, feed.capacity, moment=moment)
    if lacks_second_factor(access):
        raise Http404
    note_use(feed, moment)
    with override(feed.user.interface_language):
        return _calendar_response(access, "inline")


def _calendar_response(access: Access, disposition: str) -> HttpResponse:
    """The calendar as a file; `disposition` is "attachment" or "inline"."""
    # The library of calendar files is loaded for a calendar, not in each process.
    from comments.calendar import as_ics

    calendar = calendar_of(access)
    response = HttpResponse(as_ics.calendar_file(calendar), content_type=as_ics.CONTENT_TYPE)
    filename = as_ics.calendar_filename(calendar)
    response["Content-Disposition"] = f'{disposition}; filename="{filename}"'
    return response
