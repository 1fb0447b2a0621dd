"""The site map, and the bare page: it signs in and renders the base template, nothing else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import urls
from consultations.web.frame_facts import frame_facts


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    """The floor of every page: no capacity is looked up for its frame."""
    frame_facts(request).set_actor(None)
    return render(request, "base.html")


urlpatterns = [path("bare/", bare, name="bare"), *urls.urlpatterns]
