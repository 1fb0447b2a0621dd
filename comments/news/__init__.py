"""What became readable to a reader, what of it they have not seen, and what they have to do.

Also the dates that concern them.
"""
