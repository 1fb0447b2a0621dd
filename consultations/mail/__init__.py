"""The mails of consultations: invitations, sign-in links, rounds, posts and accounts."""
