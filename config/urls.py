"""The site map: every address of the project."""

from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from comments.api.comments import CommentViewSet
from comments.api.receipts import ReceiptViewSet
from comments.api.reviews import ReplyViewSet, ReviewViewSet
from comments.api.rooms import RoomViewSet
from comments.api.search import SearchView
from comments.api.table import TableView
from comments.pages import (
    answering,
    brief,
    carrying,
    circulating,
    comparing,
    confirmed,
    digest,
    following,
    front,
    history,
    kit,
    mail_choice,
    notes,
    reading,
    receipts,
    received,
    reviewing,
    rolling,
    room_acts,
    rooms,
    seal,
    search,
    submitting,
    table,
    taking,
    text_files,
    typed,
    workspace,
    writing,
)
from config import account_views, demo, pages, style_page
from consultations import invitation_views, people, post_views, timetable, views
from consultations.admin_desk import desk
from consultations.api import CapacitiesView, ConsultationViewSet, RoundViewSet
from consultations.api_page import api_page
from drafts import (
    circulate_views,
    compare_views,
    concordance_views,
    desk_views,
    import_views,
    paragraph_views,
    piece_views,
    place_views,
    step_views,
    tracked_views,
    translation_views,
)
from drafts import views as draft_views
from drafts.api import DraftViewSet, MeetingViewSet, RevisionViewSet, WordingViewSet

handler500 = "config.pages.broken"

# The API: lists and rows of each kind, with the acts on them as further addresses below.
api = SimpleRouter(use_regex_path=False)
api.register("consultations", ConsultationViewSet, "api-consultations")
rows_of_a_consultation: dict[str, type[ViewSetMixin]] = {
    "comments": CommentViewSet,
    "drafts": DraftViewSet,
    "meetings": MeetingViewSet,
    "receipts": ReceiptViewSet,
    "replies": ReplyViewSet,
    "reviews": ReviewViewSet,
    "revisions": RevisionViewSet,
    "rounds": RoundViewSet,
    "wordings": WordingViewSet,
}
for name, rows in rows_of_a_consultation.items():
    api.register(f"consultations/<slug:slug>/{name}", rows, f"api-{name}")

# Of one text: its desk, and a paragraph that lies on it.
DESK = "consultations/<slug:slug>/drafts/<slug:draft>/desk/"
PARAGRAPH = f"{DESK}<uuid:paragraph>/"

