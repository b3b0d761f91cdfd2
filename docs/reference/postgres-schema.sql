-- What the migrations make of an empty database. Written by `npm run docs`; a test compares it.

CREATE TABLE account_states (
  appid text COLLATE "C" NOT NULL,
  state json NOT NULL,
  pause_until bigint,
  version integer NOT NULL,
  touched integer NOT NULL
) WITH (fillfactor=50);

CREATE TABLE accounts (
  appid text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  record json NOT NULL
);

CREATE TABLE components (
  appid text COLLATE "C" NOT NULL,
  platform json NOT NULL,
  sealed_secret text COLLATE "C" NOT NULL,
  sealed_push_token text COLLATE "C" NOT NULL,
  sealed_push_key text COLLATE "C" NOT NULL,
  sealed_ticket text COLLATE "C",
  created_at bigint NOT NULL
);

CREATE TABLE confirmations (
  appid text COLLATE "C" NOT NULL,
  openid text COLLATE "C" NOT NULL,
  scene integer NOT NULL,
  number integer NOT NULL,
  at bigint NOT NULL,
  evidence text COLLATE "C" NOT NULL,
  effect text COLLATE "C" NOT NULL,
  generation integer NOT NULL,
  source json NOT NULL
);

CREATE TABLE decisions (
  appid text COLLATE "C" NOT NULL,
  link_id text COLLATE "C" NOT NULL,
  confirmed_count integer NOT NULL,
  declined_count integer NOT NULL
) WITH (fillfactor=50);

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
  turn integer NOT NULL,
  attempts json NOT NULL
);

CREATE TABLE due_accounts (
  appid text COLLATE "C" NOT NULL,
  due_at bigint,
  sweep_at bigint
) WITH (fillfactor=50);

CREATE TABLE event_heads (
  appid text COLLATE "C" NOT NULL,
  last_number bigint NOT NULL
) WITH (fillfactor=50);

CREATE TABLE events (
  appid text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  events json NOT NULL
);

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
  used_at bigint
) WITH (fillfactor=40);

CREATE TABLE idempotency_keys (
  appid text COLLATE "C" NOT NULL,
  principal text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  body_hash text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  accepted_at bigint NOT NULL
);

CREATE TABLE keys (
  key_id text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  principal text COLLATE "C" NOT NULL,
  rights json NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);

CREATE TABLE leases (
  appid text COLLATE "C" NOT NULL,
  lease_id text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  message_ids text[] COLLATE "C" NOT NULL,
  turns integer[] NOT NULL
);

