"""The roof: settings, site map, Celery, the frame of the pages."""
