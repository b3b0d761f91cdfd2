import type { Migration } from "@yici/runtime";

/** The platform's schema, step by step. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "accounts, people, grants, tokens, inbox, journal",
    sql: `
      CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE accounts (
        appid TEXT PRIMARY KEY,
        secret TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('service', 'subscription', 'mobile_app', 'test')),
        is_certified INTEGER NOT NULL,
        template_id TEXT NOT NULL,
        business_domains TEXT NOT NULL, -- JSON
        bound_miniprograms TEXT NOT NULL, -- JSON
        quotas TEXT NOT NULL, -- JSON
        created_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE people (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL
      ) STRICT;

      CREATE TABLE openids (
        appid TEXT NOT NULL REFERENCES accounts,
        openid TEXT NOT NULL,
        person TEXT NOT NULL REFERENCES people (id),
        follows INTEGER NOT NULL,
        PRIMARY KEY (appid, openid)
      ) STRICT, WITHOUT ROWID;
      CREATE UNIQUE INDEX openids_of_person ON openids (person, appid);

      CREATE TABLE grants (
        id INTEGER PRIMARY KEY,
        appid TEXT NOT NULL,
        openid TEXT NOT NULL,
        scene INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('granted', 'spent')),
        generation INTEGER NOT NULL,
        granted_at INTEGER NOT NULL,
        spent_at INTEGER,
        message_id INTEGER,
        UNIQUE (appid, openid, scene)
      ) STRICT;

      CREATE TABLE tokens (
        token TEXT PRIMARY KEY,
        appid TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('plain', 'stable')),
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        ends_at INTEGER, -- when it stops working before it expires
        end_cause TEXT CHECK (end_cause IN ('superseded', 'forced', 'revoked'))
      ) STRICT;
      CREATE INDEX tokens_of_account ON tokens (appid, kind);

      CREATE TABLE forced_refreshes (
        appid TEXT PRIMARY KEY,
        forced_at INTEGER NOT NULL, -- the last one that issued a token
        day INTEGER NOT NULL, -- days of UTC+8 since 1970
        day_count INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE usage (
        appid TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        day INTEGER NOT NULL, -- days of UTC+8 since 1970
        used INTEGER NOT NULL,
        PRIMARY KEY (appid, endpoint, day)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        person TEXT NOT NULL,
        appid TEXT NOT NULL,
        openid TEXT NOT NULL,
        scene INTEGER NOT NULL,
        placement TEXT NOT NULL CHECK (placement IN ('chat', 'service_notification')),
        title TEXT NOT NULL,
        content TEXT,
        color TEXT,
        url TEXT,
        miniprogram_appid TEXT,
        miniprogram_pagepath TEXT,
        received_at INTEGER NOT NULL,
        is_read INTEGER NOT NULL,
        -- of the call that sent it: it is that call's entry in the journal, too
        token TEXT NOT NULL, -- a fingerprint
        rid TEXT NOT NULL
      ) STRICT;
      CREATE INDEX messages_of_person ON messages (person, id);

      CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        appid TEXT,
        method TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        openid TEXT,
        scene INTEGER,
        token TEXT, -- a fingerprint
        errcode INTEGER,
        errmsg TEXT,
        rid TEXT NOT NULL,
        why_zh TEXT,
        why_en TEXT,
        fault TEXT,
        -- of a call that was answered with a refusal
        client_ip TEXT,
        took_ms INTEGER,
        query TEXT,
        body TEXT,
        reply TEXT
      ) STRICT;
      CREATE INDEX refusals_by_rid ON journal (rid) WHERE reply IS NOT NULL;
    `,
  },
  {
    version: 2,
    name: "grants can be revoked and can expire",
    sql: `
      CREATE TABLE grants_with_ends (
        id INTEGER PRIMARY KEY,
        appid TEXT NOT NULL,
        openid TEXT NOT NULL,
        scene INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('granted', 'spent', 'revoked')),
        generation INTEGER NOT NULL,
        granted_at INTEGER NOT NULL,
        expires_at INTEGER, -- when a granted one ends by itself
        spent_at INTEGER,
        revoked_at INTEGER,
        message_id INTEGER,
        UNIQUE (appid, openid, scene)
      ) STRICT;
      INSERT INTO grants_with_ends (id, appid, openid, scene, state, generation, granted_at, spent_at, message_id)
        SELECT id, appid, openid, scene, state, generation, granted_at, spent_at, message_id FROM grants;
      DROP TABLE grants;
      ALTER TABLE grants_with_ends RENAME TO grants;
    `,
  },
  {
    version: 3,
    name: "OAuth, and the proof of a domain",
    sql: `
      ALTER TABLE accounts ADD COLUMN oauth_domains TEXT NOT NULL DEFAULT '["localhost","127.0.0.1"]'; -- JSON
      ALTER TABLE accounts ADD COLUMN domain_verification TEXT NOT NULL DEFAULT 'null'; -- JSON

      CREATE TABLE oauth_codes (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        appid TEXT NOT NULL,
        openid TEXT NOT NULL,
        issued_at INTEGER NOT NULL,
        used_at INTEGER
      ) STRICT;
    `,
  },
  {
    version: 4,
    name: "what stands in a call's way: of the account, of the person, of the minute",
    sql: `
      ALTER TABLE accounts ADD COLUMN standing TEXT NOT NULL DEFAULT 'good'
        CHECK (standing IN ('good', 'capability_blocked', 'restricted', 'frozen'));
      ALTER TABLE accounts ADD COLUMN is_secret_frozen INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE accounts ADD COLUMN ip_whitelist TEXT NOT NULL DEFAULT 'null'; -- JSON
      ALTER TABLE accounts ADD COLUMN domains_without_icp TEXT NOT NULL DEFAULT '[]'; -- JSON
      ALTER TABLE openids ADD COLUMN blocks INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE openids ADD COLUMN refuses INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE usage ADD COLUMN minute INTEGER NOT NULL DEFAULT 0; -- the last one with a call, since 1970
      ALTER TABLE usage ADD COLUMN minute_used INTEGER NOT NULL DEFAULT 0;
    `,
  },
  {
    version: 5,
    name: "message push",
    sql: `
      CREATE TABLE push_settings (
        appid TEXT PRIMARY KEY REFERENCES accounts,
        url TEXT NOT NULL,
        token TEXT NOT NULL,
        encoding_aes_key TEXT NOT NULL,
        previous_encoding_aes_key TEXT,
        mode TEXT NOT NULL CHECK (mode IN ('plain', 'compatible', 'safe')),
        format TEXT NOT NULL CHECK (format IN ('xml', 'json')),
        has_extension_events INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE journal ADD COLUMN kind TEXT NOT NULL DEFAULT 'call' CHECK (kind IN ('call', 'push'));
    `,
  },
  {
    version: 6,
    name: "third-party platforms",
    sql: `
      CREATE TABLE components (
        appid TEXT PRIMARY KEY,
        secret TEXT NOT NULL,
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        token TEXT NOT NULL,
        encoding_aes_key TEXT NOT NULL,
        ip_whitelist TEXT NOT NULL, -- JSON
        created_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE component_authorizations (
        component TEXT NOT NULL REFERENCES components (appid),
        appid TEXT NOT NULL REFERENCES accounts,
        permission_sets TEXT NOT NULL, -- JSON
        refresh_token TEXT NOT NULL,
        authorized_at INTEGER NOT NULL,
        revoked_at INTEGER,
        PRIMARY KEY (component, appid)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE component_credentials (
        id INTEGER PRIMARY KEY,
        value TEXT NOT NULL UNIQUE,
        component TEXT NOT NULL,
        kind TEXT NOT NULL
          CHECK (kind IN ('ticket', 'access_token', 'pre_auth_code', 'authorization_code', 'authorizer_token')),
        appid TEXT,
        issued_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        ended_at INTEGER -- when it was used up or revoked
      ) STRICT;
    `,
  },
];
