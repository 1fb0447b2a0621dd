"""`./run scale`: how much one machine carries, part by part; what is lost when parts are killed."""
