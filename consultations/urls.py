"""The addresses of consultations: a person's own pages, meetings, rounds, people, the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from consultations.admin import desk
from consultations.api import CapacitiesView, ConsultationViewSet, RoundViewSet
from consultations.pages import (
    announcement_pages,
    calendar_pages,
    delegation_pages,
    founding_pages,
    function_pages,
    home_pages,
    invitation_list_pages,
    invitation_pages,
    mail_pages,
    people_pages,
    post_pages,
    seat_pages,
    sign_in_link_pages,
    timetable_pages,
    unanswered_pages,
)
from consultations.pages.api_page import api_page

secretariat_urlpatterns = [
    path("setting-up/", founding_pages.setting_up, name="setting_up"),
    path("seats/", seat_pages.seats, name="seats"),
    path("seats/all/<slug:kind>/", seat_pages.seat_delegations_of_kind, name="seat_kind"),
    path("seats/list/", seat_pages.seat_from_list, name="seat_list"),
    path("seats/<uuid:seat_public_id>/", seat_pages.edit_seat, name="edit_seat"),
    path("seats/<uuid:seat_public_id>/end/", seat_pages.end_seat, name="end_seat"),
    path("people/list/", invitation_list_pages.invite_from_list, name="invitation_list"),
    path("people/unanswered/", unanswered_pages.unanswered, name="unanswered"),
    path("people/unanswered/remind/", unanswered_pages.remind_all, name="remind_all"),
    path(
        "people/invitations/<uuid:invitation_public_id>/remind/",
        unanswered_pages.remind,
        name="remind",
    ),
    path("people/functions/", function_pages.functions, name="functions"),
    path(
        "people/functions/<uuid:facilitation_public_id>/end/",
        function_pages.end_function,
        name="end_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation_public_id>/remind/",
        function_pages.remind_of_function,
        name="remind_of_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation_public_id>/revoke/",
        function_pages.revoke_function_invitation,
        name="revoke_function",
    ),
    path("delegations/", delegation_pages.delegations, name="delegations"),
    path("delegations/new/", delegation_pages.add_delegation, name="add_delegation"),
    path(
        "delegations/<uuid:delegation_public_id>/", delegation_pages.delegation, name="delegation"
    ),
    path(
        "delegations/<uuid:delegation_public_id>/members/<uuid:member_public_id>/",
        delegation_pages.member_days,
        name="member_days",
    ),
    path(
        "delegations/<uuid:delegation_public_id>/coordinators/<uuid:coordinator_public_id>/",
        delegation_pages.coordinator_days,
        name="coordinator_days",
    ),
]

consultation_urlpatterns = [
    path("calendar/", calendar_pages.calendar, name="calendar"),
    path("mails/", mail_pages.mails, name="mails"),
    path("announcements/", announcement_pages.announcements, name="announcements"),
    path(
        "announcements/<uuid:announcement_public_id>/end/",
        announcement_pages.end_announcement,
        name="end_announcement",
    ),
    path(
        "announcements/<uuid:announcement_public_id>/dismiss/",
        announcement_pages.dismiss_announcement,
        name="dismiss_announcement",
    ),
    path("meetings/", timetable_pages.meetings, name="meetings"),
    path(
        "meetings/<uuid:meeting_public_id>/cancel/",
        timetable_pages.cancel_meeting,
        name="cancel_meeting",
    ),
    path(
        "meetings/<uuid:meeting_public_id>/move/", timetable_pages.move_meeting, name="move_meeting"
    ),
    path("people/", people_pages.people, name="people"),
    path("people/<uuid:post_public_id>/end/", post_pages.end_post, name="end_post"),
    path("people/<uuid:post_public_id>/hand-over/", post_pages.hand_over, name="hand_over"),
    path(
        "people/invitations/<uuid:invitation_public_id>/resend/",
        invitation_pages.resend,
        name="resend_invitation",
    ),
    path(
        "people/invitations/<uuid:invitation_public_id>/revoke/",
        invitation_pages.revoke,
        name="revoke_invitation",
    ),
    path("rounds/", timetable_pages.rounds, name="rounds"),
    path("rounds/<uuid:round_public_id>/close/", timetable_pages.close_round, name="close_round"),
    path(
        "rounds/<uuid:round_public_id>/deadline/",
        timetable_pages.extend_deadline,
        name="extend_deadline",
    ),
    path(
        "rounds/<uuid:round_public_id>/visibility/",
        timetable_pages.set_visibility,
        name="set_visibility",
    ),
]

urlpatterns = [
    path("invitation/", invitation_pages.invitation, name="invitation"),
    path("invitation/<str:token>/", invitation_pages.open_invitation, name="open_invitation"),
    path("sign-in/", sign_in_link_pages.sign_in_link, name="sign_in_link"),
    path("sign-in/<str:token>/", sign_in_link_pages.open_sign_in_link, name="open_sign_in_link"),
    path("", home_pages.home, name="home"),
    path("capacity/", home_pages.capacity, name="capacity"),
    path("keys/", home_pages.keys, name="keys"),
    path("keys/<uuid:key_public_id>/end/", home_pages.end_key, name="end_key"),
    path(
        "keys/calendars/<uuid:feed_public_id>/end/",
        calendar_pages.end_calendar_feed,
        name="end_calendar_feed",
    ),
    path("api/", api_page, name="api"),
    path("desk/", desk.urls),
    path("consultations/new/", founding_pages.new_consultation, name="found"),
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
