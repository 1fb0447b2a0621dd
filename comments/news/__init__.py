"""What became readable to a reader, and what of it they have not seen."""
