"""The addresses of the text: its desk, imports, circulated revisions, papers, and the API."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from drafts.api import DraftViewSet, MeetingViewSet, RevisionViewSet, WordingViewSet
from drafts.brackets import views
from drafts.circulating import views as circulating_views
from drafts.comparing import views as comparing_views
from drafts.desk import paragraph_views, piece_views, step_views, text_views, views as desk_views
from drafts.importing import tracked_views, views as importing_views
from drafts.languages import views as languages_views
from drafts.meetings import views as agenda_views
from drafts.states import views as states_views
from drafts.verifying import views as verifying_views

type UrlPatterns = list[URLPattern | URLResolver]

# The addresses of one paragraph on the desk.
paragraph_urlpatterns: UrlPatterns = [
    path("", paragraph_views.edit, name="edit_paragraph"),
    path("brackets/", views.paragraph_brackets, name="paragraph_brackets"),
    path("brackets/<uuid:bracket_public_id>/", views.bracket, name="bracket"),
    path("editing/", paragraph_views.still_editing, name="editing_paragraph"),
    path("history/", paragraph_views.history, name="paragraph_history"),
    path("merge/", piece_views.merge, name="merge_paragraphs"),
    # A merger that somebody typed by hand.
    path("merged/", piece_views.merged_by_hand, name="merged_paragraphs"),
    path("move/", paragraph_views.move, name="move_paragraph"),
    path("restore/", paragraph_views.restore, name="restore_paragraph"),
    path("split/", piece_views.split, name="split_paragraph"),
    path("state/<slug:state>/", states_views.paragraph_state, name="paragraph_state"),
    path("strike/", paragraph_views.strike, name="strike_paragraph"),
    # For the screen of a meeting.
    path("typed/", paragraph_views.typed_words, name="typed_words"),
]

desk_urlpatterns: UrlPatterns = [
    path("", desk_views.desk, name="desk"),
    path("add/", paragraph_views.add, name="add_paragraph"),
    path("now/", desk_views.desk_now, name="desk_now"),
    path("steps/", step_views.steps, name="desk_steps"),
    path("steps/<uuid:step_public_id>/redo/", step_views.redo, name="redo_step"),
    path("steps/<uuid:step_public_id>/undo/", step_views.undo, name="undo_step"),
    path("offered/", tracked_views.file_offers, name="offered"),
    path("<uuid:paragraph_public_id>/", include(paragraph_urlpatterns)),
]

draft_urlpatterns: UrlPatterns = [
    path("circulated/<int:number>/", circulating_views.circulated, name="circulated"),
    path(
        "circulated/<int:number>/translations/", languages_views.translations, name="translations"
    ),
    path(
        "circulated/<int:number>/translations/<uuid:upload_key>/",
        languages_views.preview,
        name="translation_preview",
    ),
    path("import/", importing_views.import_file, name="import_file"),
    path("import/<uuid:upload_key>/", importing_views.preview, name="import_preview"),
    path("import/<uuid:upload_key>/changes/", tracked_views.import_changes, name="import_changes"),
    path("settings/", text_views.settings, name="draft_settings"),
    path("desk/", include(desk_urlpatterns)),
]

revision_urlpatterns: UrlPatterns = [
    path("check/", verifying_views.check_copy, name="check_copy"),
    path("concordance/", comparing_views.concordance, name="concordance"),
]

consultation_urlpatterns: UrlPatterns = [
    path("drafts/", text_views.drafts, name="drafts"),
    path("drafts/<slug:draft_slug>/", include(draft_urlpatterns)),
    path("meetings/<uuid:meeting_public_id>/agenda/", agenda_views.agenda, name="agenda"),
    path("new-text/", text_views.new_draft, name="new_draft"),
    path("<slug:draft_slug>/compare/", comparing_views.compare_states, name="compare"),
    path("<slug:draft_slug>/<int:number>/", include(revision_urlpatterns)),
]

urlpatterns: UrlPatterns = [
    # Whoever holds a text may ask whether it is genuine.
    path("seal/", verifying_views.seal, name="seal"),
    path("consultations/<slug:slug>/", include(consultation_urlpatterns)),
]

router = SimpleRouter(use_regex_path=False)
router.register("consultations/<slug:slug>/drafts", DraftViewSet, "api-drafts")
router.register("consultations/<slug:slug>/meetings", MeetingViewSet, "api-meetings")
router.register("consultations/<slug:slug>/revisions", RevisionViewSet, "api-revisions")
router.register("consultations/<slug:slug>/wordings", WordingViewSet, "api-wordings")

api_urlpatterns = router.urls
