"""Sign-in is closed: accounts come by invitation or from the secretariat, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's own pages, without the one that opens an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