CREATE TABLE links (
  appid text COLLATE "C" NOT NULL,
  link_id text COLLATE "C" NOT NULL,
  scene integer NOT NULL,
  title text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE messages (
  appid text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  openid text COLLATE "C" NOT NULL,
  scene integer NOT NULL,
  accepted_at bigint NOT NULL,
  not_before_at bigint NOT NULL,
  principal text COLLATE "C" NOT NULL,
  content json NOT NULL
);

CREATE TABLE migrations (
  version integer NOT NULL,
  name text NOT NULL,
  applied_at bigint NOT NULL
);

CREATE TABLE nonces (
  appid text COLLATE "C" NOT NULL,
  nonce text COLLATE "C" NOT NULL,
  openid text COLLATE "C",
  effect text COLLATE "C",
  generation integer,
  is_declined boolean NOT NULL,
  used_at bigint NOT NULL
);

CREATE TABLE settings (
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL
);

CREATE TABLE slots (
  appid text COLLATE "C" NOT NULL,
  openid text COLLATE "C" NOT NULL,
  scene integer NOT NULL,
  generation integer NOT NULL,
  confirmation integer NOT NULL
) WITH (fillfactor=50);

CREATE TABLE starts (
  appid text COLLATE "C" NOT NULL,
  first_id text COLLATE "C" NOT NULL,
  lease_id text COLLATE "C" NOT NULL,
  lease_expires_at bigint NOT NULL,
  started_at bigint NOT NULL,
  message_ids text[] COLLATE "C" NOT NULL,
  turns integer[] NOT NULL
);

CREATE TABLE tokens (
  appid text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  sealed text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  claimed_by text COLLATE "C",
  claimed_until bigint NOT NULL
);

CREATE TABLE waiters (
  appid text COLLATE "C" NOT NULL,
  openid text COLLATE "C" NOT NULL,
  scene integer NOT NULL,
  message_id text COLLATE "C" NOT NULL
);

ALTER TABLE account_states ADD PRIMARY KEY (appid);

ALTER TABLE accounts ADD PRIMARY KEY (appid);

ALTER TABLE accounts ADD UNIQUE (code);

ALTER TABLE components ADD PRIMARY KEY (appid);

ALTER TABLE confirmations ADD PRIMARY KEY (appid, openid, scene, number);

ALTER TABLE decisions ADD PRIMARY KEY (appid, link_id);

ALTER TABLE deliveries ADD PRIMARY KEY (appid, message_id);

ALTER TABLE due_accounts ADD PRIMARY KEY (appid);

ALTER TABLE event_heads ADD PRIMARY KEY (appid);

ALTER TABLE events ADD PRIMARY KEY (appid, number);

ALTER TABLE grants ADD PRIMARY KEY (appid, openid, scene, generation);

ALTER TABLE idempotency_keys ADD PRIMARY KEY (appid, principal, key);

ALTER TABLE keys ADD PRIMARY KEY (key_id);

ALTER TABLE keys ADD UNIQUE (hash);

ALTER TABLE leases ADD PRIMARY KEY (appid, lease_id);

ALTER TABLE links ADD PRIMARY KEY (appid, link_id);

ALTER TABLE messages ADD PRIMARY KEY (appid, message_id);

ALTER TABLE migrations ADD PRIMARY KEY (version);

ALTER TABLE nonces ADD PRIMARY KEY (appid, nonce);

ALTER TABLE settings ADD PRIMARY KEY (name);

ALTER TABLE slots ADD PRIMARY KEY (appid, openid, scene);

ALTER TABLE starts ADD PRIMARY KEY (appid, first_id);

ALTER TABLE tokens ADD PRIMARY KEY (appid);

ALTER TABLE waiters ADD PRIMARY KEY (appid, openid, scene, message_id);

CREATE INDEX deliveries_closing ON deliveries USING btree (appid, closes_at, message_id) WHERE (state = ANY (ARRAY['scheduled'::text, 'waiting'::text, 'queued'::text]));

CREATE INDEX deliveries_due ON deliveries USING btree (appid, due_at, message_id) WHERE (state = ANY (ARRAY['scheduled'::text, 'queued'::text]));

CREATE INDEX due_accounts_due ON due_accounts USING btree (due_at);

CREATE INDEX due_accounts_sweep ON due_accounts USING btree (sweep_at);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING btree (appid, accepted_at);

CREATE INDEX messages_by_slot ON messages USING btree (appid, openid, scene, message_id);

CREATE INDEX nonces_by_age ON nonces USING btree (appid, used_at);

CREATE OR REPLACE FUNCTION yici_load(p_appid text, p_now bigint DEFAULT NULL::bigint, p_account boolean DEFAULT false, p_slots json DEFAULT NULL::json, p_waiting_max integer DEFAULT NULL::integer, p_messages json DEFAULT NULL::json, p_contents json DEFAULT NULL::json, p_grants json DEFAULT NULL::json, p_nonces json DEFAULT NULL::json, p_keys json DEFAULT NULL::json, p_due integer DEFAULT NULL::integer, p_closed integer DEFAULT NULL::integer)
 RETURNS json
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  v_now bigint;
  v_state json;
  v_account json;
  v_touched integer;
  v_version integer;
  v_asked text[];   -- messages that facts name, or that time has closed
  v_asked_openids text[];
  v_asked_scenes integer[];
  v_ids text[];     -- those, the holders of stirred slots' grants, and who waits for one
  v_openids text[];
  v_scenes integer[];
  v_stirred boolean[];
  v_slots slots[];
  v_waiting json;
  v_deliveries deliveries[];
  v_due json;
  v_nonces nonces[];
  v_keys idempotency_keys[];
  v_known deliveries[];  -- what was accepted under those keys
  v_shown text[];   -- messages that are read whole
  v_messages json;
  v_claims json;
  v_grants json;
BEGIN
  -- A promise is given when the commit is on disk, whatever the server is set to; one that waits for a standby stays so.
  IF current_setting('synchronous_commit') IN ('off', 'local') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF p_account THEN
    SELECT state, version, touched INTO v_state, v_version, v_touched
    FROM account_states WHERE appid = p_appid FOR UPDATE;
    -- Not together: what was waited for may have changed what is configured.
    IF FOUND THEN
      SELECT json_build_object('state', v_state, 'record', record) INTO v_account FROM accounts WHERE appid = p_appid;
    END IF;
  END IF;
  v_now := coalesce(p_now, yici_now());
  IF num_nonnulls(p_slots, p_messages, p_contents, p_grants, p_nonces, p_keys, p_due, p_closed) = 0 THEN
    RETURN json_build_object(
      'again', false, 'now', yici_now(), 'transaction', pg_current_xact_id()::text,
      'account', v_account, 'touched', v_touched, 'version', v_version);
  END IF;

  IF p_due IS NOT NULL THEN
    DELETE FROM leases WHERE appid = p_appid AND expires_at <= v_now;
    IF FOUND THEN
      UPDATE account_states SET touched = touched + 1, version = version + 1 WHERE appid = p_appid
      RETURNING touched, version INTO v_touched, v_version;
    END IF;
    SELECT json_build_object(
      'deliveries', json_agg(d.stored::text), 'places', json_agg(d.place::text),
      'grants', json_agg(g.held::text), 'grant_places', json_agg(g.place::text),
      'contents', json_agg(m.content), 'principals', json_agg(m.principal),
      'accepted_ats', json_agg(m.accepted_at), 'not_before_ats', json_agg(m.not_before_at))
    INTO v_due
    FROM (
      SELECT d AS stored, d.ctid AS place, d.message_id, d.openid, d.scene, d.generation FROM deliveries d
      WHERE d.appid = p_appid AND d.due_at <= v_now AND d.state IN ('scheduled', 'queued') AND d.closes_at > v_now
        AND (d.message_id, d.turn) NOT IN (
        SELECT i.message_id, i.turn FROM leases l
        CROSS JOIN LATERAL unnest(l.message_ids, l.turns) i(message_id, turn) WHERE l.appid = p_appid
        UNION ALL
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid)
      ORDER BY d.due_at, d.message_id LIMIT p_due) d
    LEFT JOIN LATERAL (
      SELECT g AS held, g.ctid AS place FROM grants g WHERE g.appid = p_appid AND g.openid = d.openid AND g.scene = d.scene
        AND g.generation = d.generation OFFSET 0) g ON true
    CROSS JOIN LATERAL (
      SELECT m.content, m.principal, m.accepted_at, m.not_before_at FROM messages m
      WHERE m.appid = p_appid AND m.message_id = d.message_id OFFSET 0) m;
  END IF;

  IF p_messages IS NOT NULL THEN
    v_asked := ARRAY(SELECT json_array_elements_text(p_messages));
  END IF;
  IF p_closed IS NOT NULL THEN
    v_asked := v_asked || ARRAY(
      SELECT d.message_id FROM deliveries d
      WHERE d.appid = p_appid AND d.closes_at <= v_now AND d.state IN ('scheduled', 'waiting', 'queued')
        AND (d.message_id, d.turn) NOT IN (
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid)
      ORDER BY d.closes_at, d.message_id LIMIT p_closed) || ARRAY(
      SELECT i.message_id FROM starts s CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn)
      CROSS JOIN LATERAL (
        SELECT FROM deliveries d
        WHERE d.appid = p_appid AND d.message_id = i.message_id AND d.turn = i.turn OFFSET 0) d
      WHERE s.appid = p_appid AND s.lease_expires_at <= v_now
      ORDER BY s.lease_expires_at LIMIT p_closed);
  END IF;

  IF cardinality(v_asked) > 0 THEN
    -- What is accepted from now on is not there: its slot would not be among those that are locked.
    SELECT coalesce(array_agg(k.message_id), '{}'), array_agg(d.openid), array_agg(d.scene)
    INTO v_asked, v_asked_openids, v_asked_scenes
    FROM unnest(v_asked) k(message_id) CROSS JOIN LATERAL (
      SELECT d.openid, d.scene FROM deliveries d
      WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) d;
  END IF;
  IF p_slots IS NOT NULL OR cardinality(v_asked) > 0 THEN
    SELECT coalesce(array_agg(k.openid), '{}'), coalesce(array_agg(k.scene), '{}'), coalesce(array_agg(k.stirred), '{}')
    INTO v_openids, v_scenes, v_stirred
    FROM (
      SELECT a.openid, a.scene, bool_or(a.stirred) AS stirred
      FROM (
        SELECT openid, scene, stirred FROM json_to_recordset(p_slots) AS x(openid text, scene integer, stirred boolean)
        UNION ALL
        SELECT openid, scene, true FROM unnest(v_asked_openids, v_asked_scenes) k(openid, scene)
      ) a
      GROUP BY a.openid, a.scene ORDER BY a.openid, a.scene
    ) k;
    LOOP
      v_slots := ARRAY(
        SELECT l.slot FROM unnest(v_openids, v_scenes) k(openid, scene) CROSS JOIN LATERAL (
          SELECT s AS slot FROM slots s WHERE s.appid = p_appid AND s.openid = k.openid AND s.scene = k.scene
          FOR UPDATE) l);
      EXIT WHEN cardinality(v_slots) = cardinality(v_openids);
      -- What another one creates at the same time is waited for; what it drops again is created once more.
      INSERT INTO slots (appid, openid, scene, generation, confirmation)
      SELECT p_appid, k.openid, k.scene, 0, 0
      FROM unnest(v_openids, v_scenes) WITH ORDINALITY k(openid, scene, position) ORDER BY k.position
      ON CONFLICT DO NOTHING;
    END LOOP;
    v_ids := ARRAY(
      SELECT unnest(v_asked)
      UNION
      SELECT g.message_id FROM unnest(v_slots, v_stirred) s(appid, openid, scene, generation, confirmation, stirred)
      CROSS JOIN LATERAL (
        SELECT g.message_id FROM grants g
        WHERE g.appid = p_appid AND g.openid = s.openid AND g.scene = s.scene AND g.generation = s.generation
          AND g.state = 'held' OFFSET 0) g
      WHERE s.stirred AND g.message_id IS NOT NULL
      UNION
      SELECT w.message_id FROM unnest(v_openids, v_scenes, v_stirred) s(openid, scene, stirred) CROSS JOIN LATERAL (
        SELECT w.message_id FROM waiters w
        WHERE w.appid = p_appid AND w.openid = s.openid AND w.scene = s.scene
        ORDER BY w.message_id LIMIT p_waiting_max) w
      WHERE s.stirred);
    IF cardinality(v_ids) > 0 AND NOT p_account THEN
      RETURN json_build_object('again', true);
    END IF;
    SELECT json_agg(w) INTO v_waiting
    FROM unnest(v_openids, v_scenes, v_stirred) s(openid, scene, stirred) CROSS JOIN LATERAL (
      SELECT s.openid, s.scene, count(*) AS count FROM (
        SELECT FROM waiters w WHERE w.appid = p_appid AND w.openid = s.openid AND w.scene = s.scene
        LIMIT p_waiting_max) c
      HAVING count(*) > 0) w
    WHERE NOT s.stirred;
  END IF;

  IF cardinality(v_ids) > 0 THEN
    v_deliveries := ARRAY(
      SELECT l.delivery FROM unnest(v_ids) k(message_id) CROSS JOIN LATERAL (
        SELECT d AS delivery FROM deliveries d WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) l);
  END IF;
  IF p_nonces IS NOT NULL THEN
    v_nonces := ARRAY(
      SELECT n.used FROM json_array_elements_text(p_nonces) k(nonce) CROSS JOIN LATERAL (
        SELECT n AS used FROM nonces n WHERE n.appid = p_appid AND n.nonce = k.nonce OFFSET 0) n);
  END IF;
  IF p_keys IS NOT NULL THEN
    v_keys := ARRAY(
      SELECT r.remembered FROM json_to_recordset(p_keys) k(principal text, key text) CROSS JOIN LATERAL (
        SELECT r AS remembered FROM idempotency_keys r
        WHERE r.appid = p_appid AND r.principal = k.principal AND r.key = k.key OFFSET 0) r);
    IF cardinality(v_keys) > 0 THEN
      v_known := ARRAY(
        SELECT l.delivery FROM unnest(v_keys) k CROSS JOIN LATERAL (
          SELECT d AS delivery FROM deliveries d WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) l);
    END IF;
  END IF;
  IF p_contents IS NOT NULL OR cardinality(v_known) > 0 THEN
    v_shown := ARRAY(
      SELECT message_id FROM unnest(v_known) UNION SELECT json_array_elements_text(p_contents));
    SELECT json_agg(l.message) INTO v_messages FROM unnest(v_shown) k(message_id) CROSS JOIN LATERAL (
      SELECT m AS message FROM messages m WHERE m.appid = p_appid AND m.message_id = k.message_id OFFSET 0) l;
  END IF;
  IF cardinality(v_deliveries) > 0 OR cardinality(v_known) > 0 THEN
    v_ids := ARRAY(SELECT message_id FROM unnest(v_deliveries || v_known));
    SELECT json_agg(c) INTO v_claims FROM (
      SELECT l.lease_id, l.expires_at AS lease_expires_at, NULL::bigint AS started_at, i.message_id, i.turn
      FROM leases l CROSS JOIN LATERAL unnest(l.message_ids, l.turns) i(message_id, turn)
      WHERE l.appid = p_appid AND i.message_id = ANY (v_ids)
      UNION ALL
      SELECT s.lease_id, s.lease_expires_at, s.started_at, i.message_id, i.turn
      FROM starts s CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn)
      WHERE s.appid = p_appid AND i.message_id = ANY (v_ids)
    ) c;
  END IF;
  SELECT json_agg(g.loaded::text) INTO v_grants FROM (
    SELECT openid, scene, generation FROM unnest(v_slots)
    UNION SELECT openid, scene, generation FROM unnest(v_deliveries)
    UNION SELECT d.openid, d.scene, (a.attempt->>1)::integer
      FROM unnest(v_deliveries) d CROSS JOIN LATERAL json_array_elements(d.attempts) a(attempt)
    UNION SELECT s.openid, s.scene, n.generation
      FROM unnest(v_nonces) n JOIN unnest(v_slots) s ON s.openid = n.openid
    UNION SELECT openid, scene, generation
      FROM json_to_recordset(p_grants) AS x(openid text, scene integer, generation integer)
  ) k CROSS JOIN LATERAL (
    SELECT g AS loaded FROM grants g
    WHERE g.appid = p_appid AND g.openid = k.openid AND g.scene = k.scene AND g.generation = k.generation OFFSET 0) g;

  RETURN json_build_object(
    'again', false,
    'now', yici_now(),
    'transaction', pg_current_xact_id()::text,
    'account', v_account,
    'touched', v_touched,
    'version', v_version,
    'slots', (SELECT json_agg(s::text) FROM unnest(v_slots) s),
    'waiting', v_waiting,
    'deliveries', (SELECT json_agg(d::text) FROM unnest(v_deliveries) d),
    'known', (SELECT json_agg(d::text) FROM unnest(v_known) d),
    'due', v_due,
    'claims', v_claims,
    'nonces', array_to_json(v_nonces),
    'keys', array_to_json(v_keys),
    'messages', v_messages,
    'grants', v_grants);
