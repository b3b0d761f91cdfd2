import { SENDING } from "./claims-text.ts";
import { DUE } from "./due-text.ts";

/**
 * Takes the locks of a batch and then reads all that its facts may touch, as one JSON.
 *
 * The locks come in one order, everywhere: the account's state, its slots by key; in `yici_write` the number of its
 * last event and its line among the due accounts. So nobody waits in a circle. A delivery that is there changes under
 * the lock of its account's state alone: who finds that a fact of a slot may touch one, and has not that lock, is told
 * to begin again with it. The function is VOLATILE: each of its statements sees what was committed when it began, that
 * is everything that the locks were waited for. One single statement would see what was there before it waited, and
 * lose a waiter.
 *
 * Plans are made once for each connection, perhaps while the tables are empty. So no table is joined: each is read by
 * its key, for each line of an array (\`LATERAL\` with \`OFFSET 0\`, which is not turned round). Where nothing is asked
 * for, nothing runs.
 */
export const LOAD_FUNCTION = `
CREATE FUNCTION yici_load(
  p_appid text,
  p_now bigint = NULL,            -- null: by the clock of the database
  p_account boolean = false,      -- lock the account's state and read it
  p_slots json = NULL,            -- [{openid, scene, stirred}]; of a stirred one the holder and who waits are read too
  p_waiting_max integer = NULL,   -- of those that wait for a slot's grant, so many of the oldest
  p_messages json = NULL,         -- [id]: their deliveries, and their slots, stirred
  p_contents json = NULL,         -- [id]: their messages
  p_grants json = NULL,           -- [{openid, scene, generation}]
  p_nonces json = NULL,           -- [nonce]
  p_keys json = NULL,             -- [{principal, key}]
  p_due integer = NULL,           -- so many deliveries that may be leased
  p_closed integer = NULL         -- so many deliveries that time has closed
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
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
    END IF;${DUE}
  END IF;

  IF p_messages IS NOT NULL THEN
    v_asked := ARRAY(SELECT json_array_elements_text(p_messages));
  END IF;
  IF p_closed IS NOT NULL THEN
    v_asked := v_asked || ARRAY(
      SELECT d.message_id FROM deliveries d
      WHERE d.appid = p_appid AND d.closes_at <= v_now AND d.state IN ('scheduled', 'waiting', 'queued')
        AND (d.message_id, d.turn) NOT IN (${SENDING})
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
END $$;
`;

/**
 * Reads what may be leased without any lock, and the version of the account's state, all as of one moment: STABLE. It
 * stands as long as that version does, but for what its reader changes itself.
 */
export const PREVIEW_FUNCTION = `
CREATE FUNCTION yici_preview(p_appid text, p_now bigint, p_due integer) RETURNS json
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_now bigint := coalesce(p_now, yici_now());
  v_due json;
BEGIN
  -- Leases that have ended are dropped first, by whoever has the lock.
  IF EXISTS (SELECT FROM leases WHERE appid = p_appid AND expires_at <= v_now) THEN
    RETURN NULL;
  END IF;${DUE}
  RETURN json_build_object('version', (SELECT version FROM account_states WHERE appid = p_appid), 'due', v_due);
END $$;
`;
