"""The mails of this app: who gets which, what stands in it, and that nobody gets it twice."""
