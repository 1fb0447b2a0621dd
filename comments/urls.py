"""The addresses of this app's pages, a consultation's own too, and of its part of the API.

Older words remain: typing (autosave), said (statements), became (outcome), and in the API take.
"""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from comments.api.brackets_api import CirculatedLedgerView, DeskLedgerView
from comments.api.bridging_api import BridgingViewSet
from comments.api.closures_api import ClosureViewSet
from comments.api.comments_api import CommentViewSet
from comments.api.group_rooms_api import GroupRoomViewSet
from comments.api.letters_api import LetterViewSet
from comments.api.minutes_api import MinuteLineViewSet, MinutesViewSet
from comments.api.papers_api import PaperViewSet
from comments.api.passing_on_api import PassingOnViewSet
from comments.api.receipts_api import ReceiptViewSet
from comments.api.reviews_api import ReplyViewSet, ReviewViewSet
from comments.api.search_api import SearchView
from comments.api.silences_api import SilenceViewSet
from comments.api.table_api import TableView
from comments.api.working_rooms_api import WorkingRoomViewSet
from comments.pages import (
    adopting_pages,
    answering_pages,
    autosave_pages,
    bridging_pages,
    bridging_writing_pages,
    brief_pages,
    calendar_file_pages,
    carrying_pages,
    circulating_pages,
    closing_inputs_pages,
    comparing_drafts_pages,
    confirming_pages,
    copying_pages,
    digest_pages,
    dropping_pages,
    erasing_pages,
    following_pages,
    front_pages,
    history_pages,
    incorporating_pages,
    kit_pages,
    ledger_pages,
    letter_pages,
    mail_choice_pages,
    map_pages,
    minute_line_pages,
    minutes_pages,
    note_pages,
    paper_pages,
    passing_on_pages,
    publishing_pages,
    reading_pages,
    receipt_pages,
    received_pages,
    review_task_pages,
    reviewing_pages,
    rolling_pages,
    room_act_pages,
    room_pages,
    saved_filter_pages,
    screen_pages,
    search_pages,
    set_pages,
    silence_leading_pages,
    silence_pages,
    statement_pages,
    submitting_pages,
    table_pages,
    thread_answer_pages,
    working_room_pages,
    workspace_pages,
    writing_pages,
)

type UrlPatterns = list[URLPattern | URLResolver]

comment_urlpatterns: UrlPatterns = [
    path("", history_pages.comment, name="comment"),
    path("answer/", thread_answer_pages.answer_in_thread, name="answer_in_thread"),
    path("align/", answering_pages.align, name="align"),
    path("became/", history_pages.outcome_of_input, name="outcome_of_input"),
    path("carry-over/", carrying_pages.carry_over, name="carry_over"),
    path("close/", closing_inputs_pages.close_input, name="close_input"),
    path("reopen/", closing_inputs_pages.reopen_input, name="reopen_input"),
    path("clear/", writing_pages.clear_comment, name="clear_comment"),
    path("copy/", copying_pages.copy_proposal, name="copy_proposal"),
    path("discard/", confirming_pages.discard_comment, name="discard_comment"),
    path("give/", passing_on_pages.give_draft, name="give_draft"),
    path("edit/", writing_pages.edit_comment, name="edit_comment"),
    path("new-version/", writing_pages.supersede_comment, name="supersede_comment"),
    path("notes/", note_pages.notes, name="notes"),
    path("reply/", answering_pages.reply, name="reply"),
    path("return/", confirming_pages.return_comment, name="return_comment"),
    path("review/", reviewing_pages.review_comment, name="review_comment"),
    path("send-for-clearance/", passing_on_pages.send_for_clearance, name="send_for_clearance"),
    path("review/undo/", reviewing_pages.undo_review, name="undo_review"),
    path("review/task/", review_task_pages.keep_task, name="keep_task"),
    path("review/park/", review_task_pages.park, name="park_review"),
    path("submit/", submitting_pages.submit_comment, name="submit_comment"),
    path("typing/", autosave_pages.autosave_comment, name="typing_of_comment"),
    path("withdraw/", confirming_pages.withdraw_comment, name="withdraw_comment"),
    path("object/", room_act_pages.object_to, name="object_to"),
    path("opt-out/", room_act_pages.opt_out, name="opt_out"),
    path("silence/", room_act_pages.set_silence, name="set_silence"),
]

