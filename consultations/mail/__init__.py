"""Mails about consultations: a letter with its plain-text twin, and the invitation."""
