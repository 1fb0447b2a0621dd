"""Streaming replicas: which of them may answer whom, by what that person has seen before.

Routers such as django-multidb-router send a reader to the primary for some seconds after a write;
none asks how far a replica has come, so with them a page could take back what it has shown.
"""
