"""The mail on what one watches: names, labels, kinds and counts, with its plain-text twin."""

from django.utils.translation import gettext as _

from comments.mail.digest_edition import read_news
from comments.mail.meeting_mail import MeetingLetter, mail_frame, one_line
from comments.news.citations import positions_now
from comments.news.new_items import Items
from comments.tables.titles import name_list
from consultations.rules.access import Access


def watched_letter(access: Access, items: Items) -> MeetingLetter | None:
    """The notice of one reader, in the language that is active; None where nothing is left to tell.

    The items are read again as the reader may read them now: a fixed number of queries.
    """
    news = read_news(access, items, positions_now(access))
    if news is None:
        return None
    words = {"what": name_list(news.totals), "title": access.consultation.title}
    return MeetingLetter(
        to=access.user.email,
        subject=one_line(_("New on what you watch: %(what)s · %(title)s") % words),
        template="watched",
        context=mail_frame(access) | {"news": news},
        items=news.items,
    )
