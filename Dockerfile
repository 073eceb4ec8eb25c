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
# --build-arg QUOTH_EXTRAS=[otel] adds what sends traces.
#
# PyPI's torch for Linux brings CUDA libraries that Quoth doesn't use. Where you have an index of CPU builds, name it
# with --build-arg PIP_EXTRA_INDEX_URL=… to keep the image small.

FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY qa qa
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim
ARG PIP_EXTRA_INDEX_URL
ARG QUOTH_EXTRAS=""
COPY --from=build /wheels /wheels
COPY requirements.lock /wheels/
RUN set -- /wheels/*.whl && pip install --no-cache-dir -c /wheels/requirements.lock "$1$QUOTH_EXTRAS" && rm -r /wheels
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