revision_urlpatterns: UrlPatterns = [
    path("brackets/", ledger_pages.circulated_ledger, name="circulated_ledger"),
    path("kit/", kit_pages.kit, name="kit"),
    path("kit/<uuid:upload_key>/", kit_pages.kit_preview, name="kit_preview"),  # before any slug
    path("kit/<slug:format_name>/", kit_pages.kit_file, name="kit_file"),
    path("rolling/", rolling_pages.rolling, name="rolling"),
    path("rolling/<slug:format_name>/", rolling_pages.rolling_file, name="rolling_file"),
]

bridging_urlpatterns: UrlPatterns = [
    path("", bridging_pages.bridging_proposal, name="bridging_proposal"),
    path("ask/", bridging_writing_pages.ask_on_bridging, name="ask_on_bridging"),
    path("close/", bridging_writing_pages.close_bridging, name="close_bridging"),
    path("discard/", bridging_writing_pages.discard_bridging, name="discard_bridging"),
    path("edit/", bridging_writing_pages.edit_bridging, name="edit_bridging"),
    path("file/", bridging_pages.bridging_file, name="bridging_file"),
    path("incorporate/", bridging_writing_pages.incorporate_bridging, name="incorporate_bridging"),
]

silence_urlpatterns: UrlPatterns = [
    path("", silence_pages.silence, name="silence"),
    path("break/", silence_pages.break_silence, name="break_silence"),
    path("declare/", silence_leading_pages.declare_silence, name="declare_silence"),
    path("file/", silence_pages.silence_file, name="silence_file"),
    path("extend/", silence_leading_pages.extend_silence, name="extend_silence"),
    path("show/", silence_leading_pages.show_breaks, name="show_breaks"),
]

minutes_urlpatterns: UrlPatterns = [
    path("", minutes_pages.minutes, name="minutes"),
    path("begin/", minutes_pages.begin_minutes, name="begin_minutes"),
    path("end/", minutes_pages.end_minutes, name="end_minutes"),
    path("file/", minutes_pages.minutes_file, name="minutes_file"),
    path("issue/", minutes_pages.issue_minutes, name="issue_minutes"),
    path("jump/", minutes_pages.go_to_paragraph, name="minutes_jump"),
    path("lines/<uuid:line_public_id>/", minute_line_pages.minute_line, name="minute_line"),
    path(
        "lines/<uuid:line_public_id>/<slug:act_name>/",
        minute_line_pages.act_on_minute_line,
        name="turn_minute_line",
    ),
    path("<uuid:paragraph_public_id>/", minutes_pages.minute_paragraph, name="minute_paragraph"),
]

screen_urlpatterns: UrlPatterns = [
    path("", screen_pages.screen, name="screen"),
    path("now/", screen_pages.screen_now, name="screen_now"),
    path("show/", screen_pages.change_screen, name="show_on_screen"),
    path("stream/", screen_pages.screen_stream, name="screen_stream"),
]

