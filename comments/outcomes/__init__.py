"""What became of the words of an input in the text.

The brief of a delegation tells it, with its pictures, and so do the sections of the facilitators'
notes and the preview of a circulation.
"""
