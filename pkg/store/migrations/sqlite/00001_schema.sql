-- +goose Up
-- Every table belongs to a company: keys and foreign keys begin with it, so that a row of one company cannot refer
-- to a row of another. Empty texts are '' and not null. Amounts are minor units, prices are ten-thousandths.

CREATE TABLE companies (
    id text PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    currency text NOT NULL CHECK (length(currency) = 3),
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    autoconfirm_orders_upon_checkout boolean NOT NULL,
    email_invoice_on_confirmation boolean NOT NULL,
    email_salesperson_on_order boolean NOT NULL,
    unpaid_card_orders text NOT NULL CHECK (unpaid_card_orders IN ('warn', 'block')),
    confirmation_cutoff text NOT NULL,
    time_zone text NOT NULL,
    draft_expiry_hours integer CHECK (draft_expiry_hours > 0),
    invoice_number_prefix text NOT NULL,
    credit_note_number_prefix text NOT NULL,
    tax_id text NOT NULL,
    letterhead_name text NOT NULL,
    letterhead_address text NOT NULL,
    letterhead_sender text NOT NULL,
    logo_hash text NOT NULL
);

-- Logos of letterheads, by the SHA-256 of their bytes. Never deleted, because issued documents refer to them.
CREATE TABLE logos (
    company_id text NOT NULL REFERENCES companies (id),
    hash text NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
    data blob NOT NULL,
    PRIMARY KEY (company_id, hash)
);

-- Series of a company. 'order' is reserved in blocks and may have gaps; 'invoice' and 'credit_note' are taken
-- inside the transaction that issues, and have none.
CREATE TABLE counters (
    company_id text NOT NULL REFERENCES companies (id),
    series text NOT NULL CHECK (series IN ('order', 'invoice', 'credit_note')),
    value bigint NOT NULL CHECK (value >= 0),
    PRIMARY KEY (company_id, series)
);

