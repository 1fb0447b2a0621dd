"""Which function puts which kind of mail into words (listed in the setting `MAIL_COMPOSERS`)."""

from collections.abc import Mapping

from comments.mail.bridging_mail import compose_bridging
from comments.mail.circulation import compose_circulation
from comments.mail.digests import compose_digest, compose_notice
from comments.mail.letter_mail import compose_letter
from comments.mail.receipt_mail import compose_receipt
from comments.mail.received_input_mail import compose_received
from comments.mail.room_mail import compose_room
from comments.mail.silence_mail import compose_silence
from comments.mail.turn_mail import compose_turn
from comments.mail.unreached_mail import compose_unreached
from comments.mail.watched_notices import compose_watched
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
