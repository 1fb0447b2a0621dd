"""The addresses of this app's pages, a consultation's own too, and of its part of the API.

Older words remain: typing (autosave), said (statements), became (outcome), and in the API take.
"""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from comments.answers import views as answers_views
from comments.answers.api import ClosureViewSet, ReplyViewSet, ReviewViewSet
from comments.api import CommentViewSet, PassingOnViewSet
from comments.brackets import views as brackets_views
from comments.brackets.api import CirculatedLedgerView, DeskLedgerView
from comments.bridging import views as bridging_views, writing_views as bridging_writing_views
from comments.bridging.api import BridgingViewSet
from comments.brief import views as brief_views
from comments.calendar import views as calendar_views
from comments.circulating import dropping_views, views as circulating_views
from comments.digests import views as digests_views
from comments.erasing import views as erasing_views
from comments.exports import views as exports_views
from comments.exports.api import PaperViewSet
from comments.exports.file_views import rolling_file, table_file, text_file
from comments.front import views as front_views
from comments.groups import views as groups_views
from comments.groups.api import GroupRoomViewSet
from comments.incorporating import views as incorporating_views
from comments.kit import views as kit_views
from comments.letters import views as letters_views
from comments.letters.api import LetterViewSet
from comments.map import views as map_views
from comments.minutes import statement_views, views as minutes_views
from comments.minutes.api import MinuteLineViewSet, MinutesViewSet
from comments.news import mail_choice_views, views as news_views
from comments.reading import (
    autosave_views,
    history_views,
    views as reading_views,
    writing_views as reading_writing_views,
)
from comments.receipts import views as receipts_views
from comments.receipts.api import ReceiptViewSet
from comments.received import views as received_views
from comments.review import publishing_views, queue_views, set_views, views as review_views
from comments.rolling import views as rolling_views
from comments.rooms import views as rooms_views
from comments.rooms.api import WorkingRoomViewSet
from comments.screen import views as screen_views
from comments.search import views as search_views
from comments.search.api import SearchView
from comments.silences import leading_views as silences_leading_views, views as silences_views
from comments.silences.api import SilenceViewSet
from comments.submitting import views as submitting_views
from comments.table import views as table_views
from comments.table.api import TableView
from comments.workspace import draft_views, views as workspace_views

type UrlPatterns = list[URLPattern | URLResolver]

comment_urlpatterns: UrlPatterns = [
    path("", history_views.comment, name="comment"),
    path("answer/", review_views.answer_in_thread, name="answer_in_thread"),
    path("align/", answers_views.align, name="align"),
    path("became/", history_views.outcome_of_input, name="outcome_of_input"),
    path("carry-over/", reading_writing_views.carry_over, name="carry_over"),
    path("close/", review_views.close_input, name="close_input"),
    path("reopen/", review_views.reopen_input, name="reopen_input"),
    path("clear/", reading_writing_views.clear_comment, name="clear_comment"),
    path("copy/", draft_views.copy_proposal, name="copy_proposal"),
    path("discard/", draft_views.discard_comment, name="discard_comment"),
    path("give/", draft_views.give_draft, name="give_draft"),
    path("edit/", reading_writing_views.edit_comment, name="edit_comment"),
    path("new-version/", reading_writing_views.supersede_comment, name="supersede_comment"),
    path("notes/", draft_views.notes, name="notes"),
    path("reply/", answers_views.reply, name="reply"),
    path("return/", draft_views.return_comment, name="return_comment"),
    path("review/", review_views.review_comment, name="review_comment"),
    path("send-for-clearance/", draft_views.send_for_clearance, name="send_for_clearance"),
    path("review/undo/", review_views.undo_review, name="undo_review"),
    path("review/task/", review_views.keep_task, name="keep_task"),
    path("review/park/", review_views.park, name="park_review"),
    path("submit/", submitting_views.submit_comment, name="submit_comment"),
    path("typing/", autosave_views.autosave_comment, name="typing_of_comment"),
    path("withdraw/", draft_views.withdraw_comment, name="withdraw_comment"),
    path("object/", groups_views.object_to, name="object_to"),
    path("opt-out/", groups_views.opt_out, name="opt_out"),
    path("silence/", groups_views.set_silence, name="set_silence"),
]

