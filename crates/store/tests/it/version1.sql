-- The layout of version 1, as it was shipped.
CREATE TABLE accounts (
    id            TEXT PRIMARY KEY,
    label         TEXT NOT NULL,
    profile       TEXT NOT NULL,
    prefix        TEXT NOT NULL,
    key_tag       TEXT,
    created_at_us INTEGER NOT NULL
) STRICT;
CREATE TABLE runs (
    id            TEXT PRIMARY KEY,
    started_at_us INTEGER NOT NULL,
    ended_at_us   INTEGER
) STRICT;
CREATE TABLE jobs (
    id            TEXT PRIMARY KEY,
    run           TEXT NOT NULL REFERENCES runs (id),
    account       TEXT NOT NULL REFERENCES accounts (id),
    input         ANY NOT NULL,
    content       TEXT NOT NULL,
    options_json  TEXT NOT NULL,
    output        ANY NOT NULL,
    state         TEXT NOT NULL,
    attempt       TEXT,
    quoted        INTEGER NOT NULL,
    charged       INTEGER,
    width         INTEGER,
    height        INTEGER,
    error         TEXT,
    updated_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_by_run ON jobs (run);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_time ON jobs (updated_at_us);
CREATE UNIQUE INDEX jobs_by_attempt ON jobs (attempt) WHERE attempt IS NOT NULL;
CREATE TABLE ledger (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    account       TEXT NOT NULL REFERENCES accounts (id),
    at_us         INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    attempt       TEXT,
    job           TEXT REFERENCES jobs (id),
    amount        INTEGER,
    purpose       TEXT,
    basis         TEXT,
    standing      TEXT,
    total         INTEGER,
    subscription  INTEGER,
    payg          INTEGER,
    enterprise    INTEGER,
    free_previews INTEGER
) STRICT;
CREATE INDEX ledger_by_account ON ledger (account, seq);
CREATE INDEX ledger_by_attempt ON ledger (attempt) WHERE attempt IS NOT NULL;
CREATE INDEX ledger_by_job ON ledger (job) WHERE job IS NOT NULL;
CREATE UNIQUE INDEX ledger_reserved_once ON ledger (attempt) WHERE kind = 'reserved';
CREATE UNIQUE INDEX ledger_charged_once ON ledger (attempt) WHERE kind IN ('settled', 'paid_lost');
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TABLE receipts (
    attempt         TEXT PRIMARY KEY,
    account         TEXT NOT NULL REFERENCES accounts (id),
    job             TEXT REFERENCES jobs (id),
    at_us           INTEGER NOT NULL,
    input_name      TEXT NOT NULL,
    content         TEXT NOT NULL,
    options         TEXT NOT NULL,
    charged         INTEGER NOT NULL,
    basis           TEXT NOT NULL,
    width           INTEGER,
    height          INTEGER,
    vault_entry     TEXT NOT NULL,
    request_id      TEXT,
    service_date_us INTEGER
) STRICT;
CREATE INDEX receipts_by_account ON receipts (account, at_us);
PRAGMA user_version = 1;
