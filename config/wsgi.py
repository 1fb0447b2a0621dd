"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.monitoring import report_errors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# How many seconds to wait for an answer of the database. Set here, for pages alone: what runs from
# a command line or a queue may take longer.
os.environ.setdefault("DATABASE_PATIENCE", "30")

application = get_wsgi_application()
report_errors()