revision_urlpatterns: UrlPatterns = [
    path("brackets/", brackets_views.circulated_ledger, name="circulated_ledger"),
    path("file/<slug:format_name>/", text_file, name="text_file"),
    path("kit/", kit_views.kit, name="kit"),
    path("kit/<uuid:upload_key>/", kit_views.kit_preview, name="kit_preview"),  # before any slug
    path("kit/<slug:format_name>/", kit_views.kit_file, name="kit_file"),
    path("rolling/", rolling_views.rolling, name="rolling"),
    path("rolling/<slug:format_name>/", rolling_file, name="rolling_file"),
]

bridging_urlpatterns: UrlPatterns = [
    path("", bridging_views.bridging_proposal, name="bridging_proposal"),
    path("ask/", bridging_writing_views.ask_on_bridging, name="ask_on_bridging"),
    path("close/", bridging_writing_views.close_bridging, name="close_bridging"),
    path("discard/", bridging_writing_views.discard_bridging, name="discard_bridging"),
    path("edit/", bridging_writing_views.edit_bridging, name="edit_bridging"),
    path("file/", bridging_views.bridging_file, name="bridging_file"),
    path("incorporate/", bridging_writing_views.incorporate_bridging, name="incorporate_bridging"),
]

silence_urlpatterns: UrlPatterns = [
    path("", silences_views.silence, name="silence"),
    path("break/", silences_views.break_silence, name="break_silence"),
    path("declare/", silences_leading_views.declare_silence, name="declare_silence"),
    path("file/", silences_views.silence_file, name="silence_file"),
    path("extend/", silences_leading_views.extend_silence, name="extend_silence"),
    path("show/", silences_leading_views.show_breaks, name="show_breaks"),
]

minutes_urlpatterns: UrlPatterns = [
    path("", minutes_views.minutes, name="minutes"),
    path("begin/", minutes_views.begin_minutes, name="begin_minutes"),
    path("end/", minutes_views.end_minutes, name="end_minutes"),
    path("file/", minutes_views.minutes_file, name="minutes_file"),
    path("issue/", minutes_views.issue_minutes, name="issue_minutes"),
    path("jump/", minutes_views.go_to_paragraph, name="minutes_jump"),
    path("lines/<uuid:line_public_id>/", minutes_views.minute_line, name="minute_line"),
    path(
        "lines/<uuid:line_public_id>/<slug:act_name>/",
        minutes_views.act_on_minute_line,
        name="turn_minute_line",
    ),
    path("<uuid:paragraph_public_id>/", minutes_views.minute_paragraph, name="minute_paragraph"),
]

screen_urlpatterns: UrlPatterns = [
    path("", screen_views.screen, name="screen"),
    path("now/", screen_views.screen_now, name="screen_now"),
    path("show/", screen_views.change_screen, name="show_on_screen"),
    path("stream/", screen_views.screen_stream, name="screen_stream"),
]

