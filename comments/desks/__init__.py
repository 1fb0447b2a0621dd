"""What those who work on inputs see.

Delegations: the workspace, group rooms, the lines of minutes offered to them. Facilitators: the
queue, the map, the paragraph on the desk with its proposals, what waits to be published, to whom
letters went. Both: bridging words, silences and minutes, each as far as it may read them.
"""
