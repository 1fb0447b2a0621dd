"""The site map: every address of the project."""

from django.urls import include, path
from django.views.i18n import set_language

from comments import table_views
from config import demo, pages
from consultations import people, timetable, views
from consultations.admin import desk
from drafts import circulate_views, desk_views, import_views
from drafts import views as draft_views

urlpatterns = [
    path("health/live/", pages.live, name="live"),
    path("health/ready/", pages.ready, name="ready"),
    path("account/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("demo/mail/", demo.mails, name="demo_mails"),
    path("demo/mail/<slug:name>/", demo.mail, name="demo_mail"),
    path("demo/mail/<slug:name>/html/", demo.mail_html, name="demo_mail_html"),
    # delegations, and the secretariat's desk
    path("desk/", desk.urls),
    # consultations: a person's own pages, then the frame of one consultation
    path("", views.home, name="home"),
    path("capacity/", views.capacity, name="capacity"),
    path("keys/", views.keys, name="keys"),
    path("keys/<uuid:key>/end/", views.end_key, name="end_key"),
    path("consultations/<slug:slug>/meetings/", timetable.meetings, name="meetings"),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/cancel/",
        timetable.cancel_meeting,
        name="cancel_meeting",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/move/",
        timetable.move_meeting,
        name="move_meeting",
    ),
    path("consultations/<slug:slug>/people/", people.people, name="people"),
    path("consultations/<slug:slug>/people/<uuid:post>/end/", people.end_post, name="end_post"),
    path("consultations/<slug:slug>/rounds/", timetable.rounds, name="rounds"),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/close/",
        timetable.close_round,
        name="close_round",
    ),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/deadline/",
        timetable.extend_deadline,
        name="extend_deadline",
    ),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/visibility/",
        timetable.set_visibility,
        name="set_visibility",
    ),
    # drafts: the texts, the desk, a file taken in, a revision sent out
    path("consultations/<slug:slug>/drafts/", draft_views.drafts, name="drafts"),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/adopt/",
        circulate_views.adopt_text,
        name="adopt_text",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulate/",
        circulate_views.circulate,
        name="circulate",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/",
        circulate_views.circulated,
        name="circulated",
    ),
    path("consultations/<slug:slug>/drafts/<slug:draft>/desk/", desk_views.desk, name="desk"),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/add/",
        desk_views.add,
        name="add_paragraph",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/<uuid:paragraph>/",
        desk_views.edit,
        name="edit_paragraph",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/<uuid:paragraph>/history/",
        desk_views.history,
        name="paragraph_history",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/<uuid:paragraph>/move/",
        desk_views.move,
        name="move_paragraph",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/<uuid:paragraph>/restore/",
        desk_views.restore,
        name="restore_paragraph",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/desk/<uuid:paragraph>/strike/",
        desk_views.strike,
        name="strike_paragraph",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/import/",
        import_views.import_file,
        name="import_file",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/import/<uuid:kept>/",
        import_views.preview,
        name="import_preview",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/agenda/",
        draft_views.agenda,
        name="agenda",
    ),
    path("consultations/<slug:slug>/new-text/", draft_views.new_draft, name="new_draft"),
    # comments: the compiled table and its papers
    path("consultations/<slug:slug>/papers/", table_views.papers, name="papers"),
    path("consultations/<slug:slug>/papers/<uuid:paper>/", table_views.paper, name="paper"),
    path(
        "consultations/<slug:slug>/papers/<uuid:paper>/file/",
        table_views.paper_file,
        name="paper_file",
    ),
    path("consultations/<slug:slug>/table/", table_views.table, name="table"),
    path(
        "consultations/<slug:slug>/table/<slug:format_name>/",
        table_views.table_file,
        name="table_file",
    ),
]