CREATE TABLE customers (
    company_id text NOT NULL REFERENCES companies (id),
    id text NOT NULL,
    code text NOT NULL CHECK (code <> ''),
    code_key text NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    name_key text NOT NULL,
    emails text NOT NULL,
    terms_label text NOT NULL,
    terms_days integer NOT NULL CHECK (terms_days BETWEEN 0 AND 365),
    tax_id text NOT NULL,
    phone text NOT NULL,
    salesperson_name text NOT NULL,
    salesperson_email text NOT NULL,
    require_credit_card_payment boolean NOT NULL,
    autoconfirm text NOT NULL CHECK (autoconfirm IN ('inherit', 'on', 'off')),
    address text NOT NULL,
    ship_tos text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX customers_code ON customers (company_id, code_key);
CREATE INDEX customers_name ON customers (company_id, name_key, id);

-- One submitted cart. Its external reference is kept longer than idempotency keys.
CREATE TABLE checkouts (
    company_id text NOT NULL REFERENCES companies (id),
    id text NOT NULL,
    external_reference text NOT NULL,
    placed_by text NOT NULL,
    created_at datetime NOT NULL,
    PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX checkouts_reference ON checkouts (company_id, external_reference) WHERE external_reference <> '';

CREATE TABLE orders (
    company_id text NOT NULL REFERENCES companies (id),
    id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('order', 'prebook')),
    sequence bigint NOT NULL CHECK (sequence >= 1),
    number text NOT NULL,
    origin text NOT NULL CHECK (origin IN ('W', 'P', 'S', 'X')),
    status text NOT NULL,
    payment_status text NOT NULL CHECK (payment_status IN ('unpaid', 'partially_paid', 'paid', 'overpaid', 'refunded')),
    payment_indicator boolean NOT NULL,
    owner_sub text NOT NULL,
    placed_by text NOT NULL,
    checkout_id text NOT NULL,
    external_reference text NOT NULL,
    reference_key text NOT NULL,
    billed_from_id text,
    customer_id text NOT NULL,
    customer_code text NOT NULL,
    customer_name text NOT NULL,
    code_key text NOT NULL,
    name_key text NOT NULL,
    salesperson_name text NOT NULL,
    salesperson_email text NOT NULL,
    ship_date date NOT NULL,
    carrier text NOT NULL,
    ship_to text NOT NULL,
    po_number text NOT NULL,
    po_key text NOT NULL,
    notes text NOT NULL,
    internal_notes text NOT NULL,
    currency text NOT NULL CHECK (length(currency) = 3),
    subtotal bigint NOT NULL,
    charges_total bigint NOT NULL,
    taxes_total bigint NOT NULL,
    total bigint NOT NULL CHECK (total BETWEEN 0 AND 999999999999999),
    paid bigint NOT NULL CHECK (paid >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    balance bigint NOT NULL,
    total_boxes bigint NOT NULL,
    total_fbe bigint NOT NULL,
    total_units bigint NOT NULL,
    line_count integer NOT NULL CHECK (line_count BETWEEN 1 AND 500),
    lines_checked_out integer NOT NULL,
    lines_billed integer NOT NULL,
    charges text NOT NULL,
    taxes text NOT NULL,
    invoice_id text,
    invoice_number text NOT NULL,
    invoiced_at datetime,
    credit_note_id text,
    credit_note_number text NOT NULL,
    credited_at datetime,
    email_status text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    placed_at datetime NOT NULL,
    checked_out_at datetime,
    confirmed_at datetime,
    confirmed_by text NOT NULL,
    voided_at datetime,
    void_cause text NOT NULL CHECK (void_cause IN ('', 'staff', 'customer', 'expired')),
    void_reason text NOT NULL,
    voided_by text NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts (company_id, id),
    FOREIGN KEY (company_id, billed_from_id) REFERENCES orders (company_id, id),
    CONSTRAINT orders_status_of_kind CHECK (
        kind = 'order' AND status IN ('draft', 'pending', 'confirmed', 'voided') OR
        kind = 'prebook' AND status IN ('draft', 'checked_out', 'billed', 'voided')),
    CONSTRAINT orders_totals CHECK (total = subtotal + charges_total + taxes_total),
    CONSTRAINT orders_net CHECK (refunded <= paid),
    CONSTRAINT orders_progress CHECK (lines_billed BETWEEN 0 AND lines_checked_out AND lines_checked_out <= line_count),
    CONSTRAINT orders_invoiced CHECK (status <> 'confirmed' OR invoice_id IS NOT NULL),
    CONSTRAINT orders_confirmed CHECK ((confirmed_at IS NULL) = (invoice_id IS NULL)),
    CONSTRAINT orders_voided CHECK ((status = 'voided') = (voided_at IS NOT NULL))
);
-- orderIndexes in pkg/store says what each index is for.
CREATE UNIQUE INDEX orders_sequence ON orders (company_id, sequence);
CREATE INDEX orders_placed ON orders (company_id, placed_at, id);
CREATE INDEX orders_origin_status ON orders (company_id, origin, status, placed_at, id);
CREATE INDEX orders_ship ON orders (company_id, ship_date, id);
CREATE INDEX orders_total ON orders (company_id, total, id);
CREATE INDEX orders_name ON orders (company_id, name_key, id);
CREATE INDEX orders_updated ON orders (company_id, updated_at, id);
CREATE INDEX orders_customer ON orders (company_id, customer_id, placed_at, id);
CREATE INDEX orders_owner ON orders (company_id, owner_sub, status, placed_at, id);
CREATE INDEX orders_payment ON orders (company_id, payment_status, placed_at, id);
CREATE INDEX orders_checkout ON orders (company_id, checkout_id);
CREATE INDEX orders_number ON orders (company_id, number);
CREATE INDEX orders_code ON orders (company_id, code_key);
CREATE INDEX orders_po ON orders (company_id, po_key) WHERE po_key <> '';
CREATE INDEX orders_reference ON orders (company_id, reference_key) WHERE reference_key <> '';
CREATE INDEX orders_unpaid ON orders (company_id, placed_at, id) WHERE payment_indicator;
CREATE INDEX orders_billed_from ON orders (company_id, billed_from_id) WHERE billed_from_id IS NOT NULL;
CREATE INDEX orders_drafts ON orders (placed_at) WHERE status = 'draft' AND kind = 'order' AND origin = 'W';

CREATE TABLE order_lines (
    company_id text NOT NULL,
    order_id text NOT NULL,
    id text NOT NULL,
    position integer NOT NULL,
    sku text NOT NULL,
    description text NOT NULL,
    source text NOT NULL CHECK (source IN ('on_hand', 'future_sales', 'k2k', 'vendor_availability')),
    box_type text NOT NULL CHECK (box_type IN ('', 'FB', 'HB', 'QB', 'EB')),
    boxes bigint NOT NULL CHECK (boxes >= 0),
    units_per_box bigint NOT NULL CHECK (units_per_box >= 0),
    unit_type text NOT NULL CHECK (unit_type IN ('', 'stem', 'bunch', 'each')),
    quantity bigint NOT NULL CHECK (quantity >= 1),
    unit_price bigint NOT NULL CHECK (unit_price BETWEEN 0 AND 999999999999),
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 999999999999999),
    fbe bigint NOT NULL CHECK (fbe >= 0),
    status text NOT NULL CHECK (status IN ('', 'open', 'checked_out', 'billed')),
    checked_out_at datetime,
    checked_out_by text NOT NULL,
    billed_order_id text,
    mark_code text NOT NULL,
    notes text NOT NULL,
    PRIMARY KEY (company_id, order_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, billed_order_id) REFERENCES orders (company_id, id),
    CONSTRAINT lines_quantity CHECK (boxes = 0 OR quantity = boxes * units_per_box),
    CONSTRAINT lines_billed CHECK ((status = 'billed') = (billed_order_id IS NOT NULL))
);
CREATE INDEX order_lines_billed ON order_lines (company_id, billed_order_id) WHERE billed_order_id IS NOT NULL;

CREATE TABLE payments (
    company_id text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('payment', 'refund')),
    method text NOT NULL CHECK (method IN ('card', 'ach', 'cash', 'check', 'wire', 'credit')),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    reference text NOT NULL,
    paid_at datetime NOT NULL,
    notes text NOT NULL,
    corrects text,
    recorded_by text NOT NULL,
    recorded_at datetime NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, corrects) REFERENCES payments (company_id, id),
    CONSTRAINT payments_reference_given CHECK (method NOT IN ('card', 'ach') OR reference <> '')
);
CREATE INDEX payments_order ON payments (company_id, order_id);
CREATE UNIQUE INDEX payments_reference ON payments (company_id, kind, reference) WHERE method IN ('card', 'ach') AND corrects IS NULL;
CREATE UNIQUE INDEX payments_corrects ON payments (company_id, corrects) WHERE corrects IS NOT NULL;

