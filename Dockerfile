# The application: web server, worker and clock are the same image with another command.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes --requirement requirements/runtime.txt

COPY . .
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
    && mkdir --parents /srv/files /srv/static \
    && chown app:app /srv/files
ENV FILES_DIR=/srv/files STATIC_ROOT=/srv/static

# Static files and translations belong to the image; DEMO lets Django start here without a secret.
RUN DEMO=1 python manage.py build_messages && DEMO=1 python manage.py collectstatic --no-input

USER app
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", \
     "--worker-class", "config.web_worker.TimedThreadWorker", "--threads", "4", "--keep-alive", "30", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
