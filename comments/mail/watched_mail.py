"""The mail with news on what its reader watches: names, labels, kinds and counts, no wording."""

from django.utils.translation import gettext as _

from comments.mail.digest_edition import read_first_news
from comments.mail.meeting_mail import shared_mail_context
from comments.mail.stopping import stopping_headers
from comments.news.new_items import IdsBySource, encode_id_ranges
from comments.tables.titles import join_with_and
from comments.threads.citations import current_positions
from consultations.outbox.composing import ComposedMail
from consultations.rules.access import Access


def compose_watched_mail(access: Access, ids_by_source: IdsBySource) -> ComposedMail | None:
    """The notice of one reader, in the language that is active; None where nothing is left to tell.

    The items are read again as the reader may read them now: a fixed number of queries.
    """
    news = read_first_news(access, ids_by_source, current_positions(access))
    if news is None:
        return None
    shared_context = shared_mail_context(access)
    values = {"what": join_with_and(news.totals), "title": access.consultation.title}
    return ComposedMail(
        to=access.user.email,
        subject=_("New on what you watch: %(what)s · %(title)s") % values,
        template="comments/mail/watched",
        context=shared_context | {"news": news},
        headers=stopping_headers(shared_context["stop_url"]),
        item_id_ranges=encode_id_ranges(news.ids_by_source),
    )
