"""`./run`: the launcher, the servers it starts and keeps, the checks; nothing for production.

Our own, because managers of processes (honcho, circus) make no database, share none between two
calls, and leave children behind when they are killed.
"""
