"""The only way in which mails are sent: written with the act, sent by a worker, each once."""