urlpatterns = [
    path("health/live/", pages.live, name="live"),
    path("health/ready/", pages.ready, name="ready"),
    path("account/sessions/<int:session>/end/", account_views.end_session, name="end_session"),
    path("account/email/", account_views.email, name="account_email"),
    path("account/", include("allauth.urls")),
    path("invitation/", invitation_views.invitation, name="invitation"),
    path("invitation/<str:token>/", invitation_views.open_invitation, name="open_invitation"),
    path("language/", set_language, name="set_language"),
    # every mail carries a link to it: it asks for no sign-in
    path("stop-mail/<str:token>/", mail_choice.stop_mail, name="stop_mail"),
    # whoever holds a receipt may ask whether it is genuine
    path("receipts/verify/", receipts.verify_receipt, name="verify_receipt"),
    # whoever holds a text may ask whether it was circulated
    path("seal/", seal.seal, name="seal"),
    path("style/", style_page.style, name="style"),
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
    path("mail/", mail_choice.mail, name="mail"),
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
    path("consultations/<slug:slug>/people/<uuid:post>/end/", post_views.end_post, name="end_post"),
    path(
        "consultations/<slug:slug>/people/<uuid:post>/hand-over/",
        post_views.hand_over,
        name="hand_over",
    ),
    path(
        "consultations/<slug:slug>/people/invitations/<uuid:invitation>/resend/",
        invitation_views.resend,
        name="resend_invitation",
    ),
    path(
        "consultations/<slug:slug>/people/invitations/<uuid:invitation>/revoke/",
        invitation_views.revoke,
        name="revoke_invitation",
    ),
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
        circulating.adopt_text,
        name="adopt_text",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulate/",
        circulating.circulate,
        name="circulate",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/",
        circulate_views.circulated,
        name="circulated",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/translations/",
        translation_views.translations,
        name="translations",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/translations/"
        "<uuid:kept>/",
        translation_views.preview,
        name="translation_preview",
    ),
    path(DESK, desk_views.desk, name="desk"),
    path(f"{DESK}add/", paragraph_views.add, name="add_paragraph"),
    path(f"{DESK}now/", desk_views.desk_now, name="desk_now"),
    path(f"{DESK}steps/", step_views.steps, name="desk_steps"),
    path(f"{DESK}steps/<uuid:step>/redo/", step_views.redo, name="redo_step"),
    path(f"{DESK}steps/<uuid:step>/undo/", step_views.undo, name="undo_step"),
    path(PARAGRAPH, paragraph_views.edit, name="edit_paragraph"),
    path(f"{PARAGRAPH}editing/", paragraph_views.editing, name="editing_paragraph"),
    path(f"{PARAGRAPH}history/", paragraph_views.history, name="paragraph_history"),
    path(f"{PARAGRAPH}merge/", piece_views.merge, name="merge_paragraphs"),
    path(f"{PARAGRAPH}move/", place_views.move, name="move_paragraph"),
    path(f"{PARAGRAPH}restore/", paragraph_views.restore, name="restore_paragraph"),
    path(f"{PARAGRAPH}split/", piece_views.split, name="split_paragraph"),
    path(f"{PARAGRAPH}strike/", paragraph_views.strike, name="strike_paragraph"),
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
        "consultations/<slug:slug>/drafts/<slug:draft>/import/<uuid:kept>/changes/",
        tracked_views.import_changes,
        name="import_changes",
    ),
    path(f"{DESK}offered/", tracked_views.offered, name="offered"),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/settings/",
        draft_views.settings,
        name="draft_settings",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/agenda/",
        draft_views.agenda,
        name="agenda",
    ),
    path("consultations/<slug:slug>/new-text/", draft_views.new_draft, name="new_draft"),
    path(
        "consultations/<slug:slug>/<slug:draft>/compare/",
        compare_views.compare_states,
        name="compare",
    ),
    # comments: the digest before a meeting, looked at ahead
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/digest/",
        digest.digest,
        name="digest",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/digest/test/",
        digest.send_test_digest,
        name="send_test_digest",
    ),
    # comments: the front page, what is said, and what facilitators answer
    path("consultations/<slug:slug>/", front.consultation, name="consultation"),
    path(
        "consultations/<slug:slug>/alignments/<uuid:alignment>/end/",
        answering.end_alignment,
        name="end_alignment",
    ),
    path("consultations/<slug:slug>/comments/<uuid:comment>/", history.comment, name="comment"),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/align/",
        answering.align,
        name="align",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/became/",
        history.became,
        name="became",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/carry-over/",
        carrying.carry_over,
        name="carry_over",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/clear/",
        writing.clear_comment,
        name="clear_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/discard/",
        confirmed.discard_comment,
        name="discard_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/edit/",
        writing.edit_comment,
        name="edit_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/new-version/",
        writing.supersede_comment,
        name="supersede_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/notes/",
        notes.notes,
        name="notes",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/reply/",
        answering.reply,
        name="reply",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/return/",
        confirmed.return_comment,
        name="return_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/review/",
        reviewing.review_comment,
        name="review_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/submit/",
        submitting.submit_comment,
        name="submit_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/typing/",
        typed.typing_of_comment,
        name="typing_of_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/withdraw/",
        confirmed.withdraw_comment,
        name="withdraw_comment",
    ),
    path(
        "consultations/<slug:slug>/paragraphs/<uuid:paragraph>/",
        history.paragraph,
        name="wording_history",
    ),
    path(
        "consultations/<slug:slug>/paragraphs/<uuid:paragraph>/drafts/",
        comparing.compare_drafts,
        name="compare_drafts",
    ),
    path("consultations/<slug:slug>/receipts/", receipts.receipts, name="receipts"),
    path(
        "consultations/<slug:slug>/receipts/<uuid:receipt>/",
        receipts.receipt,
        name="receipt",
    ),
    path(
        "consultations/<slug:slug>/receipts/<uuid:receipt>/<slug:format_name>/",
        receipts.receipt_file,
        name="receipt_file",
    ),
    path(
        "consultations/<slug:slug>/replies/<uuid:reply>/withdraw/",
        answering.withdraw_reply,
        name="withdraw_reply",
    ),
    path("consultations/<slug:slug>/review/", reviewing.queue, name="review_queue"),
    path(
        "consultations/<slug:slug>/review/<uuid:paragraph>/",
        reviewing.review_paragraph,
        name="review_paragraph",
    ),
    path(
        "consultations/<slug:slug>/review/<uuid:paragraph>/take/",
        taking.take_words,
        name="take_words",
    ),
    path(
        "consultations/<slug:slug>/review/publish/",
        reviewing.publish_reviews,
        name="publish_reviews",
    ),
    path(
        "consultations/<slug:slug>/reviews/<uuid:review>/acknowledge/",
        answering.acknowledge,
        name="acknowledge",
    ),
    path("consultations/<slug:slug>/search/", search.search, name="search"),
    path("consultations/<slug:slug>/submit/", submitting.submit_all, name="submit_all"),
    path(
        "consultations/<slug:slug>/takings/<uuid:taking>/undo/",
        taking.undo_taking,
        name="undo_taking",
    ),
    path(
        "consultations/<slug:slug>/wordings/<uuid:wording>/comments/",
        writing.draft_comment,
        name="draft_comment",
    ),
    path(
        "consultations/<slug:slug>/wordings/<uuid:wording>/typing/",
        typed.typing,
        name="typing",
    ),
    path("consultations/<slug:slug>/workspace/", workspace.workspace, name="workspace"),
    # comments: a group's room, and how it comes to agree
    path("consultations/<slug:slug>/groups/", rooms.groups, name="groups"),
    path("consultations/<slug:slug>/groups/<uuid:seat>/", rooms.group_room, name="group_room"),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/object/",
        room_acts.object_to,
        name="object_to",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/opt-out/",
        room_acts.opt_out,
        name="opt_out",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/silence/",
        room_acts.set_silence,
        name="set_silence",
    ),
    path(
        "consultations/<slug:slug>/objections/<uuid:objection>/withdraw/",
        room_acts.withdraw_objection,
        name="withdraw_objection",
    ),
    path(
        "consultations/<slug:slug>/opt-outs/<uuid:opt_out>/withdraw/",
        room_acts.opt_in,
        name="opt_in",
    ),
    # comments: what came by letter, entered by the secretariat
    path("consultations/<slug:slug>/received/", received.received, name="received"),
    # comments: what is new, what one watches, the brief before a meeting
    path("consultations/<slug:slug>/brief/", brief.brief, name="brief"),
    path("consultations/<slug:slug>/brief/file/", brief.brief_file, name="brief_file"),
    path("consultations/<slug:slug>/new/", following.new, name="new"),
    path("consultations/<slug:slug>/new/seen/", following.see_all, name="see_all"),
    path("consultations/<slug:slug>/watching/", following.watching, name="watching"),
    path(
        "consultations/<slug:slug>/watching/<uuid:watch>/end/",
        following.end_watch,
        name="end_watch",
    ),
    path(
        "consultations/<slug:slug>/watching/delegations/<uuid:seat>/",
        following.watch_seat,
        name="watch_seat",
    ),
    path(
        "consultations/<slug:slug>/watching/paragraphs/<uuid:paragraph>/",
        following.watch_paragraph,
        name="watch_paragraph",
    ),
    # comments: the compiled table and its papers
    path("consultations/<slug:slug>/papers/", table.papers, name="papers"),
    path("consultations/<slug:slug>/papers/<uuid:paper>/", table.paper, name="paper"),
    path(
        "consultations/<slug:slug>/papers/<uuid:paper>/file/",
        table.paper_file,
        name="paper_file",
    ),
    path("consultations/<slug:slug>/table/", table.table, name="table"),
    path(
        "consultations/<slug:slug>/table/<slug:format_name>/",
        table.table_file,
        name="table_file",
    ),
    # comments: the kit for the capital, out and in again
    path("consultations/<slug:slug>/<slug:draft>/<int:number>/kit/", kit.kit, name="kit"),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/kit/<uuid:kept>/",
        kit.kit_preview,
        name="kit_preview",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/kit/<slug:format_name>/",
        kit.kit_file,
        name="kit_file",
    ),
    # comments: the text with every proposal in place
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/rolling/",
        rolling.rolling,
        name="rolling",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/rolling/<slug:format_name>/",
        rolling.rolling_file,
        name="rolling_file",
    ),
    # comments: the files of a text, and a copy against it
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/check/",
        seal.check_copy,
        name="check_copy",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/file/<slug:format_name>/",
        text_files.text_file,
        name="text_file",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/concordance/",
        concordance_views.concordance,
        name="concordance",
    ),
    # the reading page stands last: a text may be called by any word that no page above is called by
    path("consultations/<slug:slug>/<slug:draft>/", reading.reading, name="latest"),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/",
        reading.reading,
        name="reading",
    ),
    # the API, and the page that explains it
    path("api/", api_page, name="api"),
    path("api/v1/", include(api.urls)),
    path("api/v1/capacities/", CapacitiesView.as_view(), name="api-capacities"),
    path(
        "api/v1/consultations/<slug:slug>/comments/<uuid:id>/silence/",
        RoomViewSet.as_view({"post": "set_silence"}),
        name="api-comments-silence",
    ),
    path(
        "api/v1/consultations/<slug:slug>/comments/<uuid:id>/objections/",
        RoomViewSet.as_view({"get": "objections", "post": "object_to", "delete": "take_back"}),
        name="api-comments-objections",
    ),
    path(
        "api/v1/consultations/<slug:slug>/comments/<uuid:id>/opt-outs/",
        RoomViewSet.as_view({"get": "opt_outs", "post": "opt_out", "delete": "opt_in"}),
        name="api-comments-opt-outs",
    ),
    path("api/v1/consultations/<slug:slug>/search/", SearchView.as_view(), name="api-search"),
    path("api/v1/consultations/<slug:slug>/table/", TableView.as_view(), name="api-table"),
    path(
        "api/v1/schema/",
        SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]),
        name="api-schema",
    ),
]
