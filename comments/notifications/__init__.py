"""Whom an act tells by mail, that it is their turn, and how a mail is stopped."""