CREATE TABLE invoices (
    company_id text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    owner_sub text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 1),
    number text NOT NULL,
    issued_at datetime NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    customer_id text NOT NULL,
    customer_code text NOT NULL,
    customer_name text NOT NULL,
    currency text NOT NULL,
    total bigint NOT NULL,
    snapshot blob NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
CREATE UNIQUE INDEX invoices_order ON invoices (company_id, order_id);
CREATE UNIQUE INDEX invoices_sequence ON invoices (company_id, sequence);
CREATE INDEX invoices_customer ON invoices (company_id, customer_id, sequence);
CREATE INDEX invoices_issued ON invoices (company_id, issued_at, sequence);
CREATE INDEX invoices_number ON invoices (company_id, lower(number));

CREATE TABLE credit_notes (
    company_id text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    owner_sub text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 1),
    number text NOT NULL,
    issued_at datetime NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    customer_id text NOT NULL,
    customer_code text NOT NULL,
    customer_name text NOT NULL,
    currency text NOT NULL,
    total bigint NOT NULL,
    snapshot blob NOT NULL,
    hash text NOT NULL,
    invoice_id text NOT NULL,
    invoice_number text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)
);
CREATE UNIQUE INDEX credit_notes_order ON credit_notes (company_id, order_id);
CREATE UNIQUE INDEX credit_notes_invoice ON credit_notes (company_id, invoice_id);
CREATE UNIQUE INDEX credit_notes_sequence ON credit_notes (company_id, sequence);
CREATE INDEX credit_notes_customer ON credit_notes (company_id, customer_id, sequence);
CREATE INDEX credit_notes_issued ON credit_notes (company_id, issued_at, sequence);
CREATE INDEX credit_notes_number ON credit_notes (company_id, lower(number));

