"""The URLs of the site in the demonstration: its own pages, then those of `config/urls`."""

from django.urls import path

from config.demo import scene_views, switch_person, views
from config.style.views import style
from config.urls import handler400, handler403, handler404, handler500, urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("style/", views.demo_only(style), name="style"),
    path("demo/", scene_views.scenes, name="demo_scenes"),
    path("demo/scenes/leave/", scene_views.leave_scene, name="leave_scene"),
    path("demo/scenes/<slug:key>/<int:number>/", scene_views.play_step, name="play_step"),
    path("demo/become/", switch_person.sign_in_as_other_person, name="demo_become"),
    path("demo/mail/", views.mails, name="demo_mails"),
    path("demo/mail/<slug:name>/", views.mail, name="demo_mail"),
    path("demo/mail/<slug:name>/html/", views.mail_html, name="demo_mail_html"),
    *site,
]
