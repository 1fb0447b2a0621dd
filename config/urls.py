"""The site map: every address of the project."""

from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from comments.api.comments_api import CommentViewSet
from comments.api.receipts_api import ReceiptViewSet
from comments.api.reviews_api import ReplyViewSet, ReviewViewSet
from comments.api.rooms_api import RoomViewSet
from comments.api.search_api import SearchView
from comments.api.table_api import TableView
from comments.pages import (
    answering_pages,
    autosave_pages,
    brief_pages,
    carrying_pages,
    circulating_pages,
    confirmations,
    digest_pages,
    following_pages,
    front_pages,
    history_pages,
    incorporating_pages,
    kit_pages,
    mail_choice_pages,
    note_pages,
    own_drafts,
    reading_pages,
    receipt_pages,
    received_pages,
    reviewing_pages,
    rolling_pages,
    room_act_pages,
    room_pages,
    seal_pages,
    search_pages,
    submitting_pages,
    table_pages,
    text_file_pages,
    workspace_pages,
    writing_pages,
)
from config import account_views, demo, pages
from consultations.admin_desk import desk
from consultations.api import CapacitiesView, ConsultationViewSet, RoundViewSet
from consultations.pages import (
    home_pages,
    invitation_pages,
    people_pages,
    post_pages,
    timetable_pages,
)
from consultations.pages.api_page import api_page
from drafts.api import DraftViewSet, MeetingViewSet, RevisionViewSet, WordingViewSet
from drafts.pages import (
    circulated_pages,
    compare_pages,
    concordance_pages,
    desk_pages,
    import_pages,
    paragraph_pages,
    piece_pages,
    place_pages,
    step_pages,
    tracked_pages,
    translation_pages,
)
from drafts.pages import draft_pages as draft_views

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
    path("invitation/", invitation_pages.invitation, name="invitation"),
    path("invitation/<str:token>/", invitation_pages.open_invitation, name="open_invitation"),
    path("language/", set_language, name="set_language"),
    # every mail carries a link to it: it asks for no sign-in
    path("stop-mail/<str:token>/", mail_choice_pages.stop_mail, name="stop_mail"),
    # whoever holds a receipt may ask whether it is genuine
    path("receipts/verify/", receipt_pages.verify_receipt, name="verify_receipt"),
    # whoever holds a text may ask whether it was circulated
    path("seal/", seal_pages.seal, name="seal"),
    path("demo/mail/", demo.mails, name="demo_mails"),
    path("demo/mail/<slug:name>/", demo.mail, name="demo_mail"),
    path("demo/mail/<slug:name>/html/", demo.mail_html, name="demo_mail_html"),
    # delegations, and the secretariat's desk
    path("desk/", desk.urls),
    # consultations: a person's own pages, then the frame of one consultation
    path("", home_pages.home, name="home"),
    path("capacity/", home_pages.capacity, name="capacity"),
    path("keys/", home_pages.keys, name="keys"),
    path("keys/<uuid:key>/end/", home_pages.end_key, name="end_key"),
    path("mail/", mail_choice_pages.mail, name="mail"),
    path("consultations/<slug:slug>/meetings/", timetable_pages.meetings, name="meetings"),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/cancel/",
        timetable_pages.cancel_meeting,
        name="cancel_meeting",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/move/",
        timetable_pages.move_meeting,
        name="move_meeting",
    ),
    path("consultations/<slug:slug>/people/", people_pages.people, name="people"),
    path("consultations/<slug:slug>/people/<uuid:post>/end/", post_pages.end_post, name="end_post"),
    path(
        "consultations/<slug:slug>/people/<uuid:post>/hand-over/",
        post_pages.hand_over,
        name="hand_over",
    ),
    path(
        "consultations/<slug:slug>/people/invitations/<uuid:invitation>/resend/",
        invitation_pages.resend,
        name="resend_invitation",
    ),
    path(
        "consultations/<slug:slug>/people/invitations/<uuid:invitation>/revoke/",
        invitation_pages.revoke,
        name="revoke_invitation",
    ),
    path("consultations/<slug:slug>/rounds/", timetable_pages.rounds, name="rounds"),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/close/",
        timetable_pages.close_round,
        name="close_round",
    ),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/deadline/",
        timetable_pages.extend_deadline,
        name="extend_deadline",
    ),
    path(
        "consultations/<slug:slug>/rounds/<uuid:round>/visibility/",
        timetable_pages.set_visibility,
        name="set_visibility",
    ),
    # drafts: the texts, the desk, a file taken in, a revision sent out
    path("consultations/<slug:slug>/drafts/", draft_views.drafts, name="drafts"),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/adopt/",
        circulating_pages.adopt_text,
        name="adopt_text",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulate/",
        circulating_pages.circulate,
        name="circulate",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/",
        circulated_pages.circulated,
        name="circulated",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/translations/",
        translation_pages.translations,
        name="translations",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/circulated/<int:number>/translations/"
        "<uuid:kept>/",
        translation_pages.preview,
        name="translation_preview",
    ),
    path(DESK, desk_pages.desk, name="desk"),
    path(f"{DESK}add/", paragraph_pages.add, name="add_paragraph"),
    path(f"{DESK}now/", desk_pages.desk_now, name="desk_now"),
    path(f"{DESK}steps/", step_pages.steps, name="desk_steps"),
    path(f"{DESK}steps/<uuid:step>/redo/", step_pages.redo, name="redo_step"),
    path(f"{DESK}steps/<uuid:step>/undo/", step_pages.undo, name="undo_step"),
    path(PARAGRAPH, paragraph_pages.edit, name="edit_paragraph"),
    path(f"{PARAGRAPH}editing/", paragraph_pages.editing, name="editing_paragraph"),
    path(f"{PARAGRAPH}history/", paragraph_pages.history, name="paragraph_history"),
    path(f"{PARAGRAPH}merge/", piece_pages.merge, name="merge_paragraphs"),
    path(f"{PARAGRAPH}move/", place_pages.move, name="move_paragraph"),
    path(f"{PARAGRAPH}restore/", paragraph_pages.restore, name="restore_paragraph"),
    path(f"{PARAGRAPH}split/", piece_pages.split, name="split_paragraph"),
    path(f"{PARAGRAPH}strike/", paragraph_pages.strike, name="strike_paragraph"),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/import/",
        import_pages.import_file,
        name="import_file",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/import/<uuid:kept>/",
        import_pages.preview,
        name="import_preview",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/import/<uuid:kept>/changes/",
        tracked_pages.import_changes,
        name="import_changes",
    ),
    path(f"{DESK}offered/", tracked_pages.offered, name="offered"),
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
        compare_pages.compare_states,
        name="compare",
    ),
    # comments: the digest before a meeting, looked at ahead
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/digest/",
        digest_pages.digest,
        name="digest",
    ),
    path(
        "consultations/<slug:slug>/meetings/<uuid:meeting>/digest/test/",
        digest_pages.send_test_digest,
        name="send_test_digest",
    ),
    # comments: the front page, what is said, and what facilitators answer
    path("consultations/<slug:slug>/", front_pages.consultation, name="consultation"),
    path(
        "consultations/<slug:slug>/alignments/<uuid:alignment>/end/",
        answering_pages.end_alignment,
        name="end_alignment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/", history_pages.comment, name="comment"
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/align/",
        answering_pages.align,
        name="align",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/became/",
        history_pages.became,
        name="became",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/carry-over/",
        carrying_pages.carry_over,
        name="carry_over",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/clear/",
        writing_pages.clear_comment,
        name="clear_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/discard/",
        confirmations.discard_comment,
        name="discard_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/edit/",
        writing_pages.edit_comment,
        name="edit_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/new-version/",
        writing_pages.supersede_comment,
        name="supersede_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/notes/",
        note_pages.notes,
        name="notes",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/reply/",
        answering_pages.reply,
        name="reply",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/return/",
        confirmations.return_comment,
        name="return_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/review/",
        reviewing_pages.review_comment,
        name="review_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/submit/",
        submitting_pages.submit_comment,
        name="submit_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/typing/",
        autosave_pages.typing_of_comment,
        name="typing_of_comment",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/withdraw/",
        confirmations.withdraw_comment,
        name="withdraw_comment",
    ),
    path(
        "consultations/<slug:slug>/paragraphs/<uuid:paragraph>/",
        history_pages.paragraph,
        name="wording_history",
    ),
    path(
        "consultations/<slug:slug>/paragraphs/<uuid:paragraph>/drafts/",
        own_drafts.compare_drafts,
        name="compare_drafts",
    ),
    path("consultations/<slug:slug>/receipts/", receipt_pages.receipts, name="receipts"),
    path(
        "consultations/<slug:slug>/receipts/<uuid:receipt>/",
        receipt_pages.receipt,
        name="receipt",
    ),
    path(
        "consultations/<slug:slug>/receipts/<uuid:receipt>/<slug:format_name>/",
        receipt_pages.receipt_file,
        name="receipt_file",
    ),
    path(
        "consultations/<slug:slug>/replies/<uuid:reply>/withdraw/",
        answering_pages.withdraw_reply,
        name="withdraw_reply",
    ),
    path("consultations/<slug:slug>/review/", reviewing_pages.queue, name="review_queue"),
    path(
        "consultations/<slug:slug>/review/<uuid:paragraph>/",
        reviewing_pages.review_paragraph,
        name="review_paragraph",
    ),
    path(
        "consultations/<slug:slug>/review/<uuid:paragraph>/take/",
        incorporating_pages.take_words,
        name="take_words",
    ),
    path(
        "consultations/<slug:slug>/review/publish/",
        reviewing_pages.publish_reviews,
        name="publish_reviews",
    ),
    path(
        "consultations/<slug:slug>/reviews/<uuid:review>/acknowledge/",
        answering_pages.acknowledge,
        name="acknowledge",
    ),
    path("consultations/<slug:slug>/search/", search_pages.search, name="search"),
    path("consultations/<slug:slug>/submit/", submitting_pages.submit_all, name="submit_all"),
    path(
        "consultations/<slug:slug>/takings/<uuid:taking>/undo/",
        incorporating_pages.undo_taking,
        name="undo_taking",
    ),
    path(
        "consultations/<slug:slug>/wordings/<uuid:wording>/comments/",
        writing_pages.draft_comment,
        name="draft_comment",
    ),
    path(
        "consultations/<slug:slug>/wordings/<uuid:wording>/typing/",
        autosave_pages.typing,
        name="typing",
    ),
    path("consultations/<slug:slug>/workspace/", workspace_pages.workspace, name="workspace"),
    # comments: a group's room, and how it comes to agree
    path("consultations/<slug:slug>/groups/", room_pages.groups, name="groups"),
    path("consultations/<slug:slug>/groups/<uuid:seat>/", room_pages.group_room, name="group_room"),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/object/",
        room_act_pages.object_to,
        name="object_to",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/opt-out/",
        room_act_pages.opt_out,
        name="opt_out",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:comment>/silence/",
        room_act_pages.set_silence,
        name="set_silence",
    ),
    path(
        "consultations/<slug:slug>/objections/<uuid:objection>/withdraw/",
        room_act_pages.withdraw_objection,
        name="withdraw_objection",
    ),
    path(
        "consultations/<slug:slug>/opt-outs/<uuid:opt_out>/withdraw/",
        room_act_pages.opt_in,
        name="opt_in",
    ),
    # comments: what came by letter, entered by the secretariat
    path("consultations/<slug:slug>/received/", received_pages.received, name="received"),
    # comments: what is new, what one watches, the brief before a meeting
    path("consultations/<slug:slug>/brief/", brief_pages.brief, name="brief"),
    path("consultations/<slug:slug>/brief/file/", brief_pages.brief_file, name="brief_file"),
    path("consultations/<slug:slug>/new/", following_pages.new, name="new"),
    path("consultations/<slug:slug>/new/seen/", following_pages.see_all, name="see_all"),
    path("consultations/<slug:slug>/watching/", following_pages.watching, name="watching"),
    path(
        "consultations/<slug:slug>/watching/<uuid:watch>/end/",
        following_pages.end_watch,
        name="end_watch",
    ),
    path(
        "consultations/<slug:slug>/watching/delegations/<uuid:seat>/",
        following_pages.watch_seat,
        name="watch_seat",
    ),
    path(
        "consultations/<slug:slug>/watching/paragraphs/<uuid:paragraph>/",
        following_pages.watch_paragraph,
        name="watch_paragraph",
    ),
    # comments: the compiled table and its papers
    path("consultations/<slug:slug>/papers/", table_pages.papers, name="papers"),
    path("consultations/<slug:slug>/papers/<uuid:paper>/", table_pages.paper, name="paper"),
    path(
        "consultations/<slug:slug>/papers/<uuid:paper>/file/",
        table_pages.paper_file,
        name="paper_file",
    ),
    path("consultations/<slug:slug>/table/", table_pages.table, name="table"),
    path(
        "consultations/<slug:slug>/table/<slug:format_name>/",
        table_pages.table_file,
        name="table_file",
    ),
    # comments: the kit for the capital, out and in again
    path("consultations/<slug:slug>/<slug:draft>/<int:number>/kit/", kit_pages.kit, name="kit"),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/kit/<uuid:kept>/",
        kit_pages.kit_preview,
        name="kit_preview",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/kit/<slug:format_name>/",
        kit_pages.kit_file,
        name="kit_file",
    ),
    # comments: the text with every proposal in place
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/rolling/",
        rolling_pages.rolling,
        name="rolling",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/rolling/<slug:format_name>/",
        rolling_pages.rolling_file,
        name="rolling_file",
    ),
    # comments: the files of a text, and a copy against it
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/check/",
        seal_pages.check_copy,
        name="check_copy",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/file/<slug:format_name>/",
        text_file_pages.text_file,
        name="text_file",
    ),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/concordance/",
        concordance_pages.concordance,
        name="concordance",
    ),
    # the reading page stands last: a text may be called by any word that no page above is called by
    path("consultations/<slug:slug>/<slug:draft>/", reading_pages.reading, name="latest"),
    path(
        "consultations/<slug:slug>/<slug:draft>/<int:number>/",
        reading_pages.reading,
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