END $function$;

CREATE OR REPLACE FUNCTION yici_look(p_appid text, p_is_anew boolean, p_due_at bigint, p_sweep_at bigint, p_now bigint DEFAULT NULL::bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  c_operator CONSTANT bigint := 9007199254740991;
  v_before due_accounts;
  v_due_at bigint;
  v_sweep_at bigint;
  v_pause_until bigint;
BEGIN
  SELECT * INTO v_before FROM due_accounts WHERE appid = p_appid FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO due_accounts (appid) VALUES (p_appid) ON CONFLICT DO NOTHING;
    SELECT * INTO v_before FROM due_accounts WHERE appid = p_appid FOR UPDATE;
  END IF;
  IF p_is_anew THEN
    DELETE FROM starts s WHERE s.appid = p_appid AND s.lease_expires_at <= coalesce(p_now, yici_now()) AND NOT EXISTS (
      SELECT FROM unnest(s.message_ids, s.turns) i(message_id, turn) CROSS JOIN LATERAL (
        SELECT FROM deliveries d
        WHERE d.appid = p_appid AND d.message_id = i.message_id AND d.turn = i.turn OFFSET 0) d);
    v_due_at := least(
      (SELECT min(expires_at) FROM leases WHERE appid = p_appid),
      (SELECT d.due_at FROM deliveries d
       WHERE d.appid = p_appid AND d.state IN ('scheduled', 'queued') AND (d.message_id, d.turn) NOT IN (
        SELECT i.message_id, i.turn FROM leases l
        CROSS JOIN LATERAL unnest(l.message_ids, l.turns) i(message_id, turn) WHERE l.appid = p_appid
        UNION ALL
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid)
       ORDER BY d.due_at LIMIT 1));
    v_sweep_at := least(
      (SELECT min(expires_at) FROM leases WHERE appid = p_appid),
      (SELECT min(lease_expires_at) FROM starts WHERE appid = p_appid),
      (SELECT d.closes_at FROM deliveries d
       WHERE d.appid = p_appid AND d.state IN ('scheduled', 'waiting', 'queued')
         AND (d.message_id, d.turn) NOT IN (
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid)
       ORDER BY d.closes_at LIMIT 1));
  ELSE
    v_due_at := least(v_before.due_at, p_due_at);
    v_sweep_at := least(v_before.sweep_at, p_sweep_at);
  END IF;
  SELECT pause_until INTO v_pause_until FROM account_states WHERE appid = p_appid;
  IF v_pause_until = c_operator THEN
    v_due_at := NULL;
  ELSIF v_pause_until IS NOT NULL THEN
    v_due_at := CASE WHEN v_due_at IS NOT NULL THEN greatest(v_due_at, v_pause_until) END;
    v_sweep_at := least(v_sweep_at, v_pause_until);
  END IF;
  IF (v_before.due_at, v_before.sweep_at) IS DISTINCT FROM (v_due_at, v_sweep_at) THEN
    UPDATE due_accounts SET due_at = v_due_at, sweep_at = v_sweep_at WHERE appid = p_appid;
  END IF;
END $function$;

CREATE OR REPLACE FUNCTION yici_now()
 RETURNS bigint
 LANGUAGE sql
AS $function$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint $function$;

CREATE OR REPLACE FUNCTION yici_preview(p_appid text, p_now bigint, p_due integer)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  v_now bigint := coalesce(p_now, yici_now());
  v_due json;
BEGIN
  -- Leases that have ended are dropped first, by whoever has the lock.
  IF EXISTS (SELECT FROM leases WHERE appid = p_appid AND expires_at <= v_now) THEN
    RETURN NULL;
  END IF;
    SELECT json_build_object(
      'deliveries', json_agg(d.stored::text), 'places', json_agg(d.place::text),
      'grants', json_agg(g.held::text), 'grant_places', json_agg(g.place::text),
      'contents', json_agg(m.content), 'principals', json_agg(m.principal),
      'accepted_ats', json_agg(m.accepted_at), 'not_before_ats', json_agg(m.not_before_at))
    INTO v_due
    FROM (
      SELECT d AS stored, d.ctid AS place, d.message_id, d.openid, d.scene, d.generation FROM deliveries d
      WHERE d.appid = p_appid AND d.due_at <= v_now AND d.state IN ('scheduled', 'queued') AND d.closes_at > v_now
        AND (d.message_id, d.turn) NOT IN (
        SELECT i.message_id, i.turn FROM leases l
        CROSS JOIN LATERAL unnest(l.message_ids, l.turns) i(message_id, turn) WHERE l.appid = p_appid
        UNION ALL
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid)
      ORDER BY d.due_at, d.message_id LIMIT p_due) d
    LEFT JOIN LATERAL (
      SELECT g AS held, g.ctid AS place FROM grants g WHERE g.appid = p_appid AND g.openid = d.openid AND g.scene = d.scene
        AND g.generation = d.generation OFFSET 0) g ON true
    CROSS JOIN LATERAL (
      SELECT m.content, m.principal, m.accepted_at, m.not_before_at FROM messages m
      WHERE m.appid = p_appid AND m.message_id = d.message_id OFFSET 0) m;
  RETURN json_build_object('version', (SELECT version FROM account_states WHERE appid = p_appid), 'due', v_due);
END $function$;

CREATE OR REPLACE FUNCTION yici_write(p_appid text, p_transaction text DEFAULT NULL::text, p_version integer DEFAULT NULL::integer, p_is_account boolean DEFAULT false, p_account json DEFAULT NULL::json, p_is_touch boolean DEFAULT false, p_new_slots slots[] DEFAULT NULL::slots[], p_slots slots[] DEFAULT NULL::slots[], p_unheard_of slots[] DEFAULT NULL::slots[], p_new_grants grants[] DEFAULT NULL::grants[], p_grants json DEFAULT NULL::json, p_grant_count integer DEFAULT NULL::integer, p_confirmations confirmations[] DEFAULT NULL::confirmations[], p_outdated slots[] DEFAULT NULL::slots[], p_new_nonces nonces[] DEFAULT NULL::nonces[], p_nonces nonces[] DEFAULT NULL::nonces[], p_messages messages[] DEFAULT NULL::messages[], p_new_deliveries deliveries[] DEFAULT NULL::deliveries[], p_deliveries json DEFAULT NULL::json, p_delivery_count integer DEFAULT NULL::integer, p_leases leases[] DEFAULT NULL::leases[], p_starts starts[] DEFAULT NULL::starts[], p_ended_leases text[] DEFAULT NULL::text[], p_ended_starts text[] DEFAULT NULL::text[], p_waiters waiters[] DEFAULT NULL::waiters[], p_served waiters[] DEFAULT NULL::waiters[], p_keys idempotency_keys[] DEFAULT NULL::idempotency_keys[], p_decisions decisions[] DEFAULT NULL::decisions[], p_events text DEFAULT NULL::text, p_event_count integer DEFAULT NULL::integer, p_events_at bigint DEFAULT NULL::bigint, p_look text DEFAULT NULL::text, p_due_at bigint DEFAULT NULL::bigint, p_sweep_at bigint DEFAULT NULL::bigint, p_now bigint DEFAULT NULL::bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
 SET lock_timeout TO '8000'
AS $function$
DECLARE
  v_last bigint;
  v_slot slots;
  v_waiter waiters;
  v_id text;
  v_count integer;
BEGIN
  IF p_transaction <> pg_current_xact_id()::text THEN
    RAISE EXCEPTION 'the transaction that took the locks is over' USING ERRCODE = 'invalid_transaction_state';
  END IF;
  IF p_transaction IS NULL AND current_setting('synchronous_commit') IN ('off', 'local') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF p_version IS NOT NULL OR p_is_account THEN
    UPDATE account_states SET
      state = CASE WHEN p_account IS NULL THEN state ELSE p_account->'state' END,
      pause_until = CASE WHEN p_account IS NULL THEN pause_until ELSE (p_account->>'pauseUntil')::bigint END,
      version = version + 1, touched = touched + p_is_touch::integer
    WHERE appid = p_appid AND version = coalesce(p_version, version);
    IF NOT FOUND AND p_version IS NOT NULL THEN
      RAISE EXCEPTION 'the account has changed meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_new_slots IS NOT NULL THEN
    INSERT INTO slots SELECT * FROM unnest(p_new_slots);
  END IF;
  IF p_slots IS NOT NULL THEN
    UPDATE slots s SET generation = k.generation, confirmation = k.confirmation
    FROM (
      SELECT l.place, c.generation, c.confirmation FROM unnest(p_slots) c CROSS JOIN LATERAL (
        SELECT s.ctid AS place FROM slots s
        WHERE s.appid = p_appid AND s.openid = c.openid AND s.scene = c.scene OFFSET 0) l) k
    WHERE s.ctid = k.place;
  END IF;
  IF p_unheard_of IS NOT NULL THEN
    FOR v_slot IN SELECT * FROM unnest(p_unheard_of) LOOP
      DELETE FROM slots WHERE appid = p_appid AND openid = v_slot.openid AND scene = v_slot.scene;
    END LOOP;
  END IF;
  IF p_new_grants IS NOT NULL THEN
    INSERT INTO grants SELECT * FROM unnest(p_new_grants);
  END IF;
  IF p_grants IS NOT NULL THEN
    UPDATE grants g SET
      state = k.state, void_cause = k.void_cause, message_id = k.message_id, noted = k.noted, changed_at = k.changed_at,
      used_at = k.used_at,
      -- These come together, where a confirmation changed them.
      evidence = coalesce(k.evidence, g.evidence), granted_at = coalesce(k.granted_at, g.granted_at),
      renewed_at = coalesce(k.renewed_at, g.renewed_at), is_maybe_spent = coalesce(k.is_maybe_spent, g.is_maybe_spent),
      browser_hash = CASE WHEN k.evidence IS NULL THEN g.browser_hash ELSE k.browser_hash END
    FROM (
      SELECT l.place AS at, c.*, i.*
      FROM json_to_recordset(p_grants) AS c(
        state text, void_cause text, noted json, changed_at bigint, used_at bigint,
        evidence text, browser_hash text, granted_at bigint, renewed_at bigint, is_maybe_spent boolean,
        openids text[], scenes integer[], generations integer[], message_ids text[], places tid[])
      CROSS JOIN LATERAL unnest(c.openids, c.scenes, c.generations, c.message_ids, c.places)
        i(openid, scene, generation, message_id, place)
      CROSS JOIN LATERAL (
        SELECT coalesce(i.place, (
          SELECT g.ctid FROM grants g
          WHERE g.appid = p_appid AND g.openid = i.openid AND g.scene = i.scene AND g.generation = i.generation)) AS place
        OFFSET 0) l) k
    WHERE g.ctid = k.at AND (g.appid, g.openid, g.scene, g.generation)
      IS NOT DISTINCT FROM (p_appid, k.openid, k.scene, k.generation);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> p_grant_count THEN
      RAISE EXCEPTION 'grants do not stand where they stood' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_confirmations IS NOT NULL THEN
    INSERT INTO confirmations SELECT * FROM unnest(p_confirmations);
  END IF;
  IF p_outdated IS NOT NULL THEN
    FOR v_slot IN SELECT * FROM unnest(p_outdated) LOOP
      DELETE FROM grants WHERE appid = p_appid AND openid = v_slot.openid AND scene = v_slot.scene
        AND generation <= v_slot.generation;
      DELETE FROM confirmations WHERE appid = p_appid AND openid = v_slot.openid AND scene = v_slot.scene
        AND number <= v_slot.confirmation;
    END LOOP;
  END IF;
  IF p_new_nonces IS NOT NULL THEN
    INSERT INTO nonces SELECT * FROM unnest(p_new_nonces) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> cardinality(p_new_nonces) THEN
      RAISE EXCEPTION 'a nonce was used meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_nonces IS NOT NULL THEN
    UPDATE nonces n SET
      openid = k.openid, effect = k.effect, generation = k.generation, is_declined = n.is_declined OR k.is_declined
    FROM (
      SELECT l.place, c.* FROM unnest(p_nonces) c CROSS JOIN LATERAL (
        SELECT n.ctid AS place FROM nonces n WHERE n.appid = p_appid AND n.nonce = c.nonce OFFSET 0) l) k
    WHERE n.ctid = k.place AND (n.openid IS NULL OR n.openid = k.openid);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> cardinality(p_nonces) THEN
      RAISE EXCEPTION 'a nonce was used meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_messages IS NOT NULL THEN
    INSERT INTO messages SELECT * FROM unnest(p_messages);
  END IF;
  IF p_new_deliveries IS NOT NULL THEN
    INSERT INTO deliveries SELECT * FROM unnest(p_new_deliveries);
  END IF;
  IF p_deliveries IS NOT NULL THEN
    UPDATE deliveries d SET
      state = k.state, due_at = k.due_at, closes_at = k.closes_at, generation = k.generation,
      attempt_number = k.attempt_number, counted_attempts = k.counted_attempts, token_faults = k.token_faults,
      doubt = k.doubt, unanswered_at = k.unanswered_at, has_heard_confirmation = k.has_heard_confirmation,
      cause = k.cause, errcode = k.errcode, fault = k.fault, likely = k.likely, settled_at = k.settled_at,
      turn = k.turn, attempts = k.attempts
    FROM (
      SELECT l.place AS at, c.*, i.*
      FROM json_to_recordset(p_deliveries) AS c(
        state text, attempt_number integer, counted_attempts integer, token_faults integer, doubt text,
        unanswered_at bigint, has_heard_confirmation boolean, cause text, errcode integer, fault text, likely text,
        settled_at bigint, turn integer, attempts json,
        message_ids text[], due_ats bigint[], closes_ats bigint[], generations integer[], places tid[])
      CROSS JOIN LATERAL unnest(c.message_ids, c.due_ats, c.closes_ats, c.generations, c.places)
        i(message_id, due_at, closes_at, generation, place)
      CROSS JOIN LATERAL (
        SELECT coalesce(i.place, (
          SELECT d.ctid FROM deliveries d WHERE d.appid = p_appid AND d.message_id = i.message_id)) AS place OFFSET 0) l) k
    WHERE d.ctid = k.at AND (d.appid, d.message_id) IS NOT DISTINCT FROM (p_appid, k.message_id);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> p_delivery_count THEN
      RAISE EXCEPTION 'deliveries do not stand where they stood' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_leases IS NOT NULL THEN
    INSERT INTO leases SELECT * FROM unnest(p_leases);
  END IF;
  IF p_starts IS NOT NULL THEN
    INSERT INTO starts SELECT * FROM unnest(p_starts);
  END IF;
  FOREACH v_id IN ARRAY coalesce(p_ended_leases, '{}') LOOP
    DELETE FROM leases WHERE appid = p_appid AND lease_id = v_id;
  END LOOP;
  FOREACH v_id IN ARRAY coalesce(p_ended_starts, '{}') LOOP
    DELETE FROM starts WHERE appid = p_appid AND first_id = v_id;
  END LOOP;
  IF p_waiters IS NOT NULL THEN
    INSERT INTO waiters SELECT * FROM unnest(p_waiters) ON CONFLICT DO NOTHING;
  END IF;
  IF p_served IS NOT NULL THEN
    FOR v_waiter IN SELECT * FROM unnest(p_served) LOOP
      DELETE FROM waiters WHERE appid = p_appid AND openid = v_waiter.openid AND scene = v_waiter.scene
        AND message_id = v_waiter.message_id;
    END LOOP;
  END IF;
  IF p_keys IS NOT NULL THEN
    INSERT INTO idempotency_keys SELECT * FROM unnest(p_keys) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> cardinality(p_keys) THEN
      RAISE EXCEPTION 'an idempotency key was used meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
  END IF;
  IF p_decisions IS NOT NULL THEN
    INSERT INTO decisions AS d SELECT * FROM unnest(p_decisions)
    ON CONFLICT (appid, link_id) DO UPDATE SET
      confirmed_count = d.confirmed_count + excluded.confirmed_count,
      declined_count = d.declined_count + excluded.declined_count;
  END IF;

  IF p_events IS NOT NULL THEN
    INSERT INTO event_heads AS h VALUES (p_appid, p_event_count)
    ON CONFLICT (appid) DO UPDATE SET last_number = h.last_number + excluded.last_number
    RETURNING h.last_number INTO v_last;
    INSERT INTO events
    SELECT p_appid, least(v_last - p_event_count + e.position * 64, v_last), p_events_at, e.line::json
    FROM unnest(string_to_array(p_events, E'\n')) WITH ORDINALITY AS e(line, position);
  END IF;
  IF p_look IS NOT NULL THEN
    PERFORM yici_look(p_appid, p_look = 'anew', p_due_at, p_sweep_at, p_now);
  END IF;
  RETURN yici_now();
END $function$;
