"""The addresses of the text: its desk, imports, circulated revisions, papers, and the API."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from drafts.api import DraftViewSet, MeetingViewSet, RevisionViewSet, WordingViewSet
from drafts.pages import (
    bracket_pages,
    circulated_pages,
    compare_pages,
    concordance_pages,
    desk_pages,
    draft_pages,
    import_pages,
    paragraph_pages,
    piece_pages,
    place_pages,
    seal_pages,
    state_pages,
    step_pages,
    text_file_pages,
    tracked_pages,
    translation_pages,
)

type UrlPatterns = list[URLPattern | URLResolver]

# The addresses of one paragraph on the desk.
paragraph_urlpatterns: UrlPatterns = [
    path("", paragraph_pages.edit, name="edit_paragraph"),
    path("brackets/", bracket_pages.paragraph_brackets, name="paragraph_brackets"),
    path("brackets/<uuid:bracket_public_id>/", bracket_pages.bracket, name="bracket"),
    path("editing/", paragraph_pages.still_editing, name="editing_paragraph"),
    path("history/", paragraph_pages.history, name="paragraph_history"),
    path("merge/", piece_pages.merge, name="merge_paragraphs"),
    # A merger that somebody typed by hand.
    path("merged/", piece_pages.merged_by_hand, name="merged_paragraphs"),
    path("move/", place_pages.move, name="move_paragraph"),
    path("restore/", paragraph_pages.restore, name="restore_paragraph"),
    path("split/", piece_pages.split, name="split_paragraph"),
    path("state/<slug:state>/", state_pages.paragraph_state, name="paragraph_state"),
    path("strike/", paragraph_pages.strike, name="strike_paragraph"),
    # For the screen of a meeting.
    path("typed/", paragraph_pages.typed_words, name="typed_words"),
]

desk_urlpatterns: UrlPatterns = [
    path("", desk_pages.desk, name="desk"),
    path("add/", paragraph_pages.add, name="add_paragraph"),
    path("now/", desk_pages.desk_now, name="desk_now"),
    path("steps/", step_pages.steps, name="desk_steps"),
    path("steps/<uuid:step_public_id>/redo/", step_pages.redo, name="redo_step"),
    path("steps/<uuid:step_public_id>/undo/", step_pages.undo, name="undo_step"),
    path("offered/", tracked_pages.file_offers, name="offered"),
    path("<uuid:paragraph_public_id>/", include(paragraph_urlpatterns)),
]

draft_urlpatterns: UrlPatterns = [
    path("circulated/<int:number>/", circulated_pages.circulated, name="circulated"),
    path(
        "circulated/<int:number>/translations/", translation_pages.translations, name="translations"
    ),
    path(
        "circulated/<int:number>/translations/<uuid:upload_key>/",
        translation_pages.preview,
        name="translation_preview",
    ),
    path("import/", import_pages.import_file, name="import_file"),
    path("import/<uuid:upload_key>/", import_pages.preview, name="import_preview"),
    path("import/<uuid:upload_key>/changes/", tracked_pages.import_changes, name="import_changes"),
    path("settings/", draft_pages.settings, name="draft_settings"),
    path("desk/", include(desk_urlpatterns)),
]

revision_urlpatterns: UrlPatterns = [
    path("check/", seal_pages.check_copy, name="check_copy"),
    path("concordance/", concordance_pages.concordance, name="concordance"),
    path("file/<slug:format_name>/", text_file_pages.text_file, name="text_file"),
]

consultation_urlpatterns: UrlPatterns = [
    path("drafts/", draft_pages.drafts, name="drafts"),
    path("drafts/<slug:draft_slug>/", include(draft_urlpatterns)),
    path("meetings/<uuid:meeting_public_id>/agenda/", draft_pages.agenda, name="agenda"),
    path("new-text/", draft_pages.new_draft, name="new_draft"),
    path("<slug:draft_slug>/compare/", compare_pages.compare_states, name="compare"),
    path("<slug:draft_slug>/<int:number>/", include(revision_urlpatterns)),
]

urlpatterns: UrlPatterns = [
    # Whoever holds a text may ask whether it is genuine.
    path("seal/", seal_pages.seal, name="seal"),
    path("consultations/<slug:slug>/", include(consultation_urlpatterns)),
]

router = SimpleRouter(use_regex_path=False)
router.register("consultations/<slug:slug>/drafts", DraftViewSet, "api-drafts")
router.register("consultations/<slug:slug>/meetings", MeetingViewSet, "api-meetings")
router.register("consultations/<slug:slug>/revisions", RevisionViewSet, "api-revisions")
router.register("consultations/<slug:slug>/wordings", WordingViewSet, "api-wordings")

api_urlpatterns = router.urls
