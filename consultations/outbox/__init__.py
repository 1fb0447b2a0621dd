"""The one way in which mails leave: written with the act, sent by a worker, each once."""