consultation_urlpatterns: UrlPatterns = [
    path("", front_views.consultation, name="consultation"),
    path("drafts/<slug:draft_slug>/adopt/", circulating_views.adopt_text, name="adopt_text"),
    path(
        "drafts/<slug:draft_slug>/brackets/", brackets_views.bracket_ledger, name="bracket_ledger"
    ),
    path("drafts/<slug:draft_slug>/circulate/", circulating_views.circulate, name="circulate"),
    path(
        "drafts/<slug:draft_slug>/import/<uuid:upload_key>/dropped/",
        dropping_views.confirm_import_deletions,
        name="import_dropped",
    ),
    path("meetings/<uuid:meeting_public_id>/digest/", digests_views.digest, name="digest"),
    path(
        "meetings/<uuid:meeting_public_id>/digest/test/",
        digests_views.send_test_digest,
        name="send_test_digest",
    ),
    path("meetings/<uuid:meeting_public_id>/minutes/", include(minutes_urlpatterns)),
    path("meetings/<uuid:meeting_public_id>/screen/", include(screen_urlpatterns)),
    path("said/", statement_views.statements, name="said"),
    path(
        "said/<uuid:line_public_id>/decline/",
        statement_views.decline_statement,
        name="decline_said",
    ),
    path(
        "said/<uuid:line_public_id>/draft/", statement_views.draft_from_statement, name="draft_said"
    ),
    path("rooms/", rooms_views.working_rooms, name="working_rooms"),
    path("rooms/new/", rooms_views.new_room, name="new_room"),
    path("rooms/<uuid:room_public_id>/", rooms_views.working_room, name="working_room"),
    path(
        "rooms/<uuid:room_public_id>/end/",
        rooms_views.end_working_room,
        name="end_working_room",
    ),
    path("rooms/<uuid:room_public_id>/parts/", rooms_views.room_parts, name="room_parts"),
    path(
        "rooms/parts/<uuid:room_part_public_id>/end/",
        rooms_views.end_room_part,
        name="end_room_part",
    ),
    path("silences/", silences_views.silences, name="silences"),
    path("silences/new/", silences_leading_views.open_silence, name="open_silence"),
    path("silences/<uuid:silence_public_id>/", include(silence_urlpatterns)),
    path(
        "alignments/<uuid:alignment_public_id>/end/",
        answers_views.end_alignment,
        name="end_alignment",
    ),
    path(
        "paragraphs/<uuid:paragraph_public_id>/",
        history_views.wording_history,
        name="wording_history",
    ),
    path(
        "paragraphs/<uuid:paragraph_public_id>/drafts/",
        draft_views.compare_drafts,
        name="compare_drafts",
    ),
    path("receipts/", receipts_views.receipts, name="receipts"),
    path("receipts/<uuid:receipt_public_id>/", receipts_views.receipt, name="receipt"),
    path(
        "receipts/<uuid:receipt_public_id>/<slug:format_name>/",
        receipts_views.receipt_file,
        name="receipt_file",
    ),
    path(
        "replies/<uuid:reply_public_id>/withdraw/",
        answers_views.withdraw_reply,
        name="withdraw_reply",
    ),
    path("review/", queue_views.queue, name="review_queue"),
    path(
        "review/unanswered/<slug:draft_slug>/",
        queue_views.desk_unanswered,
        name="desk_unanswered",
    ),
    path("review/unanswered/", queue_views.unanswered_file, name="unanswered_file"),
    path("review/map/", map_views.map_of_text, name="text_map"),
    path("review/map/file/", map_views.map_file, name="map_file"),
    path("review/figures/", map_views.review_figures, name="review_figures"),
    path(
        "review/figures/<slug:picture_name>/",
        map_views.review_figures_file,
        name="review_figures_file",
    ),
    path("review/decisive-words/", set_views.decisive_words, name="decisive_words"),
    path("review/filters/", queue_views.save_filter, name="save_filter"),
    path(
        "review/filters/<uuid:saved_filter_public_id>/remove/",
        queue_views.remove_filter,
        name="remove_filter",
    ),
    path("review/publish/", publishing_views.publish_reviews, name="publish_reviews"),
    path(
        "review/<uuid:paragraph_public_id>/",
        review_views.review_paragraph,
        name="review_paragraph",
    ),
    path(
        "review/<uuid:paragraph_public_id>/incorporate/",
        incorporating_views.incorporate,
        name="incorporate_words",
    ),
    path("review/<uuid:paragraph_public_id>/sets/", set_views.gather_inputs, name="gather_inputs"),
    path("review/<uuid:paragraph_public_id>/sets/answer/", set_views.review_set, name="review_set"),
    path(
        "review/<uuid:paragraph_public_id>/bridging/",
        bridging_writing_views.write_bridging,
        name="write_bridging",
    ),
    path("bridging/", bridging_views.bridging_list, name="bridging_list"),
    path("bridging/<uuid:proposal_public_id>/", include(bridging_urlpatterns)),
    path(
        "bridging/asked/<uuid:asked_seat_public_id>/answer/",
        bridging_views.answer_bridging,
        name="answer_bridging",
    ),
    path(
        "incorporations/<uuid:incorporation_public_id>/undo/",
        incorporating_views.undo_incorporation,
        name="undo_incorporation",
    ),
    path(
        "reviews/<uuid:review_public_id>/acknowledge/",
        answers_views.acknowledge,
        name="acknowledge",
    ),
    path("search/", search_views.search, name="search"),
    path("submit/", submitting_views.submit_all, name="submit_all"),
    path(
        "wordings/<uuid:wording_public_id>/comments/",
        reading_writing_views.draft_comment,
        name="draft_comment",
    ),
    path(
        "wordings/<uuid:wording_public_id>/typing/",
        autosave_views.autosave_new_comment,
        name="typing",
    ),
    path("workspace/", workspace_views.workspace, name="workspace"),
    path("groups/", groups_views.groups, name="groups"),
    path("groups/<uuid:seat_public_id>/", groups_views.group_room, name="group_room"),
    path(
        "objections/<uuid:objection_public_id>/withdraw/",
        groups_views.withdraw_objection,
        name="withdraw_objection",
    ),
    path("opt-outs/<uuid:opt_out_public_id>/withdraw/", groups_views.opt_in, name="opt_in"),
    path("received/", received_views.received, name="received"),
    path("brief/", brief_views.brief, name="brief"),
    path("brief/file/", brief_views.brief_file, name="brief_file"),
    path("brief/rows/<slug:picture_name>/", brief_views.brief_rows_file, name="brief_rows_file"),
    path("dates/", front_views.dates_file, name="dates_file"),
    path("calendar/file/", calendar_views.calendar_file, name="calendar_file"),
    path("letters/", letters_views.letters, name="letters"),
    path("letters/new/", letters_views.new_letter, name="new_letter"),
    path("letters/<uuid:letter_public_id>/", letters_views.letter, name="letter"),
    path(
        "letters/<uuid:letter_public_id>/words/<slug:language>/",
        letters_views.letter_words,
        name="letter_words",
    ),
    path(
        "letters/<uuid:letter_public_id>/to/",
        letters_views.letter_recipients,
        name="letter_recipients",
    ),
    path(
        "letters/<uuid:letter_public_id>/sections/<uuid:seat_public_id>/",
        letters_views.letter_section,
        name="letter_section",
    ),
    path(
        "letters/<uuid:letter_public_id>/discard/",
        letters_views.discard_letter,
        name="discard_letter",
    ),
    path("letters/<uuid:letter_public_id>/send/", letters_views.send_letter, name="send_letter"),
    path(
        "letters/<uuid:letter_public_id>/deliveries/",
        letters_views.letter_deliveries,
        name="letter_deliveries",
    ),
    path("people/erase/", erasing_views.find_person, name="find_person"),
    path("people/erase/<uuid:person_public_id>/", erasing_views.erase_person, name="erase_person"),
    path("new/", news_views.whats_new, name="new"),
    path("new/seen/", news_views.see_all, name="see_all"),
    path("watching/", news_views.watching, name="watching"),
    path("watching/<uuid:watch_public_id>/end/", news_views.end_watch, name="end_watch"),
    path("watching/delegations/<uuid:seat_public_id>/", news_views.watch_seat, name="watch_seat"),
    path(
        "watching/paragraphs/<uuid:paragraph_public_id>/",
        news_views.watch_paragraph,
        name="watch_paragraph",
    ),
    path("papers/", exports_views.papers, name="papers"),
    path("papers/<uuid:paper_public_id>/", exports_views.paper, name="paper"),
    path("papers/<uuid:paper_public_id>/cancel/", exports_views.cancel_paper, name="cancel_paper"),
    path("papers/<uuid:paper_public_id>/file/", exports_views.paper_file, name="paper_file"),
    path("table/", table_views.table, name="table"),
    path("table/<slug:format_name>/", table_file, name="table_file"),
    path("comments/<uuid:comment_public_id>/", include(comment_urlpatterns)),
    path("<slug:draft_slug>/<int:revision_number>/", include(revision_urlpatterns)),
    # The reading page stands last: a text may be called by any word that no page above has.
    path("<slug:draft_slug>/", reading_views.reading, name="latest"),
    path("<slug:draft_slug>/<int:revision_number>/", reading_views.reading, name="reading"),
]

