# Builds the image that docker-compose.yml runs: web, both workers and beat differ by command only.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1t64 \
        fonts-liberation fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTAL_VAR=/var/lib/portal \
    STATIC_ROOT=/app/staticfiles
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY locale locale
COPY static static
COPY templates templates
COPY wpsnetwork wpsnetwork
COPY members members
COPY meetings meetings
COPY newsletter newsletter
# Static files belong to the image. These values are for this step only; nothing is connected to.
RUN SECRET_KEY=unused SITE_URL=https://unused.example DATABASE_URL=postgres://unused/unused \
    REDIS_URL=redis://unused python manage.py collectstatic --no-input --verbosity 0 \
    && install --directory --owner=portal --group=portal /var/lib/portal /var/lib/portal/media
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["gunicorn", "wpsnetwork.wsgi", "--preload", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
