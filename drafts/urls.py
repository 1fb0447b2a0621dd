"""The addresses of the text: its desk, imports, circulated revisions, papers."""

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

type Addresses = list[URLPattern | URLResolver]

# One paragraph on the desk.
of_a_paragraph: Addresses = [
    path("", paragraph_pages.edit, name="edit_paragraph"),
    path("brackets/", bracket_pages.paragraph_brackets, name="paragraph_brackets"),
    path("brackets/<uuid:bracket>/", bracket_pages.bracket, name="bracket"),
    path("editing/", paragraph_pages.still_editing, name="editing_paragraph"),
    path("history/", paragraph_pages.history, name="paragraph_history"),
    path("merge/", piece_pages.merge, name="merge_paragraphs"),
    path("merged/", piece_pages.merged_by_hand, name="merged_paragraphs"),
    path("move/", place_pages.move, name="move_paragraph"),
    path("restore/", paragraph_pages.restore, name="restore_paragraph"),
    path("split/", piece_pages.split, name="split_paragraph"),
    path("state/<slug:state>/", state_pages.paragraph_state, name="paragraph_state"),
    path("strike/", paragraph_pages.strike, name="strike_paragraph"),
    path("typed/", paragraph_pages.typed_words, name="typed_words"),
]

of_a_desk: Addresses = [
    path("", desk_pages.desk, name="desk"),
    path("add/", paragraph_pages.add, name="add_paragraph"),
    path("now/", desk_pages.desk_now, name="desk_now"),
    path("steps/", step_pages.steps, name="desk_steps"),
    path("steps/<uuid:step>/redo/", step_pages.redo, name="redo_step"),
    path("steps/<uuid:step>/undo/", step_pages.undo, name="undo_step"),
    path("offered/", tracked_pages.file_offers, name="offered"),
    path("<uuid:paragraph>/", include(of_a_paragraph)),
]

of_a_text: Addresses = [
    path("circulated/<int:number>/", circulated_pages.circulated, name="circulated"),
    path(
        "circulated/<int:number>/translations/", translation_pages.translations, name="translations"
    ),
    path(
        "circulated/<int:number>/translations/<uuid:kept>/",
        translation_pages.preview,
        name="translation_preview",
    ),
    path("import/", import_pages.import_file, name="import_file"),
    path("import/<uuid:kept>/", import_pages.preview, name="import_preview"),
    path("import/<uuid:kept>/changes/", tracked_pages.import_changes, name="import_changes"),
    path("settings/", draft_pages.settings, name="draft_settings"),
    path("desk/", include(of_a_desk)),
]

of_a_revision: Addresses = [
    path("check/", seal_pages.check_copy, name="check_copy"),
    path("concordance/", concordance_pages.concordance, name="concordance"),
    path("file/<slug:format_name>/", text_file_pages.text_file, name="text_file"),
]

of_a_consultation: Addresses = [
    path("drafts/", draft_pages.drafts, name="drafts"),
    path("drafts/<slug:draft>/", include(of_a_text)),
    path("meetings/<uuid:meeting>/agenda/", draft_pages.agenda, name="agenda"),
    path("new-text/", draft_pages.new_draft, name="new_draft"),
    path("<slug:draft>/compare/", compare_pages.compare_states, name="compare"),
    path("<slug:draft>/<int:number>/", include(of_a_revision)),
]

urlpatterns: Addresses = [
    # Whoever holds a text may ask whether it is genuine.
    path("seal/", seal_pages.seal, name="seal"),
    path("consultations/<slug:slug>/", include(of_a_consultation)),
]

router = SimpleRouter(use_regex_path=False)
router.register("consultations/<slug:slug>/drafts", DraftViewSet, "api-drafts")
router.register("consultations/<slug:slug>/meetings", MeetingViewSet, "api-meetings")
router.register("consultations/<slug:slug>/revisions", RevisionViewSet, "api-revisions")
router.register("consultations/<slug:slug>/wordings", WordingViewSet, "api-wordings")

api_urlpatterns = router.urls
