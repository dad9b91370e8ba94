# The image has one static binary and no shell or package manager. The service does not run as root.
#
#   docker build --build-arg VERSION="$(git describe --always --dirty)" --build-arg COMMIT="$(git rev-parse HEAD)" --tag orderdesk .

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG COMMIT=unknown
# -buildvcs=false: the build context has no .git, so VERSION and COMMIT pass the version and the commit.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata \
      -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" -o /out/orderdesk ./cmd/orderdesk
# A directory that the service may write to, for SQLite or MAIL_DIR on a volume.
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
# TLS connections to SendGrid and to a JWKS URL need these. The time zones are in the binary (timetzdata).
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/orderdesk /usr/local/bin/orderdesk
COPY --from=build --chown=65532:65532 /out/data /data
COPY LICENSE /
USER 65532:65532
WORKDIR /data
# 8080 is for the API (ADDR), and 9090 for metrics (METRICS_ADDR).
EXPOSE 8080 9090
# No HEALTHCHECK: the image has no program that can send a request. The orchestrator calls /livez and /readyz.
ENTRYPOINT ["/usr/local/bin/orderdesk"]
CMD ["serve"]
