"""The database as Django drives it, with errors that hold no words of anybody's."""
