"""The addresses of what is said: reading, writing, answering, group rooms, papers and mail."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from comments.api.comments_api import CommentViewSet
from comments.api.papers_api import PaperViewSet
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
    dropping_pages,
    following_pages,
    front_pages,
    history_pages,
    incorporating_pages,
    kit_pages,
    mail_choice_pages,
    note_pages,
    own_drafts,
    paper_pages,
    reading_pages,
    receipt_pages,
    received_pages,
    reviewing_pages,
    rolling_pages,
    room_act_pages,
    room_pages,
    search_pages,
    submitting_pages,
    table_pages,
    workspace_pages,
    writing_pages,
)

type Addresses = list[URLPattern | URLResolver]

of_a_comment: Addresses = [
    path("", history_pages.comment, name="comment"),
    path("align/", answering_pages.align, name="align"),
    path("became/", history_pages.became, name="became"),
    path("carry-over/", carrying_pages.carry_over, name="carry_over"),
    path("clear/", writing_pages.clear_comment, name="clear_comment"),
    path("discard/", confirmations.discard_comment, name="discard_comment"),
    path("edit/", writing_pages.edit_comment, name="edit_comment"),
    path("new-version/", writing_pages.supersede_comment, name="supersede_comment"),
    path("notes/", note_pages.notes, name="notes"),
    path("reply/", answering_pages.reply, name="reply"),
    path("return/", confirmations.return_comment, name="return_comment"),
    path("review/", reviewing_pages.review_comment, name="review_comment"),
    path("submit/", submitting_pages.submit_comment, name="submit_comment"),
    path("typing/", autosave_pages.typing_of_comment, name="typing_of_comment"),
    path("withdraw/", confirmations.withdraw_comment, name="withdraw_comment"),
    path("object/", room_act_pages.object_to, name="object_to"),
    path("opt-out/", room_act_pages.opt_out, name="opt_out"),
    path("silence/", room_act_pages.set_silence, name="set_silence"),
]

of_a_revision: Addresses = [
    path("kit/", kit_pages.kit, name="kit"),
    path("kit/<uuid:kept>/", kit_pages.kit_preview, name="kit_preview"),
    path("kit/<slug:format_name>/", kit_pages.kit_file, name="kit_file"),
    path("rolling/", rolling_pages.rolling, name="rolling"),
    path("rolling/<slug:format_name>/", rolling_pages.rolling_file, name="rolling_file"),
]

of_a_consultation: Addresses = [
    path("", front_pages.consultation, name="consultation"),
    path("drafts/<slug:draft>/adopt/", circulating_pages.adopt_text, name="adopt_text"),
    path("drafts/<slug:draft>/circulate/", circulating_pages.circulate, name="circulate"),
    path(
        "drafts/<slug:draft>/import/<uuid:kept>/dropped/",
        dropping_pages.import_dropped,
        name="import_dropped",
    ),
    path("meetings/<uuid:meeting>/digest/", digest_pages.digest, name="digest"),
    path(
        "meetings/<uuid:meeting>/digest/test/",
        digest_pages.send_test_digest,
        name="send_test_digest",
    ),
    path("alignments/<uuid:alignment>/end/", answering_pages.end_alignment, name="end_alignment"),
    path("paragraphs/<uuid:paragraph>/", history_pages.paragraph, name="wording_history"),
    path("paragraphs/<uuid:paragraph>/drafts/", own_drafts.compare_drafts, name="compare_drafts"),
    path("receipts/", receipt_pages.receipts, name="receipts"),
    path("receipts/<uuid:receipt>/", receipt_pages.receipt, name="receipt"),
    path(
        "receipts/<uuid:receipt>/<slug:format_name>/",
        receipt_pages.receipt_file,
        name="receipt_file",
    ),
    path("replies/<uuid:reply>/withdraw/", answering_pages.withdraw_reply, name="withdraw_reply"),
    path("review/", reviewing_pages.queue, name="review_queue"),
    path("review/<uuid:paragraph>/", reviewing_pages.review_paragraph, name="review_paragraph"),
    path("review/<uuid:paragraph>/take/", incorporating_pages.incorporate, name="take_words"),
    path("review/publish/", reviewing_pages.publish_reviews, name="publish_reviews"),
    path("reviews/<uuid:review>/acknowledge/", answering_pages.acknowledge, name="acknowledge"),
    path("search/", search_pages.search, name="search"),
    path("submit/", submitting_pages.submit_all, name="submit_all"),
    path(
        "takings/<uuid:incorporation>/undo/",
        incorporating_pages.undo_incorporation,
        name="undo_taking",
    ),
    path("wordings/<uuid:wording>/comments/", writing_pages.draft_comment, name="draft_comment"),
    path("wordings/<uuid:wording>/typing/", autosave_pages.typing, name="typing"),
    path("workspace/", workspace_pages.workspace, name="workspace"),
    path("groups/", room_pages.groups, name="groups"),
    path("groups/<uuid:seat>/", room_pages.group_room, name="group_room"),
    path(
        "objections/<uuid:objection>/withdraw/",
        room_act_pages.withdraw_objection,
        name="withdraw_objection",
    ),
    path("opt-outs/<uuid:opt_out>/withdraw/", room_act_pages.opt_in, name="opt_in"),
    path("received/", received_pages.received, name="received"),
    path("brief/", brief_pages.brief, name="brief"),
    path("brief/file/", brief_pages.brief_file, name="brief_file"),
    path("new/", following_pages.new, name="new"),
    path("new/seen/", following_pages.see_all, name="see_all"),
    path("watching/", following_pages.watching, name="watching"),
    path("watching/<uuid:watch>/end/", following_pages.end_watch, name="end_watch"),
    path("watching/delegations/<uuid:seat>/", following_pages.watch_seat, name="watch_seat"),
    path(
        "watching/paragraphs/<uuid:paragraph>/",
        following_pages.watch_paragraph,
        name="watch_paragraph",
    ),
    path("papers/", paper_pages.papers, name="papers"),
    path("papers/<uuid:paper>/", paper_pages.paper, name="paper"),
    path("papers/<uuid:paper>/cancel/", paper_pages.cancel_paper, name="cancel_paper"),
    path("papers/<uuid:paper>/file/", paper_pages.paper_file, name="paper_file"),
    path("table/", table_pages.table, name="table"),
    path("table/<slug:format_name>/", table_pages.table_file, name="table_file"),
    path("comments/<uuid:comment>/", include(of_a_comment)),
    path("<slug:draft>/<int:number>/", include(of_a_revision)),
    # The reading page stands last: a text may be called by any word that no page above has.
    path("<slug:draft>/", reading_pages.reading, name="latest"),
    path("<slug:draft>/<int:number>/", reading_pages.reading, name="reading"),
]

urlpatterns: Addresses = [
    # Every mail carries a link to it: it asks for no sign-in.
    path("stop-mail/<str:token>/", mail_choice_pages.stop_mail, name="stop_mail"),
    # Whoever holds a receipt may ask whether it is genuine.
    path("receipts/verify/", receipt_pages.verify_receipt, name="verify_receipt"),
    path("mail/", mail_choice_pages.mail, name="mail"),
    path("consultations/<slug:slug>/", include(of_a_consultation)),
]

rows = SimpleRouter(use_regex_path=False)
rows.register("consultations/<slug:slug>/comments", CommentViewSet, "api-comments")
rows.register("consultations/<slug:slug>/papers", PaperViewSet, "api-papers")
rows.register("consultations/<slug:slug>/receipts", ReceiptViewSet, "api-receipts")
rows.register("consultations/<slug:slug>/replies", ReplyViewSet, "api-replies")
rows.register("consultations/<slug:slug>/reviews", ReviewViewSet, "api-reviews")

api_urlpatterns = [
    *rows.urls,
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/silence/",
        RoomViewSet.as_view({"post": "set_silence"}),
        name="api-comments-silence",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/objections/",
        RoomViewSet.as_view({"get": "objections", "post": "object_to", "delete": "take_back"}),
        name="api-comments-objections",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/opt-outs/",
        RoomViewSet.as_view({"get": "opt_outs", "post": "opt_out", "delete": "opt_in"}),
        name="api-comments-opt-outs",
    ),
    path("consultations/<slug:slug>/search/", SearchView.as_view(), name="api-search"),
    path("consultations/<slug:slug>/table/", TableView.as_view(), name="api-table"),
]
