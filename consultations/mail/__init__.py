"""Mails of the frame: a letter with its plain-text twin, and the invitation."""