urlpatterns: UrlPatterns = [
    # Every mail carries a link to it: it asks for no sign-in.
    path("stop-mail/<str:token>/", mail_choice_views.stop_mail, name="stop_mail"),
    # Calendar programs do not sign in: the address is the secret, and can be ended.
    path("calendar/<str:feed_key>.ics", calendar_views.calendar_feed, name="calendar_feed"),
    # Whoever holds a receipt may ask whether it is genuine.
    path("receipts/verify/", receipts_views.verify_receipt, name="verify_receipt"),
    path("mail/", mail_choice_views.mail_preferences, name="mail"),
    path("consultations/<slug:slug>/", include(consultation_urlpatterns)),
]

# Addresses are written as in `path`: an id has to be a UUID, and `<slug:slug>` a slug.
router = SimpleRouter(use_regex_path=False)
router.register("consultations/<slug:slug>/bridging", BridgingViewSet, "api-bridging")
router.register("consultations/<slug:slug>/working-rooms", WorkingRoomViewSet, "api-working-rooms")
router.register("consultations/<slug:slug>/silences", SilenceViewSet, "api-silences")
router.register("consultations/<slug:slug>/comments", CommentViewSet, "api-comments")
router.register("consultations/<slug:slug>/letters", LetterViewSet, "api-letters")
router.register("consultations/<slug:slug>/minute-lines", MinuteLineViewSet, "api-minute-lines")
router.register("consultations/<slug:slug>/minutes", MinutesViewSet, "api-minutes")
router.register("consultations/<slug:slug>/papers", PaperViewSet, "api-papers")
router.register("consultations/<slug:slug>/receipts", ReceiptViewSet, "api-receipts")
router.register("consultations/<slug:slug>/replies", ReplyViewSet, "api-replies")
router.register("consultations/<slug:slug>/reviews", ReviewViewSet, "api-reviews")

