-- +goose Up
-- Endpoints that get events as webhooks. Their secrets are derived and not stored (ADR 21). (pos, seq) is how far an endpoint has
-- read the feed.
CREATE TABLE webhook_endpoints (
    company_id text NOT NULL REFERENCES companies (id),
    id text NOT NULL,
    url text NOT NULL,
    description text NOT NULL,
    types text NOT NULL,
    scope_sub text NOT NULL,
    notify_email text NOT NULL,
    status text NOT NULL CHECK (status IN ('enabled', 'paused', 'disabled')),
    disabled_reason text NOT NULL,
    secret_key_id text NOT NULL,
    secret_generation integer NOT NULL,
    old_key_id text NOT NULL,
    old_generation integer NOT NULL,
    old_until datetime,
    pos bigint NOT NULL,
    seq bigint NOT NULL,
    last_success_at datetime,
    failing_since datetime,
    notify_at datetime,
    version integer NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints (company_id, id, pos, seq) WHERE status = 'enabled';
CREATE INDEX webhook_endpoints_notify ON webhook_endpoints (notify_at) WHERE notify_at IS NOT NULL;

CREATE TABLE webhook_deliveries (
    company_id text NOT NULL,
    endpoint_id text NOT NULL,
    id text NOT NULL,
    event_type text NOT NULL,
    order_id text,
    pos bigint NOT NULL,
    seq bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed', 'skipped')),
    tried integer NOT NULL,
    attempts text NOT NULL,
    next_attempt_at datetime NOT NULL,
    sending_since datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (company_id, endpoint_id, id),
    FOREIGN KEY (company_id, endpoint_id) REFERENCES webhook_endpoints (company_id, id),
    CONSTRAINT webhook_deliveries_sending CHECK ((state = 'sending') = (sending_since IS NOT NULL))
);
CREATE INDEX webhook_deliveries_first ON webhook_deliveries (company_id, endpoint_id, pos, seq) WHERE state = 'pending' AND tried = 0;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (company_id, endpoint_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_sent ON webhook_deliveries (sending_since, company_id, endpoint_id) WHERE state = 'sending';
CREATE INDEX webhook_deliveries_busy ON webhook_deliveries (company_id, endpoint_id, order_id) WHERE state = 'sending';
CREATE INDEX webhook_deliveries_list ON webhook_deliveries (company_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (company_id, endpoint_id, state, created_at, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at) WHERE state IN ('delivered', 'failed', 'skipped');

-- An event of an endpoint is about no document. A program of before reads it, and writes none.
ALTER TABLE events ALTER COLUMN order_id DROP NOT NULL;

-- +goose Down
DELETE FROM events WHERE order_id IS NULL;
ALTER TABLE events ALTER COLUMN order_id SET NOT NULL;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_endpoints;
