"""The lines of a digest on the brackets of each text; brackets hold words that are not agreed.

The sentence on own brackets also stands in the brief, which a delegation reads before a meeting.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from comments.inputs.citations import absolute_url
from consultations.rules.access import Access
from drafts.brackets.news import BracketNews, bracket_news


@dataclass(frozen=True, slots=True)
class DigestBrackets:
    """A text, and sentences on its brackets: "14 brackets are open. 3 were lifted since Rev.1." """

    title: str
    words: str
    url: str


def bracket_lines(access: Access) -> Iterator[DigestBrackets]:
    """A line for each text with brackets now or in the revision before, in the order of texts."""
    for news in bracket_news(access):
        args = [access.consultation.slug, news.draft_slug, news.revision_number]
        url = absolute_url(reverse("circulated_ledger", args=args))
        yield DigestBrackets(news.draft_title, " ".join(_sentences(news)), url)


def own_brackets_sentence(count: int) -> str:
    """How many brackets the reader's delegation asked for: "4 brackets are yours." """
    words = ngettext("%(counter)s bracket is yours.", "%(counter)s brackets are yours.", count)
    return words % {"counter": count}


def _sentences(news: BracketNews) -> Iterator[str]:
    """How many brackets are open, how many were lifted, and how many the reader asked for."""
    sentence = ngettext("%(n)d bracket is open.", "%(n)d brackets are open.", news.open_count)
    yield sentence % {"n": news.open_count}
    if news.previous_stage:
        sentence = ngettext(
            "%(n)d was lifted since %(stage)s.",
            "%(n)d were lifted since %(stage)s.",
            news.lifted_count,
        )
        yield sentence % {"n": news.lifted_count, "stage": news.previous_stage}
    if news.own_count:
        yield own_brackets_sentence(news.own_count)
