"""The URLs of the site: those of no single app, then those of each app."""

from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

from comments import urls as comment_urls
from config.frame.theme import set_theme
from config.help import views as help_views
from config.monitoring import readiness
from config.sign_in import provider_views, views as sign_in_views
from consultations import urls as consultation_urls
from drafts import urls as draft_urls

handler400 = "config.frame.error_pages.bad_request"
handler403 = "config.frame.error_pages.forbidden"
handler404 = "config.frame.error_pages.not_found"
handler500 = "config.frame.error_pages.server_error"

schema = SpectacularAPIView.as_view(permission_classes=[IsAuthenticated])

urlpatterns = [
    # `monitoring/probes` answers them first, under any host name; here they have their names.
    path("health/live/", readiness.live, name="live"),
    path("health/ready/", readiness.ready, name="ready"),
    path("account/sessions/<int:session_id>/end/", sign_in_views.end_session, name="end_session"),
    path("account/email/", sign_in_views.email, name="account_email"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/provider/", include(provider_views)),
    path("language/", set_language, name="set_language"),
    path("theme/", set_theme, name="set_theme"),
    path("help/", help_views.help_contents, name="help"),
    path("help/all/", help_views.help_all, name="help_all"),
    path("help/first-steps/skip/", help_views.skip_first_steps, name="skip_first_steps"),
    path("help/<slug:name>/", help_views.help_chapter, name="help_chapter"),
    path("", include(consultation_urls)),
    path("", include(draft_urls)),
    # After the pages above: the addresses of its reading page match theirs, too.
    path("", include(comment_urls)),
    path("api/v1/", include(consultation_urls.api_urlpatterns)),
    path("api/v1/", include(draft_urls.api_urlpatterns)),
    path("api/v1/", include(comment_urls.api_urlpatterns)),
    path("api/v1/schema/", schema, name="api-schema"),
]