api_urlpatterns = [
    *router.urls,
    # Further acts on one of the inputs of `CommentViewSet`.
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/give/",
        PassingOnViewSet.as_view({"post": "give"}),
        name="api-comments-give",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/copy/",
        PassingOnViewSet.as_view({"post": "copy"}),
        name="api-comments-copy",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/closures/",
        ClosureViewSet.as_view({"get": "closures", "post": "close"}),
        name="api-comments-closures",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/reopen/",
        ClosureViewSet.as_view({"post": "reopen"}),
        name="api-comments-reopen",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/silence/",
        GroupRoomViewSet.as_view({"post": "set_silence"}),
        name="api-comments-silence",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/objections/",
        GroupRoomViewSet.as_view(
            {"get": "objections", "post": "object_to", "delete": "withdraw_objection"}
        ),
        name="api-comments-objections",
    ),
    path(
        "consultations/<slug:slug>/comments/<uuid:id>/opt-outs/",
        GroupRoomViewSet.as_view({"get": "opt_outs", "post": "opt_out", "delete": "opt_in"}),
        name="api-comments-opt-outs",
    ),
    path(
        "consultations/<slug:slug>/revisions/<uuid:id>/brackets/",
        CirculatedLedgerView.as_view(),
        name="api-revision-brackets",
    ),
    path(
        "consultations/<slug:slug>/drafts/<slug:draft>/brackets/",
        DeskLedgerView.as_view(),
        name="api-draft-brackets",
    ),
    path("consultations/<slug:slug>/search/", SearchView.as_view(), name="api-search"),
    path("consultations/<slug:slug>/table/", TableView.as_view(), name="api-table"),
]
