"""The demo's page of styles: every component in its states, so that each is walked in each."""

from tests.journeys.shown import Shown

STYLE = (Shown("style"),)
