/**
 * Takes the locks of a batch and then reads all that its facts may touch, as one JSON.
 *
 * The locks come in one order, everywhere: the account's state, its slots by key, its deliveries by key; in
 * `yici_write` the number of its last event and its line among the due accounts. So nobody waits in a circle. The
 * function is VOLATILE: each of its statements sees what was committed when it began, that is everything that the
 * locks were waited for. One single statement would see what was there before it waited, and lose a waiter.
 *
 * Plans are made once for each connection, perhaps while the tables are empty. So no table is joined: each is read by
 * its key, for each line of an array (\`LATERAL\` with \`OFFSET 0\`, which is not turned round).
 */
export const LOAD_FUNCTION = `
CREATE FUNCTION yici_load(
  p_appid text,
  p_waiting_max integer,          -- of those that wait for a slot's grant, so many of the oldest
  p_now bigint = NULL,            -- null: by the clock of the database
  p_account boolean = false,      -- lock the account's state and read it
  p_slots json = NULL,            -- [{openid, scene}]
  p_messages json = NULL,         -- [id]: their deliveries, and their slots
  p_contents json = NULL,         -- [id]: their messages
  p_attempts json = NULL,         -- [{message_id, number}]
  p_grants json = NULL,           -- [{openid, scene, generation}]
  p_nonces json = NULL,           -- [nonce]
  p_keys json = NULL,             -- [{principal, key}]
  p_due integer = NULL,           -- so many deliveries that may be leased
  p_closed integer = NULL         -- so many deliveries that time has closed
) RETURNS json
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  v_now bigint;
  v_account json;
  v_asked text[];      -- messages that facts name, or that time has closed
  v_ids text[];        -- those, the holders of their slots' grants, and who waits for one
  v_openids text[];
  v_scenes integer[];
  v_count integer;
  v_slots slots[];
  v_deliveries deliveries[];
  v_due deliveries[];
  v_attempts attempts[];
  v_nonces nonces[];
  v_keys idempotency_keys[];
  v_known text[];      -- what was accepted under those keys
  v_shown text[];      -- messages that are read whole
BEGIN
  -- A promise is given when the commit is on disk, whatever the server is set to; one that waits for a standby stays so.
  IF current_setting('synchronous_commit') IN ('off', 'local') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  IF p_account THEN
    SELECT json_build_object('state', s.state, 'record', a.record) INTO v_account
    FROM account_states s JOIN accounts a ON a.appid = s.appid
    WHERE s.appid = p_appid FOR UPDATE OF s;
  END IF;
  v_now := coalesce(p_now, yici_now());

  v_asked := ARRAY(SELECT json_array_elements_text(p_messages));
  IF p_closed IS NOT NULL THEN
    v_asked := v_asked || ARRAY(
      SELECT message_id FROM deliveries
      WHERE appid = p_appid AND closes_at <= v_now AND state IN ('scheduled', 'waiting', 'queued', 'sending')
      ORDER BY closes_at LIMIT p_closed);
  END IF;

  SELECT coalesce(array_agg(k.openid), '{}'), coalesce(array_agg(k.scene), '{}') INTO v_openids, v_scenes
  FROM (
    SELECT openid, scene FROM json_to_recordset(p_slots) AS x(openid text, scene integer)
    UNION
    SELECT d.openid, d.scene FROM unnest(v_asked) k(message_id) CROSS JOIN LATERAL (
      SELECT d.openid, d.scene FROM deliveries d
      WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) d
    ORDER BY 1, 2
  ) k;
  LOOP
    SELECT count(*) INTO v_count FROM unnest(v_openids, v_scenes) k(openid, scene) CROSS JOIN LATERAL (
      SELECT FROM slots s WHERE s.appid = p_appid AND s.openid = k.openid AND s.scene = k.scene OFFSET 0) s;
    -- What another one creates at the same time is waited for; what it drops again is created once more.
    IF v_count < cardinality(v_openids) THEN
      INSERT INTO slots (appid, openid, scene, generation, confirmation)
      SELECT p_appid, k.openid, k.scene, 0, 0
      FROM unnest(v_openids, v_scenes) WITH ORDINALITY k(openid, scene, position) ORDER BY k.position
      ON CONFLICT DO NOTHING;
    END IF;
    SELECT coalesce(array_agg(l.slot), '{}') INTO v_slots
    FROM unnest(v_openids, v_scenes) k(openid, scene) CROSS JOIN LATERAL (
      SELECT s AS slot FROM slots s WHERE s.appid = p_appid AND s.openid = k.openid AND s.scene = k.scene
      FOR UPDATE) l;
    EXIT WHEN cardinality(v_slots) = cardinality(v_openids);
  END LOOP;

  v_ids := ARRAY(
    SELECT unnest(v_asked)
    UNION
    SELECT g.message_id FROM unnest(v_slots) s CROSS JOIN LATERAL (
      SELECT g.message_id FROM grants g
      WHERE g.appid = p_appid AND g.openid = s.openid AND g.scene = s.scene AND g.generation = s.generation
        AND g.state = 'held' OFFSET 0) g
    WHERE g.message_id IS NOT NULL
    UNION
    SELECT w.message_id FROM unnest(v_slots) s CROSS JOIN LATERAL (
      SELECT w.message_id FROM waiters w
      WHERE w.appid = p_appid AND w.openid = s.openid AND w.scene = s.scene
      ORDER BY w.message_id LIMIT p_waiting_max) w
    ORDER BY 1);
  -- Who holds the account's state keeps leases out, and the slots' locks keep out everybody else.
  IF NOT p_account THEN
    PERFORM FROM unnest(v_ids) k(message_id) CROSS JOIN LATERAL (
      SELECT FROM deliveries d WHERE d.appid = p_appid AND d.message_id = k.message_id FOR UPDATE) d;
  END IF;
  SELECT array_agg(l.delivery) INTO v_deliveries FROM unnest(v_ids) k(message_id) CROSS JOIN LATERAL (
    SELECT d AS delivery FROM deliveries d WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) l;

  -- Leasing waits for nobody: what somebody else holds is somebody else's.
  IF p_due IS NOT NULL THEN
    SELECT array_agg(l.delivery) INTO v_due
    FROM (
      SELECT d AS delivery FROM deliveries d
      WHERE d.appid = p_appid AND d.due_at <= v_now AND d.state IN ('scheduled', 'queued') AND d.closes_at > v_now
      ORDER BY d.due_at, d.message_id LIMIT p_due FOR UPDATE SKIP LOCKED
    ) l;
  END IF;

  SELECT array_agg(a.attempt) INTO v_attempts
  FROM (
    SELECT message_id, number FROM json_to_recordset(p_attempts) AS x(message_id text, number integer)
    UNION
    SELECT message_id, attempt_number FROM unnest(v_deliveries) WHERE state = 'sending'
  ) k CROSS JOIN LATERAL (
    SELECT a AS attempt FROM attempts a
    WHERE a.appid = p_appid AND a.message_id = k.message_id AND a.number = k.number OFFSET 0) a;

  SELECT array_agg(n.used) INTO v_nonces
  FROM json_array_elements_text(p_nonces) k(nonce) CROSS JOIN LATERAL (
    SELECT n AS used FROM nonces n WHERE n.appid = p_appid AND n.nonce = k.nonce OFFSET 0) n;

  SELECT array_agg(r.remembered) INTO v_keys
  FROM json_to_recordset(p_keys) AS k(principal text, key text) CROSS JOIN LATERAL (
    SELECT r AS remembered FROM idempotency_keys r
    WHERE r.appid = p_appid AND r.principal = k.principal AND r.key = k.key OFFSET 0) r;
  v_known := ARRAY(SELECT message_id FROM unnest(v_keys));
  v_shown := ARRAY(
    SELECT message_id FROM unnest(v_due) UNION SELECT unnest(v_known) UNION SELECT json_array_elements_text(p_contents));

  RETURN json_build_object(
    'now', yici_now(),
    'transaction', pg_current_xact_id()::text,
    'account', v_account,
    'slots', array_to_json(v_slots),
    'deliveries', array_to_json(v_deliveries),
    'due', array_to_json(v_due),
    'attempts', array_to_json(v_attempts),
    'nonces', array_to_json(v_nonces),
    'keys', array_to_json(v_keys),
    'known', (
      SELECT json_agg(l.delivery) FROM unnest(v_known) k(message_id) CROSS JOIN LATERAL (
        SELECT d AS delivery FROM deliveries d WHERE d.appid = p_appid AND d.message_id = k.message_id OFFSET 0) l),
    'messages', (
      SELECT json_agg(l.message) FROM unnest(v_shown) k(message_id) CROSS JOIN LATERAL (
        SELECT m AS message FROM messages m WHERE m.appid = p_appid AND m.message_id = k.message_id OFFSET 0) l),
    'grants', (
      SELECT json_agg(g.loaded) FROM (
        SELECT openid, scene, generation FROM unnest(v_slots)
        UNION SELECT openid, scene, generation FROM unnest(v_deliveries)
        UNION SELECT d.openid, d.scene, a.generation FROM unnest(v_attempts) a CROSS JOIN LATERAL (
          SELECT d.openid, d.scene FROM deliveries d
          WHERE d.appid = p_appid AND d.message_id = a.message_id OFFSET 0) d
        UNION SELECT s.openid, s.scene, n.generation
          FROM unnest(v_nonces) n JOIN unnest(v_slots) s ON s.openid = n.openid
        UNION SELECT openid, scene, generation
          FROM json_to_recordset(p_grants) AS x(openid text, scene integer, generation integer)
      ) k CROSS JOIN LATERAL (
        SELECT g AS loaded FROM grants g
        WHERE g.appid = p_appid AND g.openid = k.openid AND g.scene = k.scene AND g.generation = k.generation OFFSET 0
      ) g));
END $$;
`;
