import type { Migration } from "@yici/runtime";

/**
 * The history of the schema. Every primary key begins with `appid`; `keys`, `settings` and the runtime's `migrations`
 * belong to the installation. Instants are epoch milliseconds.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "ledger and outbox",
    sql: `
      CREATE TABLE accounts (
        appid TEXT NOT NULL PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        template_id TEXT NOT NULL,
        public_url TEXT NOT NULL,
        platform TEXT NOT NULL,            -- JSON
        sealed_secret TEXT,
        token_origin TEXT NOT NULL,        -- JSON
        verification_file TEXT,            -- JSON
        when_in_doubt TEXT NOT NULL,
        limit_per_second INTEGER,          -- null: no limit
        limit_in_flight INTEGER,           -- null: no limit
        is_demo INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        in_flight INTEGER NOT NULL DEFAULT 0,
        bucket_full_at REAL NOT NULL DEFAULT 0,
        breaker_troubles INTEGER NOT NULL DEFAULT 0,
        breaker_opened_at INTEGER,         -- null: closed
        breaker_until INTEGER,
        pause_reason TEXT,
        pause_errcode INTEGER,
        pause_detail TEXT,
        paused_at INTEGER,
        pause_until INTEGER,               -- null beside a reason: until an operator resumes it
        alarmed_at INTEGER,
        tally_started_at INTEGER NOT NULL DEFAULT 0,
        tally_attempts INTEGER NOT NULL DEFAULT 0,
        tally_refusals INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE components (
        appid TEXT NOT NULL PRIMARY KEY,   -- the component's own
        platform TEXT NOT NULL,            -- JSON
        sealed_secret TEXT NOT NULL,
        sealed_push_token TEXT NOT NULL,
        sealed_push_key TEXT NOT NULL,
        sealed_ticket TEXT,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE links (
        appid TEXT NOT NULL,
        link_id TEXT NOT NULL,
        scene INTEGER NOT NULL,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (appid, link_id)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE keys (
        key_id TEXT NOT NULL PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        principal TEXT NOT NULL,
        rights TEXT NOT NULL,              -- JSON
        created_at INTEGER NOT NULL,
        revoked_at INTEGER
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE settings (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE tokens (
        appid TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,          -- 0: none yet, one is being asked for
        sealed TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        claimed_by TEXT,                   -- who asks for the next one
        claimed_until INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;

      -- The last grant of a slot also holds what is known of the slot itself, so that a confirmation touches one place.
      -- With row ids, in the order of the grants' making: what is sent together was mostly granted together, and then
      -- lies on few pages. By its key, which people are scattered over, every send would write a page of its own.
      CREATE TABLE grants (
        appid TEXT NOT NULL,
        openid TEXT NOT NULL,
        scene INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        state TEXT NOT NULL,
        evidence TEXT NOT NULL,
        browser_hash TEXT,
        granted_at INTEGER NOT NULL,
        renewed_at INTEGER NOT NULL,
        is_maybe_spent INTEGER NOT NULL,
        void_cause TEXT,
        message_id TEXT,
        noted TEXT,                        -- JSON
        changed_at INTEGER NOT NULL,
        used_at INTEGER,                   -- when a send last used a grant of this slot at the platform, or may have
        confirmation INTEGER NOT NULL DEFAULT 0,  -- the number of the last one heard of the slot
        heard TEXT NOT NULL DEFAULT '[]',  -- the confirmations that met this grant: [[at, evidence, effect, source kind, source id], …]
        PRIMARY KEY (appid, openid, scene, generation)
      ) STRICT;

      CREATE TABLE nonces (
        appid TEXT NOT NULL,
        nonce TEXT NOT NULL,
        openid TEXT,                       -- null: declined so far, not confirmed
        effect TEXT,
        generation INTEGER,
        is_declined INTEGER NOT NULL,
        used_at INTEGER NOT NULL,
        PRIMARY KEY (appid, nonce)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX nonces_by_age ON nonces (appid, used_at);

      CREATE TABLE decisions (
        appid TEXT NOT NULL,
        link_id TEXT NOT NULL,
        confirmed_count INTEGER NOT NULL,
        declined_count INTEGER NOT NULL,
        PRIMARY KEY (appid, link_id)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE messages (
        appid TEXT NOT NULL,
        message_id TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        principal TEXT NOT NULL,
        content TEXT NOT NULL,             -- JSON
        PRIMARY KEY (appid, message_id)
      ) STRICT;

      -- With row ids too: its indexes are smaller for it, and a change costs less.
      CREATE TABLE deliveries (
        appid TEXT NOT NULL,
        message_id TEXT NOT NULL,
        openid TEXT NOT NULL,
        scene INTEGER NOT NULL,
        deadline_at INTEGER NOT NULL,
        when_no_grant TEXT NOT NULL,
        when_in_doubt TEXT,
        min_evidence TEXT NOT NULL,
        state TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        closes_at INTEGER NOT NULL,
        generation INTEGER,
        lease_id TEXT,
        lease_expires_at INTEGER,
        attempt_number INTEGER NOT NULL,
        counted_attempts INTEGER NOT NULL,
        token_faults INTEGER NOT NULL,
        doubt TEXT NOT NULL,
        unanswered_at INTEGER,
        has_heard_confirmation INTEGER NOT NULL,
        cause TEXT,
        errcode INTEGER,
        fault TEXT,
        likely TEXT,
        settled_at INTEGER,
        is_apart INTEGER NOT NULL,         -- whether no grant of its slot names it
        attempts TEXT NOT NULL,            -- JSON, see attempts.ts; the one in flight is a line of starts
        grant_row INTEGER,                 -- where its grant's row may stand; whoever goes there looks at the key
        PRIMARY KEY (appid, message_id)
      ) STRICT;
      CREATE INDEX deliveries_due ON deliveries (appid, due_at, message_id)
        WHERE state IN ('scheduled', 'queued');
      CREATE INDEX deliveries_closing ON deliveries (appid, closes_at)
        WHERE settled_at IS NULL;
      CREATE INDEX deliveries_waiting ON deliveries (appid, openid, scene, message_id)
        WHERE state = 'waiting';
      -- All others of a person are found by the person's grants: an index over every message, which people are scattered
      -- over, would be half of what accepting one writes.
      CREATE INDEX deliveries_apart ON deliveries (appid, openid, scene, message_id)
        WHERE is_apart = 1;

      -- Of each commit the attempts that began in it, as long as one of them is in flight: [[message_id, number], …].
      -- Their deliveries are written when the attempts end.
      CREATE TABLE starts (
        appid TEXT NOT NULL,
        number INTEGER NOT NULL,
        lease_id TEXT NOT NULL,
        lease_expires_at INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        attempts TEXT NOT NULL,            -- JSON
        PRIMARY KEY (appid, number)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE idempotency_keys (
        appid TEXT NOT NULL,
        principal TEXT NOT NULL,
        key TEXT NOT NULL,
        body_hash TEXT NOT NULL,
        message_id TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        PRIMARY KEY (appid, principal, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX idempotency_keys_by_age ON idempotency_keys (appid, accepted_at);

      -- What the facts of one commit told of an account, one after another: [[type, at, facts], …]. A row for each would
      -- cost the most of all that a send writes: rows of many accounts grow in many places of a tree.
      CREATE TABLE events (
        appid TEXT NOT NULL,
        number INTEGER NOT NULL,           -- of the last one
        at INTEGER NOT NULL,               -- of the last one
        events TEXT NOT NULL,              -- JSON
        PRIMARY KEY (appid, number)
      ) STRICT;
    `,
  },
];
