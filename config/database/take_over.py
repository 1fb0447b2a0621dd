"""Takes over a database of the last state before 1.0.0, as part of `migrate` (operations.md).

Its tables are those of 1.0.0. The release after 1.0.0 has no need of this file.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

FIRST_MIGRATION = "0001_initial"
# What was applied then in each app, after a first migration of the same name as today's.
EARLIER_MIGRATIONS = {
    "delegations": """
        0002_hand_over_and_activity 0003_mandate_ends_after_it_starts
        0004_mails_say_whether_they_left 0005_accounts_are_recorded 0006_never_emptied
        0007_sign_in_links 0008_first_steps_are_skipped
    """,
    "consultations": """
        0002_where_a_delegation_sits 0003_capacities_name_the_delegation 0004_mails
        0005_invitations_are_mails 0006_keys_of_acts_and_programs 0007_functions_are_offered
        0008_never_emptied 0009_choices_of_mail 0010_calendar_feeds 0011_deadlines_are_extended
        0012_rounds_limit_words 0013_minutes 0014_inputs_carry_consent 0015_inputs_may_be_closed
        0016_announcements 0017_silences_have_a_shortest_time 0018_working_rooms
    """,
    "drafts": """
        0002_circulated_is_kept 0003_file_id 0004_the_desk_and_languages 0005_words_are_found
        0006_merged_again 0007_words_are_spelled 0008_file_offers
        0009_words_are_asked_one_by_one 0010_never_emptied 0011_paragraph_states
        0012_brackets_are_rows 0013_brackets_that_stand 0014_screens 0015_typed_words
        0016_parts_of_rooms
    """,
    "comments": """
        0002_submitted_is_kept 0003_counts_without_rows 0004_the_delegations_side 0005_following
        0006_looks_are_marks 0007_words_taken 0008_comments_are_found 0009_what_was_said
        0010_words_are_spelled 0011_versions_are_drafted 0012_names_of_the_code
        0013_capacities_name_the_delegation 0014_mails_are_one_table 0015_keys_are_claimed
        0016_papers_are_attempted 0017_never_emptied 0018_choices_of_mail_move
        0019_from_hand_to_hand 0020_review_tasks 0021_counts_open_no_row
        0022_proposals_are_gathered 0023_minute_lines 0024_inputs_carry_consent
        0025_closed_without_an_answer 0026_filters_are_saved 0027_letters_on_the_record
        0028_bridging_words 0029_letters_are_discarded 0030_silences_of_facilitators
        0031_reviews_in_force 0032_inputs_said
    """,
}
# A constraint of the model that 0031_reviews_in_force took off by mistake.
MISSING_INDEX = """
CREATE UNIQUE INDEX IF NOT EXISTS review_one_unpublished ON comments_review (comment_id)
WHERE published_at IS NULL AND replaced_at IS NULL
"""


class NotTakenOverError(Exception):
    """The error raised for a database of another state before 1.0.0."""


def take_over(connection: BaseDatabaseWrapper) -> bool:
    """Record a database of the last state before 1.0.0 as one of 1.0.0; True where it was one.

    A database that began with 1.0.0, or is empty, is left as it is. Raises NotTakenOverError for
    one that is not exactly at that state.
    """
    recorder = MigrationRecorder(connection)
    earlier = {
        (app, name) for app in EARLIER_MIGRATIONS for name in EARLIER_MIGRATIONS[app].split()
    }
    recorded = {key for key in recorder.applied_migrations() if key[0] in EARLIER_MIGRATIONS}
    if not recorded & earlier:
        return False
    expected = earlier | {(app, FIRST_MIGRATION) for app in EARLIER_MIGRATIONS}
    if different := sorted(recorded ^ expected):
        app, name = different[0]
        raise NotTakenOverError(
            "This database is neither of 1.0.0 nor of the last state before it: the migration "
            f"{app}.{name} {'is missing' if (app, name) in expected else 'is unknown'}. Bring it "
            "to that state with the code of before, or restore a backup of that state."
        )
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        cursor.execute(MISSING_INDEX)
        for app, name in earlier:
            recorder.record_unapplied(app, name)
    return True
