"""`./run faults`: parts of the platform are taken away while people act; nothing may be lost."""
