"""Which function composes which kind of mail of this app (listed in `MAIL_COMPOSERS`)."""

from collections.abc import Mapping

from consultations.models import MailKind
from consultations.outbox.composing import Composer
from consultations.people.mail import (
    compose_address_changed,
    compose_function_invitation,
    compose_invitation,
    compose_post_given,
    compose_second_step_ended,
    compose_sign_in_link,
)
from consultations.timetable.mail import compose_round

COMPOSERS: Mapping[str, Composer] = {
    MailKind.DEADLINE: compose_round,
    MailKind.ROUND: compose_round,
    MailKind.INVITATION: compose_invitation,
    MailKind.SIGN_IN: compose_sign_in_link,
    MailKind.FUNCTION: compose_function_invitation,
    MailKind.POST_GIVEN: compose_post_given,
    MailKind.ADDRESS_CHANGED: compose_address_changed,
    MailKind.SECOND_STEP_ENDED: compose_second_step_ended,
}
