# The service from the built wheel, as a user without rights, with the index in a volume.
#
#   docker build -t quoth .
#   docker run -v quoth:/data quoth keys add me --scope admin
#   docker run -p 8000:8000 -v quoth:/data -v "$PWD/seeds:/home/quoth/seeds:ro" quoth serve seeds/
#
# In a container it is served to whoever reaches the container, and so refuses to start while there is no key. Where
# only this machine can (-p 127.0.0.1:8000:8000), -e QUOTH_ALLOW_ANONYMOUS=1 serves without any.
#
# It ends when it is told to by SIGTERM or SIGINT, having answered what it accepted. compose.yaml runs it with less rights.
# --build-arg PYTHON_IMAGE=python:3.11-slim@sha256:… fixes what it is built on; OPERATIONS.md says how to learn the digest.
#
# Libraries are installed by the hashes of PyPI's files, and with them what sends traces and what talks to PostgreSQL. PyPI's torch for Linux brings
# CUDA libraries that Quoth doesn't use: --build-arg TORCH_INDEX_URL=… names an index of CPU builds to take torch from
# instead, which keeps the image small. Those have no hash here, as each index may build its own.
#
# --build-arg PACKAGES="tesseract-ocr tesseract-ocr-deu" installs what recognises text in scanned pages and pictures.

ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY qa qa
COPY .ci/build.lock /wheels/
RUN pip install --no-cache-dir --require-hashes -r /wheels/build.lock
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM ${PYTHON_IMAGE}
ARG TORCH_INDEX_URL=""
ARG PACKAGES=""
RUN if [ -n "$PACKAGES" ]; then apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; fi
COPY .ci/image.lock .ci/torch.lock /locks/
RUN if [ -n "$TORCH_INDEX_URL" ]; \
    then pip install --no-cache-dir --index-url "$TORCH_INDEX_URL" torch==2.13.0; \
    else pip install --no-cache-dir --require-hashes -r /locks/torch.lock; fi && \
    pip install --no-cache-dir --require-hashes -r /locks/image.lock && rm -r /locks
COPY --from=build /wheels/*.whl /wheels/
RUN pip install --no-cache-dir --no-deps /wheels/*.whl && rm -r /wheels
RUN useradd --create-home --uid 10001 quoth && install --directory --owner=quoth /data
USER quoth
WORKDIR /home/quoth
ENV QUOTH_DATA=/data QUOTH_HOST=0.0.0.0 QUOTH_PORT=8000
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
ENTRYPOINT ["quoth"]
CMD ["serve"]
