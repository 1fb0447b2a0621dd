"""Inputs that came by letter, by e-mail or orally, entered by the secretariat."""
