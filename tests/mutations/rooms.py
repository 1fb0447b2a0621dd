"""Which modules are changed, and which tests guard each: the one table to edit when files move.

The tests stand in the order in which they are asked: the nearest first.
"""

TESTS: dict[str, tuple[str, ...]] = {
    "consultations/rules/access.py": (
        "tests/consultations/test_access.py",
        "tests/comments/test_group_rooms.py",
        "tests/delegations/test_actions.py",
    ),
    "consultations/rules/guards.py": (
        "tests/comments/test_group_rooms.py",
        "tests/comments/test_versions.py",
        "tests/comments/test_actions.py",
        "tests/consultations/test_access.py",
        "tests/consultations/test_closed_record.py",
    ),
    "comments/acts/content.py": ("tests/comments/test_actions.py",),
    "comments/acts/drafting.py": (
        "tests/comments/test_actions.py",
        "tests/comments/test_group_rooms.py",
        "tests/comments/test_notes.py",
        "tests/comments/test_typing.py",
        "tests/comments/test_versions.py",
    ),
    "comments/acts/submission.py": (
        "tests/comments/test_actions.py",
        "tests/comments/test_versions.py",
        "tests/comments/test_group_rooms.py",
        "tests/comments/test_receipts.py",
    ),
    "comments/acts/versions.py": (
        "tests/comments/test_versions.py",
        "tests/comments/test_group_rooms.py",
    ),
    "comments/acts/clearing.py": ("tests/comments/test_workspace.py",),
    "comments/acts/group_rooms.py": (
        "tests/comments/test_group_rooms.py",
        "tests/comments/test_room_pages.py",
    ),
    "comments/acts/receiving.py": (
        "tests/comments/test_received.py",
        "tests/comments/test_group_rooms.py",
    ),
    "comments/acts/answering.py": ("tests/comments/test_answers.py",),
    "comments/acts/watching.py": (
        "tests/comments/following/test_watching.py",
        "tests/comments/following/test_unseen.py",
        "tests/comments/following/test_notices.py",
        "tests/comments/following/test_stop_mail.py",
    ),
    "comments/acts/incorporating.py": ("tests/comments/test_taking.py",),
    "comments/threads/homes.py": ("tests/comments/test_homes.py", "tests/comments/test_table.py"),
    "comments/tables/table.py": ("tests/comments/test_table.py",),
    "comments/mail/digests.py": (
        "tests/comments/test_digest.py",
        "tests/comments/test_digest_told.py",
        "tests/comments/test_digest_rounds.py",
        "tests/comments/test_digest_views.py",
        "tests/comments/test_digest_command.py",
    ),
    "drafts/labels.py": ("tests/drafts/test_labels.py", "tests/drafts/test_actions.py"),
}

# Changes that change nothing that anybody can tell, by their names, each with the reason. They
# count neither as noticed nor as missed.
SAME: dict[str, str] = {}
