"""Which function puts which kind of mail into words (listed in the setting `MAIL_COMPOSERS`)."""

from collections.abc import Mapping

from comments.bridging.mail import compose_bridging
from comments.circulating.mail import compose_circulation
from comments.digests.acts import compose_digest, compose_notice
from comments.front.turn_mail import compose_turn
from comments.groups.mail import compose_room, compose_unreached
from comments.letters.mail import compose_letter
from comments.news.mail import compose_watched
from comments.receipts.mail import compose_receipt
from comments.received.mail import compose_received
from comments.silences.mail import compose_silence
from consultations.models import MailKind
from consultations.outbox.composing import Composer

COMPOSERS: Mapping[str, Composer] = {
    MailKind.DIGEST: compose_digest,
    MailKind.MEETING_MOVED: compose_notice,
    MailKind.MEETING_CANCELLED: compose_notice,
    MailKind.CIRCULATION: compose_circulation,
    MailKind.LETTER: compose_letter,
    MailKind.TURN: compose_turn,
    MailKind.WATCHED: compose_watched,
    MailKind.RECEIPT: compose_receipt,
    MailKind.RECEIVED: compose_received,
    MailKind.ROOM: compose_room,
    MailKind.BRIDGING: compose_bridging,
    MailKind.SILENCE: compose_silence,
    MailKind.UNREACHED: compose_unreached,
}
