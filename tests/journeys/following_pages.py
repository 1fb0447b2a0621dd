"""The pages of following: what is new, what one watches, when mail comes, the brief."""

from datetime import timedelta
from typing import Any

from comments.models import Seen
from comments.news.acts import watch_paragraph, watch_seat
from comments.notifications.stopping import stop_token
from drafts.models import Paragraph, Wording
from tests.journeys.demo_pages import FOCAL_POINT, access_of, wording
from tests.journeys.shown import Shown


def watch_a_few() -> dict[str, Any]:
    """A paragraph, a section and a delegation that the focal point watches."""
    access = access_of(FOCAL_POINT)
    heading = Wording.objects.filter(revision__draft__slug="plan", kind="heading")[0]
    for key in (wording("12").paragraph_id, heading.paragraph_id):
        watch_paragraph(access=access, paragraph=Paragraph.objects.get(pk=key))
    watch_seat(access=access, seat=comment_seat("PHL"))
    return {}


def comment_seat(code: str) -> Any:
    return access_of(FOCAL_POINT).consultation.seats.get(code=code)


def see_nothing() -> dict[str, Any]:
    """All that came in the last weeks is new to the focal point."""
    access = access_of(FOCAL_POINT)
    Seen.objects.update_or_create(
        user=access.user,
        consultation=access.consultation,
        capacity=access.capacity.key,
        paragraph=None,
        defaults={"seen_at": access.moment - timedelta(days=20)},
    )
    return {}


def _stop() -> dict[str, Any]:
    access = access_of(FOCAL_POINT)
    return {"token": stop_token(access.user, access.capacity.key)}


FOLLOWING = (
    Shown("new", FOCAL_POINT, see_nothing),
    Shown("watching", FOCAL_POINT, watch_a_few),
    Shown("brief", FOCAL_POINT),
    Shown("calendar", FOCAL_POINT),
    Shown("mail", FOCAL_POINT),
    Shown("stop_mail", rows=_stop),
)
NO_PAGES_OF_FOLLOWING = {
    "brief_file": "a file",
    "brief_rows_file": "a file",
    "dates_file": "a file",
    "map_file": "a file",
    "unanswered_file": "a file",
    "review_figures_file": "a file",
    "calendar_file": "a file",
    "calendar_feed": "a file",
    "end_calendar_feed": "takes a form and leads back",
    "see_all": "takes a form and leads back",
    "watch_paragraph": "takes a form and leads back",
    "watch_seat": "takes a form and leads back",
    "end_watch": "takes a form and leads back",
}