-- The outbox, now the table emails. Its rows decide what is sent; a queued job only wakes a worker.
CREATE TABLE letters (
    company_id text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    invoice_id text,
    credit_note_id text,
    checkout_id text,
    kind text NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'order_placed', 'manual')),
    recipients text NOT NULL,
    cc text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    delivery text NOT NULL CHECK (delivery IN ('', 'delivered', 'bounced')),
    deliveries text NOT NULL,
    attempts integer NOT NULL,
    unknown_attempts integer NOT NULL,
    next_attempt_at datetime NOT NULL,
    sending_since datetime,
    first_attempt_at datetime,
    error_code text NOT NULL,
    last_error text NOT NULL,
    provider_id text NOT NULL,
    requested_by text NOT NULL,
    request_id text NOT NULL,
    sent_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id),
    FOREIGN KEY (company_id, invoice_id) REFERENCES invoices (company_id, id),
    FOREIGN KEY (company_id, credit_note_id) REFERENCES credit_notes (company_id, id)
);
CREATE UNIQUE INDEX letters_invoice ON letters (company_id, invoice_id) WHERE kind = 'invoice';
CREATE UNIQUE INDEX letters_credit_note ON letters (company_id, credit_note_id) WHERE kind = 'credit_note';
CREATE UNIQUE INDEX letters_checkout ON letters (company_id, checkout_id) WHERE kind = 'order_placed';
CREATE INDEX letters_order ON letters (company_id, order_id, created_at);
CREATE INDEX letters_by_hand ON letters (company_id, created_at) WHERE kind = 'manual';
CREATE INDEX letters_due ON letters (company_id, next_attempt_at) WHERE state IN ('queued', 'unknown');
CREATE INDEX letters_sending ON letters (sending_since) WHERE state = 'sending';
CREATE UNIQUE INDEX letters_id ON letters (id);

-- The turn of each company: the one served least recently sends its next e-mail first.
CREATE TABLE mail_turns (
    company_id text PRIMARY KEY REFERENCES companies (id),
    served_at datetime NOT NULL
);

-- At most one row: all sending is paused until then, because the provider refuses our key.
CREATE TABLE mail_pauses (
    id integer PRIMARY KEY CHECK (id = 1),
    until datetime NOT NULL,
    reason text NOT NULL
);

CREATE TABLE events (
    company_id text NOT NULL,
    id text NOT NULL,
    order_id text NOT NULL,
    version integer,
    type text NOT NULL,
    at datetime NOT NULL,
    actor_sub text NOT NULL,
    actor_name text NOT NULL,
    request_id text NOT NULL,
    batch_id text,
    reason text NOT NULL,
    changes text NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES orders (company_id, id)
);
CREATE UNIQUE INDEX events_version ON events (company_id, order_id, version) WHERE version IS NOT NULL;
CREATE INDEX events_order ON events (company_id, order_id, at, id);
CREATE INDEX events_batch ON events (company_id, batch_id, id) WHERE batch_id IS NOT NULL;

-- The kept answers of writes, written in the transaction of their effect.
CREATE TABLE idempotency_keys (
    company_id text NOT NULL REFERENCES companies (id),
    subject text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint blob NOT NULL,
    status integer NOT NULL,
    headers text NOT NULL,
    body blob NOT NULL,
    replays integer NOT NULL,
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    PRIMARY KEY (company_id, subject, operation, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- +goose Down
DROP TABLE idempotency_keys;
DROP TABLE events;
DROP TABLE mail_pauses;
DROP TABLE mail_turns;
DROP TABLE letters;
DROP TABLE credit_notes;
DROP TABLE invoices;
DROP TABLE payments;
DROP TABLE order_lines;
DROP TABLE orders;
DROP TABLE checkouts;
DROP TABLE customers;
DROP TABLE counters;
DROP TABLE logos;
DROP TABLE companies;
