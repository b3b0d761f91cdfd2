/**
 * The tables. Every primary key begins with `appid`; `accounts`, `keys`, `settings` and `migrations` belong to the
 * installation. Instants are epoch milliseconds. Texts are compared by their bytes, as JavaScript does, whatever the
 * database's own language is. A column of the kind `json` holds one value of the domain.
 */
export const TABLES = `
  CREATE TABLE accounts (
    appid text COLLATE "C" PRIMARY KEY,
    code text COLLATE "C" NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    record json NOT NULL                 -- all that is configured
  );

  CREATE TABLE links (
    appid text COLLATE "C" NOT NULL,
    link_id text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    title text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (appid, link_id)
  );

  CREATE TABLE keys (
    key_id text COLLATE "C" PRIMARY KEY,
    hash text COLLATE "C" NOT NULL UNIQUE,
    principal text COLLATE "C" NOT NULL,
    rights json NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
  );

  CREATE TABLE components (
    appid text COLLATE "C" PRIMARY KEY,
    platform json NOT NULL,
    sealed_secret text COLLATE "C" NOT NULL,
    sealed_push_token text COLLATE "C" NOT NULL,
    sealed_push_key text COLLATE "C" NOT NULL,
    sealed_ticket text COLLATE "C",
    created_at bigint NOT NULL
  );

  CREATE TABLE settings (
    name text COLLATE "C" PRIMARY KEY,
    value text COLLATE "C" NOT NULL
  );

  CREATE TABLE tokens (
    appid text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    sealed text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    claimed_by text COLLATE "C",
    claimed_until bigint NOT NULL DEFAULT 0
  );

  -- What all deliveries of an account have in common: pause, breaker, limits used, alarm. Locked before any slot.
  CREATE TABLE account_states (
    appid text COLLATE "C" PRIMARY KEY,
    state json NOT NULL,
    pause_until bigint,                  -- null: not paused; the end of time: until an operator resumes it
    version integer NOT NULL DEFAULT 0,  -- how often this row, or what is configured, was changed
    touched integer NOT NULL DEFAULT 0   -- how often what a process had claimed was changed by another road
  ) WITH (fillfactor = 50);

  -- The number of an account's last event. Locked after any slot.
  CREATE TABLE event_heads (
    appid text COLLATE "C" PRIMARY KEY,
    last_number bigint NOT NULL
  ) WITH (fillfactor = 50);

  -- A hint, which can be made anew at any time: when to look at an account next. Locked last of all.
  CREATE TABLE due_accounts (
    appid text COLLATE "C" PRIMARY KEY,
    due_at bigint,                       -- when something may be leased
    sweep_at bigint                      -- when time closes something, or ends the pause
  ) WITH (fillfactor = 50);
  CREATE INDEX due_accounts_due ON due_accounts (due_at);
  CREATE INDEX due_accounts_sweep ON due_accounts (sweep_at);

  CREATE TABLE slots (
    appid text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    generation integer NOT NULL,         -- the last one; 0: none yet
    confirmation integer NOT NULL,       -- the number of the last one heard
    PRIMARY KEY (appid, openid, scene)
  ) WITH (fillfactor = 50);

  CREATE TABLE grants (
    appid text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    generation integer NOT NULL,
    state text COLLATE "C" NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    browser_hash text COLLATE "C",
    granted_at bigint NOT NULL,
    renewed_at bigint NOT NULL,
    is_maybe_spent boolean NOT NULL,
    void_cause text COLLATE "C",
    message_id text COLLATE "C",
    noted json,
    changed_at bigint NOT NULL,
    used_at bigint,                      -- of a slot's last one: when a send last used the slot, or may have
    PRIMARY KEY (appid, openid, scene, generation)
  ) WITH (fillfactor = 40);

  CREATE TABLE confirmations (
    appid text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    number integer NOT NULL,
    at bigint NOT NULL,
    evidence text COLLATE "C" NOT NULL,
    effect text COLLATE "C" NOT NULL,
    generation integer NOT NULL,
    source json NOT NULL,
    PRIMARY KEY (appid, openid, scene, number)
  );

  CREATE TABLE nonces (
    appid text COLLATE "C" NOT NULL,
    nonce text COLLATE "C" NOT NULL,
    openid text COLLATE "C",                         -- null: declined so far, not confirmed
    effect text COLLATE "C",
    generation integer,
    is_declined boolean NOT NULL,
    used_at bigint NOT NULL,
    PRIMARY KEY (appid, nonce)
  );
  CREATE INDEX nonces_by_age ON nonces (appid, used_at);

  CREATE TABLE decisions (
    appid text COLLATE "C" NOT NULL,
    link_id text COLLATE "C" NOT NULL,
    confirmed_count integer NOT NULL,
    declined_count integer NOT NULL,
    PRIMARY KEY (appid, link_id)
  ) WITH (fillfactor = 50);

  CREATE TABLE messages (
    appid text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    accepted_at bigint NOT NULL,
    not_before_at bigint NOT NULL,
    principal text COLLATE "C" NOT NULL,
    content json NOT NULL,
    PRIMARY KEY (appid, message_id)
  );
  CREATE INDEX messages_by_slot ON messages (appid, openid, scene, message_id);

  -- As no worker has it: what is leased or being sent is so by a claim on its turn, in \`leases\` or \`starts\`.
  CREATE TABLE deliveries (
    appid text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    deadline_at bigint NOT NULL,
    when_no_grant text COLLATE "C" NOT NULL,
    when_in_doubt text COLLATE "C",
    min_evidence text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    due_at bigint NOT NULL,
    closes_at bigint NOT NULL,
    generation integer,
    attempt_number integer NOT NULL,
    counted_attempts integer NOT NULL,
    token_faults integer NOT NULL,
    doubt text COLLATE "C" NOT NULL,
    unanswered_at bigint,
    has_heard_confirmation boolean NOT NULL,
    cause text COLLATE "C",
    errcode integer,
    fault text COLLATE "C",
    likely text COLLATE "C",
    settled_at bigint,
    turn integer NOT NULL,               -- how often the row was written without a claim
    attempts json NOT NULL,              -- all but the one in flight, see recorded-attempts.ts
    PRIMARY KEY (appid, message_id)
  );
  CREATE INDEX deliveries_due ON deliveries (appid, due_at, message_id)
    WHERE state IN ('scheduled', 'queued');
  CREATE INDEX deliveries_closing ON deliveries (appid, closes_at, message_id)
    WHERE state IN ('scheduled', 'waiting', 'queued');

  -- Deliveries that one worker has claimed at once: in force while they are at that turn, until the lease ends.
  CREATE TABLE leases (
    appid text COLLATE "C" NOT NULL,
    lease_id text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL,
    message_ids text[] COLLATE "C" NOT NULL,
    turns integer[] NOT NULL,
    PRIMARY KEY (appid, lease_id)
  );

  -- Deliveries whose attempts began in one commit under one lease: being sent while they are at that turn.
  CREATE TABLE starts (
    appid text COLLATE "C" NOT NULL,
    first_id text COLLATE "C" NOT NULL,  -- the first one's message and turn
    lease_id text COLLATE "C" NOT NULL,
    lease_expires_at bigint NOT NULL,
    started_at bigint NOT NULL,
    message_ids text[] COLLATE "C" NOT NULL,
    turns integer[] NOT NULL,
    PRIMARY KEY (appid, first_id)
  );

  -- The deliveries that wait for a grant of a slot. A table, not an index: there is one way alone to read it.
  CREATE TABLE waiters (
    appid text COLLATE "C" NOT NULL,
    openid text COLLATE "C" NOT NULL,
    scene integer NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (appid, openid, scene, message_id)
  );

  CREATE TABLE idempotency_keys (
    appid text COLLATE "C" NOT NULL,
    principal text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    accepted_at bigint NOT NULL,
    PRIMARY KEY (appid, principal, key)
  );
  CREATE INDEX idempotency_keys_by_age ON idempotency_keys (appid, accepted_at);

  -- What the facts of one commit told of an account, one after another, see told-events.ts.
  CREATE TABLE events (
    appid text COLLATE "C" NOT NULL,
    number bigint NOT NULL,              -- of the last one
    at bigint NOT NULL,                  -- of the last one
    events json NOT NULL,
    PRIMARY KEY (appid, number)
  );
`;
