"""What all apps share: settings, URLs, Celery, the frame of the pages, launcher and demo."""
