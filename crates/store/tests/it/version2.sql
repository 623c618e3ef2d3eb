-- What version 2 added to version 1, as it shipped. Never edited.
CREATE TABLE plans (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account         TEXT NOT NULL REFERENCES accounts (id),
    at_us           INTEGER NOT NULL,
    monthly         INTEGER,
    renewal_day     INTEGER,
    zone            TEXT,
    rollover_months INTEGER,
    name            TEXT,
    price           TEXT,
    currency        TEXT,
    payg_lots       TEXT NOT NULL,
    basis           TEXT NOT NULL
) STRICT;
CREATE INDEX plans_by_account ON plans (account, id);
CREATE TABLE notices (
    account TEXT NOT NULL REFERENCES accounts (id),
    level   TEXT NOT NULL,
    armed   INTEGER NOT NULL,
    at_us   INTEGER NOT NULL,
    PRIMARY KEY (account, level, armed)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    version INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    books   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE ledger ADD COLUMN served_at_us INTEGER;
ALTER TABLE ledger ADD COLUMN due_us INTEGER;
ALTER TABLE ledger ADD COLUMN began_at_us INTEGER;
ALTER TABLE ledger ADD COLUMN rollover INTEGER;
CREATE INDEX ledger_by_time ON ledger (account, at_us);
CREATE INDEX ledger_spent ON ledger (account, COALESCE(served_at_us, at_us))
    WHERE kind IN ('settled', 'paid_lost', 'used_elsewhere');
CREATE INDEX ledger_of_the_account ON ledger (account, at_us)
    WHERE kind IN ('used_elsewhere', 'top_up', 'renewal', 'cycle_renewed', 'wiped', 'plan_change', 'adjustment');
ALTER TABLE jobs ADD COLUMN batch TEXT;
ALTER TABLE receipts ADD COLUMN answer_bytes INTEGER;
PRAGMA user_version = 2;
