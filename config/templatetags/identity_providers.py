"""The identity providers by which people may sign in to this installation."""

from django import template
from django.conf import settings

from delegations.identity_providers import IdentityProvider

register = template.Library()


@register.simple_tag
def identity_providers() -> tuple[IdentityProvider, ...]:
    """The providers of the settings, in their order."""
    providers: tuple[IdentityProvider, ...] = settings.IDENTITY_PROVIDERS
    return providers
