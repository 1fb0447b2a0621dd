"""The addresses of consultations: a person's own pages, meetings, rounds, people, the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from consultations.admin import desk
from consultations.announcements import views
from consultations.api import CapacitiesView, ConsultationViewSet, RoundViewSet
from consultations.api_docs.views import api_page
from consultations.founding import views as founding_views
from consultations.home import views as home_views
from consultations.keys import calendar_views
from consultations.outbox import views as outbox_views
from consultations.people import (
    function_views,
    invitation_views,
    post_views,
    sign_in_link_views,
    views as people_views,
)
from consultations.seats import delegation_views, views as seats_views
from consultations.timetable import views as timetable_views

secretariat_urlpatterns = [
    path("setting-up/", founding_views.setting_up, name="setting_up"),
    path("seats/", seats_views.seats, name="seats"),
    path("seats/all/<slug:kind>/", seats_views.seat_delegations_of_kind, name="seat_kind"),
    path("seats/list/", seats_views.seat_from_list, name="seat_list"),
    path("seats/<uuid:seat_public_id>/", seats_views.edit_seat, name="edit_seat"),
    path("seats/<uuid:seat_public_id>/end/", seats_views.end_seat, name="end_seat"),
    path("people/list/", invitation_views.invite_from_list, name="invitation_list"),
    path("people/unanswered/", invitation_views.unanswered, name="unanswered"),
    path("people/unanswered/remind/", invitation_views.remind_all, name="remind_all"),
    path(
        "people/invitations/<uuid:invitation_public_id>/remind/",
        invitation_views.remind,
        name="remind",
    ),
    path("people/functions/", function_views.functions, name="functions"),
    path(
        "people/functions/<uuid:facilitation_public_id>/end/",
        function_views.end_function,
        name="end_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation_public_id>/remind/",
        function_views.remind_of_function,
        name="remind_of_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation_public_id>/revoke/",
        function_views.revoke_function_invitation,
        name="revoke_function",
    ),
    path("delegations/", delegation_views.delegations, name="delegations"),
    path("delegations/new/", delegation_views.add_delegation, name="add_delegation"),
    path(
        "delegations/<uuid:delegation_public_id>/", delegation_views.delegation, name="delegation"
    ),
    path(
        "delegations/<uuid:delegation_public_id>/members/<uuid:member_public_id>/",
        delegation_views.member_days,
        name="member_days",
    ),
    path(
        "delegations/<uuid:delegation_public_id>/coordinators/<uuid:coordinator_public_id>/",
        delegation_views.coordinator_days,
        name="coordinator_days",
    ),
]

consultation_urlpatterns = [
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("mails/", outbox_views.mails, name="mails"),
    path("announcements/", views.announcements, name="announcements"),
    path(
        "announcements/<uuid:announcement_public_id>/end/",
        views.end_announcement,
        name="end_announcement",
    ),
    path(
        # Not below the list: that is open to whoever may announce.
        "dismiss/<uuid:announcement_public_id>/",
        views.dismiss_announcement,
        name="dismiss_announcement",
    ),
    path("meetings/", timetable_views.meetings, name="meetings"),
    path(
        "meetings/<uuid:meeting_public_id>/cancel/",
        timetable_views.cancel_meeting,
        name="cancel_meeting",
    ),
    path(
        "meetings/<uuid:meeting_public_id>/move/", timetable_views.move_meeting, name="move_meeting"
    ),
    path("people/", people_views.people, name="people"),
    path("people/<uuid:post_public_id>/end/", post_views.end_post, name="end_post"),
    path("people/<uuid:post_public_id>/hand-over/", post_views.hand_over, name="hand_over"),
    path(
        "people/invitations/<uuid:invitation_public_id>/resend/",
        invitation_views.resend,
        name="resend_invitation",
    ),
    path(
        "people/invitations/<uuid:invitation_public_id>/revoke/",
        invitation_views.revoke,
        name="revoke_invitation",
    ),
    path("rounds/", timetable_views.rounds, name="rounds"),
    path("rounds/<uuid:round_public_id>/close/", timetable_views.close_round, name="close_round"),
    path(
        "rounds/<uuid:round_public_id>/deadline/",
        timetable_views.extend_deadline,
        name="extend_deadline",
    ),
    path(
        "rounds/<uuid:round_public_id>/visibility/",
        timetable_views.set_visibility,
        name="set_visibility",
    ),
]

urlpatterns = [
    path("invitation/", invitation_views.invitation, name="invitation"),
    path("invitation/<str:token>/", invitation_views.open_invitation, name="open_invitation"),
    path("sign-in/", sign_in_link_views.sign_in_link, name="sign_in_link"),
    path("sign-in/<str:token>/", sign_in_link_views.open_sign_in_link, name="open_sign_in_link"),
    path("", home_views.home, name="home"),
    path("capacity/", home_views.capacity, name="capacity"),
    path("keys/", home_views.keys, name="keys"),
    path("keys/<uuid:key_public_id>/end/", home_views.end_key, name="end_key"),
    path(
        "keys/calendars/<uuid:feed_public_id>/end/",
        calendar_views.end_calendar_feed,
        name="end_calendar_feed",
    ),
    path("api/", api_page, name="api"),
    path("desk/", desk.urls),
    path("consultations/new/", founding_views.new_consultation, name="found"),
    path("consultations/<slug:slug>/", include(secretariat_urlpatterns)),
    path("consultations/<slug:slug>/", include(consultation_urlpatterns)),
]

# Not by regular expressions: a prefix may then hold a converter, such as <slug:slug>.
router = SimpleRouter(use_regex_path=False)
router.register("consultations", ConsultationViewSet, "api-consultations")
router.register("consultations/<slug:slug>/rounds", RoundViewSet, "api-rounds")

api_urlpatterns = [
    path("capacities/", CapacitiesView.as_view(), name="api-capacities"),
    *router.urls,
]
