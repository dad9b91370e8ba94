# The service as one static binary and nothing else: no shell, no package manager, no root.
#
#   docker build --build-arg VERSION="$(git describe --always --dirty)" --build-arg COMMIT="$(git rev-parse HEAD)" --tag orderdesk .

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG COMMIT=unknown
# -buildvcs=false: the context has no .git, so the version comes in by VERSION and the commit by COMMIT.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata \
      -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" -o /out/orderdesk ./cmd/orderdesk
# A place that the service's account may write to, for SQLite or MAIL_DIR on a volume.
RUN install -d -o 65532 -g 65532 /out/data

FROM scratch
ARG VERSION=dev
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="orderdesk" \
      org.opencontainers.image.description="Web orders and prebooks of a seller, as a JSON REST service" \
      org.opencontainers.image.source="https://github.com/orderdesk/orderdesk" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.version="${VERSION}"
# To call SendGrid and a JWKS URL over TLS. The time zones are in the binary (timetzdata).
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/orderdesk /usr/local/bin/orderdesk
COPY --from=build --chown=65532:65532 /out/data /data
COPY LICENSE /
USER 65532:65532
WORKDIR /data
# 8080 is the API (ADDR); METRICS_ADDR is a port of its own.
EXPOSE 8080 9090
# No HEALTHCHECK: there is nothing here to make a request with. The orchestrator asks /livez and /readyz.
ENTRYPOINT ["/usr/local/bin/orderdesk"]
CMD ["serve"]