consultation_urlpatterns: UrlPatterns = [
    path("", front_pages.consultation, name="consultation"),
    path("drafts/<slug:draft_slug>/adopt/", adopting_pages.adopt_text, name="adopt_text"),
    path("drafts/<slug:draft_slug>/brackets/", ledger_pages.bracket_ledger, name="bracket_ledger"),
    path("drafts/<slug:draft_slug>/circulate/", circulating_pages.circulate, name="circulate"),
    path(
        "drafts/<slug:draft_slug>/import/<uuid:upload_key>/dropped/",
        dropping_pages.confirm_import_deletions,
        name="import_dropped",
    ),
    path("meetings/<uuid:meeting_public_id>/digest/", digest_pages.digest, name="digest"),
    path(
        "meetings/<uuid:meeting_public_id>/digest/test/",
        digest_pages.send_test_digest,
        name="send_test_digest",
    ),
    path("meetings/<uuid:meeting_public_id>/minutes/", include(minutes_urlpatterns)),
    path("meetings/<uuid:meeting_public_id>/screen/", include(screen_urlpatterns)),
    path("said/", statement_pages.statements, name="said"),
    path(
        "said/<uuid:line_public_id>/decline/",
        statement_pages.decline_statement,
        name="decline_said",
    ),
    path(
        "said/<uuid:line_public_id>/draft/", statement_pages.draft_from_statement, name="draft_said"
    ),
    path("rooms/", working_room_pages.working_rooms, name="working_rooms"),
    path("rooms/new/", working_room_pages.new_room, name="new_room"),
    path("rooms/<uuid:room_public_id>/", working_room_pages.working_room, name="working_room"),
    path(
        "rooms/<uuid:room_public_id>/end/",
        working_room_pages.end_working_room,
        name="end_working_room",
    ),
    path("rooms/<uuid:room_public_id>/parts/", working_room_pages.room_parts, name="room_parts"),
    path(
        "rooms/parts/<uuid:room_part_public_id>/end/",
        working_room_pages.end_room_part,
        name="end_room_part",
    ),
    path("silences/", silence_pages.silences, name="silences"),
    path("silences/new/", silence_leading_pages.open_silence, name="open_silence"),
    path("silences/<uuid:silence_public_id>/", include(silence_urlpatterns)),
    path(
        "alignments/<uuid:alignment_public_id>/end/",
        answering_pages.end_alignment,
        name="end_alignment",
    ),
    path(
        "paragraphs/<uuid:paragraph_public_id>/",
        history_pages.wording_history,
        name="wording_history",
    ),
    path(
        "paragraphs/<uuid:paragraph_public_id>/drafts/",
        comparing_drafts_pages.compare_drafts,
        name="compare_drafts",
    ),
    path("receipts/", receipt_pages.receipts, name="receipts"),
    path("receipts/<uuid:receipt_public_id>/", receipt_pages.receipt, name="receipt"),
    path(
        "receipts/<uuid:receipt_public_id>/<slug:format_name>/",
        receipt_pages.receipt_file,
        name="receipt_file",
    ),
    path(
        "replies/<uuid:reply_public_id>/withdraw/",
        answering_pages.withdraw_reply,
        name="withdraw_reply",
    ),
    path("review/", reviewing_pages.queue, name="review_queue"),
    path(
        "review/unanswered/<slug:draft_slug>/",
        reviewing_pages.desk_unanswered,
        name="desk_unanswered",
    ),
    path("review/unanswered/", reviewing_pages.unanswered_file, name="unanswered_file"),
    path("review/map/", map_pages.map_of_text, name="text_map"),
    path("review/map/file/", map_pages.map_file, name="map_file"),
    path("review/figures/", map_pages.review_figures, name="review_figures"),
    path(
        "review/figures/<slug:picture_name>/",
        map_pages.review_figures_file,
        name="review_figures_file",
    ),
    path("review/decisive-words/", set_pages.decisive_words, name="decisive_words"),
    path("review/filters/", saved_filter_pages.save_filter, name="save_filter"),
    path(
        "review/filters/<uuid:saved_filter_public_id>/remove/",
        saved_filter_pages.remove_filter,
        name="remove_filter",
    ),
    path("review/publish/", publishing_pages.publish_reviews, name="publish_reviews"),
    path(
        "review/<uuid:paragraph_public_id>/",
        reviewing_pages.review_paragraph,
        name="review_paragraph",
    ),
    path(
        "review/<uuid:paragraph_public_id>/incorporate/",
        incorporating_pages.incorporate,
        name="incorporate_words",
    ),
    path("review/<uuid:paragraph_public_id>/sets/", set_pages.gather_inputs, name="gather_inputs"),
    path("review/<uuid:paragraph_public_id>/sets/answer/", set_pages.review_set, name="review_set"),
    path(
        "review/<uuid:paragraph_public_id>/bridging/",
        bridging_writing_pages.write_bridging,
        name="write_bridging",
    ),
    path("bridging/", bridging_pages.bridging_list, name="bridging_list"),
    path("bridging/<uuid:proposal_public_id>/", include(bridging_urlpatterns)),
    path(
        "bridging/asked/<uuid:asked_seat_public_id>/answer/",
        bridging_pages.answer_bridging,
        name="answer_bridging",
    ),
    path(
        "incorporations/<uuid:incorporation_public_id>/undo/",
        incorporating_pages.undo_incorporation,
        name="undo_incorporation",
    ),
    path(
        "reviews/<uuid:review_public_id>/acknowledge/",
        answering_pages.acknowledge,
        name="acknowledge",
    ),
    path("search/", search_pages.search, name="search"),
    path("submit/", submitting_pages.submit_all, name="submit_all"),
    path(
        "wordings/<uuid:wording_public_id>/comments/",
        writing_pages.draft_comment,
        name="draft_comment",
    ),
    path(
        "wordings/<uuid:wording_public_id>/typing/",
        autosave_pages.autosave_new_comment,
        name="typing",
    ),
    path("workspace/", workspace_pages.workspace, name="workspace"),
    path("groups/", room_pages.groups, name="groups"),
    path("groups/<uuid:seat_public_id>/", room_pages.group_room, name="group_room"),
    path(
        "objections/<uuid:objection_public_id>/withdraw/",
        room_act_pages.withdraw_objection,
        name="withdraw_objection",
    ),
    path("opt-outs/<uuid:opt_out_public_id>/withdraw/", room_act_pages.opt_in, name="opt_in"),
    path("received/", received_pages.received, name="received"),
    path("brief/", brief_pages.brief, name="brief"),
    path("brief/file/", brief_pages.brief_file, name="brief_file"),
    path("brief/rows/<slug:picture_name>/", brief_pages.brief_rows_file, name="brief_rows_file"),
    path("dates/", front_pages.dates_file, name="dates_file"),
    path("calendar/file/", calendar_file_pages.calendar_file, name="calendar_file"),
    path("letters/", letter_pages.letters, name="letters"),
    path("letters/new/", letter_pages.new_letter, name="new_letter"),
    path("letters/<uuid:letter_public_id>/", letter_pages.letter, name="letter"),
    path(
        "letters/<uuid:letter_public_id>/words/<slug:language>/",
        letter_pages.letter_words,
        name="letter_words",
    ),
    path(
        "letters/<uuid:letter_public_id>/to/",
        letter_pages.letter_recipients,
        name="letter_recipients",
    ),
    path(
        "letters/<uuid:letter_public_id>/sections/<uuid:seat_public_id>/",
        letter_pages.letter_section,
        name="letter_section",
    ),
    path(
        "letters/<uuid:letter_public_id>/discard/",
        letter_pages.discard_letter,
        name="discard_letter",
    ),
    path("letters/<uuid:letter_public_id>/send/", letter_pages.send_letter, name="send_letter"),
    path(
        "letters/<uuid:letter_public_id>/deliveries/",
        letter_pages.letter_deliveries,
        name="letter_deliveries",
    ),
    path("people/erase/", erasing_pages.find_person, name="find_person"),
    path("people/erase/<uuid:person_public_id>/", erasing_pages.erase_person, name="erase_person"),
    path("new/", following_pages.whats_new, name="new"),
    path("new/seen/", following_pages.see_all, name="see_all"),
    path("watching/", following_pages.watching, name="watching"),
    path("watching/<uuid:watch_public_id>/end/", following_pages.end_watch, name="end_watch"),
    path(
        "watching/delegations/<uuid:seat_public_id>/", following_pages.watch_seat, name="watch_seat"
    ),
    path(
        "watching/paragraphs/<uuid:paragraph_public_id>/",
        following_pages.watch_paragraph,
        name="watch_paragraph",
    ),
    path("papers/", paper_pages.papers, name="papers"),
    path("papers/<uuid:paper_public_id>/", paper_pages.paper, name="paper"),
    path("papers/<uuid:paper_public_id>/cancel/", paper_pages.cancel_paper, name="cancel_paper"),
    path("papers/<uuid:paper_public_id>/file/", paper_pages.paper_file, name="paper_file"),
    path("table/", table_pages.table, name="table"),
    path("table/<slug:format_name>/", table_pages.table_file, name="table_file"),
    path("comments/<uuid:comment_public_id>/", include(comment_urlpatterns)),
    path("<slug:draft_slug>/<int:revision_number>/", include(revision_urlpatterns)),
    # The reading page stands last: a text may be called by any word that no page above has.
    path("<slug:draft_slug>/", reading_pages.reading, name="latest"),
    path("<slug:draft_slug>/<int:revision_number>/", reading_pages.reading, name="reading"),
]

urlpatterns: UrlPatterns = [
    # Every mail carries a link to it: it asks for no sign-in.
    path("stop-mail/<str:token>/", mail_choice_pages.stop_mail, name="stop_mail"),
    # Calendar programs do not sign in: the address is the secret, and can be ended.
    path("calendar/<str:feed_key>.ics", calendar_file_pages.calendar_feed, name="calendar_feed"),
    # Whoever holds a receipt may ask whether it is genuine.
    path("receipts/verify/", receipt_pages.verify_receipt, name="verify_receipt"),
    path("mail/", mail_choice_pages.mail_preferences, name="mail"),
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
