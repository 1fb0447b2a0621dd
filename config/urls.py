"""The site map: every address of the project."""

from django.urls import include, path

from config import pages

urlpatterns = [
    path("health/live/", pages.live, name="live"),
    path("health/ready/", pages.ready, name="ready"),
    path("account/", include("allauth.urls")),
]
