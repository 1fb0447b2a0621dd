"""The mails of this room: who gets which, what stands in it, and that nobody gets it twice."""
