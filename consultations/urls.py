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

of_the_secretariat = [
    path("setting-up/", founding_pages.setting_up, name="setting_up"),
    path("seats/", seat_pages.seats, name="seats"),
    path("seats/all/<slug:kind>/", seat_pages.seat_kind, name="seat_kind"),
    path("seats/list/", seat_pages.seat_list, name="seat_list"),
    path("seats/<uuid:seat>/", seat_pages.edit_seat, name="edit_seat"),
    path("seats/<uuid:seat>/end/", seat_pages.end_seat, name="end_seat"),
    path("people/list/", invitation_list_pages.invitation_list, name="invitation_list"),
    path("people/unanswered/", unanswered_pages.unanswered, name="unanswered"),
    path("people/unanswered/remind/", unanswered_pages.remind_all, name="remind_all"),
    path(
        "people/invitations/<uuid:invitation>/remind/",
        unanswered_pages.remind,
        name="remind",
    ),
    path("people/functions/", function_pages.functions, name="functions"),
    path(
        "people/functions/<uuid:facilitation>/end/",
        function_pages.end_function,
        name="end_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation>/remind/",
        function_pages.remind_of_function,
        name="remind_of_function",
    ),
    path(
        "people/functions/invitations/<uuid:invitation>/revoke/",
        function_pages.revoke_function,
        name="revoke_function",
    ),
    path("delegations/", delegation_pages.delegations, name="delegations"),
    path("delegations/new/", delegation_pages.add_delegation, name="add_delegation"),
    path("delegations/<uuid:delegation>/", delegation_pages.delegation, name="delegation"),
    path(
        "delegations/<uuid:delegation>/members/<uuid:member>/",
        delegation_pages.member_days,
        name="member_days",
    ),
    path(
        "delegations/<uuid:delegation>/coordinators/<uuid:coordinator>/",
        delegation_pages.coordinator_days,
        name="coordinator_days",
    ),
]

of_a_consultation = [
    path("calendar/", calendar_pages.calendar, name="calendar"),
    path("mails/", mail_pages.mails, name="mails"),
    path("announcements/", announcement_pages.announcements, name="announcements"),
    path(
        "announcements/<uuid:announcement>/end/",
        announcement_pages.end_announcement,
        name="end_announcement",
    ),
    path(
        "announcements/<uuid:announcement>/dismiss/",
        announcement_pages.dismiss_announcement,
        name="dismiss_announcement",
    ),
    path("meetings/", timetable_pages.meetings, name="meetings"),
    path("meetings/<uuid:meeting>/cancel/", timetable_pages.cancel_meeting, name="cancel_meeting"),
    path("meetings/<uuid:meeting>/move/", timetable_pages.move_meeting, name="move_meeting"),
    path("people/", people_pages.people, name="people"),
    path("people/<uuid:post>/end/", post_pages.end_post, name="end_post"),
    path("people/<uuid:post>/hand-over/", post_pages.hand_over, name="hand_over"),
    path(
        "people/invitations/<uuid:invitation>/resend/",
        invitation_pages.resend,
        name="resend_invitation",
    ),
    path(
        "people/invitations/<uuid:invitation>/revoke/",
        invitation_pages.revoke,
        name="revoke_invitation",
    ),
    path("rounds/", timetable_pages.rounds, name="rounds"),
    path("rounds/<uuid:round>/close/", timetable_pages.close_round, name="close_round"),
    path("rounds/<uuid:round>/deadline/", timetable_pages.extend_deadline, name="extend_deadline"),
    path("rounds/<uuid:round>/visibility/", timetable_pages.set_visibility, name="set_visibility"),
]

urlpatterns = [
    path("invitation/", invitation_pages.invitation, name="invitation"),
    path("invitation/<str:token>/", invitation_pages.open_invitation, name="open_invitation"),
    path("sign-in/", sign_in_link_pages.sign_in_link, name="sign_in_link"),
    path("sign-in/<str:token>/", sign_in_link_pages.open_sign_in_link, name="open_sign_in_link"),
    path("", home_pages.home, name="home"),
    path("capacity/", home_pages.capacity, name="capacity"),
    path("keys/", home_pages.keys, name="keys"),
    path("keys/<uuid:key>/end/", home_pages.end_key, name="end_key"),
    path(
        "keys/calendars/<uuid:feed>/end/",
        calendar_pages.end_calendar_feed,
        name="end_calendar_feed",
    ),
    path("api/", api_page, name="api"),
    path("desk/", desk.urls),
    path("consultations/new/", founding_pages.found, name="found"),
    path("consultations/<slug:slug>/", include(of_the_secretariat)),
    path("consultations/<slug:slug>/", include(of_a_consultation)),
]

router = SimpleRouter(use_regex_path=False)
router.register("consultations", ConsultationViewSet, "api-consultations")
router.register("consultations/<slug:slug>/rounds", RoundViewSet, "api-rounds")

api_urlpatterns = [
    path("capacities/", CapacitiesView.as_view(), name="api-capacities"),
    *router.urls,
]
