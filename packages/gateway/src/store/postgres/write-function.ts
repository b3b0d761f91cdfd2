import { EVENTS_IN_ROW } from "../told-events.ts";
import { SENDING, TAKEN } from "./claims-text.ts";
import { POSTGRES_LIMITS } from "./postgres-options.ts";

/** After a statement that was to write so many rows: what it did not find was changed meanwhile, and is read again. */
const refuseUnless = (
  count: string,
  reason: string,
): string => `GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> ${count} THEN
      RAISE EXCEPTION '${reason}' USING ERRCODE = 'serialization_failure';
    END IF;`;

/**
 * `yici_write` writes all that the facts of a batch changed. It refuses when the transaction that took the locks is not
 * the one that it runs in: a connection that was lost in between comes back without it.
 *
 * New rows travel as an array of the table's own row type: its columns by position (\`column-lists.ts\`). Rows that changed
 * are found by their keys, as in \`yici_load\`, and written where they were found; what many of them came to travels once.
 */
export const WRITE_FUNCTIONS = `
CREATE FUNCTION yici_now() RETURNS bigint
LANGUAGE sql VOLATILE
AS $$ SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

-- Notes when an account has to be looked at next. Everybody who may change that waits here, and so sees the others. An
-- instant that comes earlier is noted as it is; what puts it off looks for it. So a note may be early, and never late.
CREATE FUNCTION yici_look(p_appid text, p_is_anew boolean, p_due_at bigint, p_sweep_at bigint, p_now bigint = NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET plan_cache_mode = force_generic_plan
AS $$
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
       WHERE d.appid = p_appid AND d.state IN ('scheduled', 'queued') AND (d.message_id, d.turn) NOT IN (${TAKEN})
       ORDER BY d.due_at LIMIT 1));
    v_sweep_at := least(
      (SELECT min(expires_at) FROM leases WHERE appid = p_appid),
      (SELECT min(lease_expires_at) FROM starts WHERE appid = p_appid),
      (SELECT d.closes_at FROM deliveries d
       WHERE d.appid = p_appid AND d.state IN ('scheduled', 'waiting', 'queued')
         AND (d.message_id, d.turn) NOT IN (${SENDING})
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
END $$;

CREATE FUNCTION yici_write(
  p_appid text,
  p_transaction text = NULL,      -- the one that took the locks
  p_version integer = NULL,       -- or none did, and the account's state is to be at this version
  p_is_account boolean = false,   -- whether the account's state is locked: whatever is written then is a version of its own
  p_account json = NULL,          -- {state, pauseUntil}
  p_is_touch boolean = false,     -- whether it changed what another process, or nobody any more, has claimed
  p_new_slots slots[] = NULL,     -- with nothing in them so far: refused where there is such a slot
  p_slots slots[] = NULL,         -- changed ones
  p_unheard_of slots[] = NULL,       -- slots that were created to be locked, and that nothing became of
  p_new_grants grants[] = NULL,
  p_grants json = NULL,           -- changed ones: [{what all of them came to, and by position what each has of its own}]
  p_grant_count integer = NULL,
  p_confirmations confirmations[] = NULL,
  p_outdated slots[] = NULL,         -- generations and confirmations, to be dropped with the older ones
  p_new_nonces nonces[] = NULL,   -- refused where there is such a nonce
  p_nonces nonces[] = NULL,       -- changed ones, refused where somebody else has used one meanwhile
  p_messages messages[] = NULL,
  p_new_deliveries deliveries[] = NULL,
  p_deliveries json = NULL,       -- changed ones, as the grants
  p_delivery_count integer = NULL,
  p_leases leases[] = NULL,
  p_starts starts[] = NULL,
  p_ended_leases text[] = NULL,   -- leases that claim nothing any more
  p_ended_starts text[] = NULL,   -- starts of which nothing is being sent any more
  p_waiters waiters[] = NULL,          -- deliveries that wait from now on
  p_served waiters[] = NULL,           -- deliveries that wait no longer
  p_keys idempotency_keys[] = NULL,
  p_decisions decisions[] = NULL,        -- added to what was counted
  p_events text = NULL,           -- a line for each row; their numbers are given here
  p_event_count integer = NULL,
  p_events_at bigint = NULL,      -- of the last one
  p_look text = NULL,             -- how it changed when the account is looked at next: 'earlier', or 'anew' in any way
  p_due_at bigint = NULL,         -- by 'earlier', the first instants of what it changed
  p_sweep_at bigint = NULL,
  p_now bigint = NULL
) RETURNS bigint                 -- what time it is
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
SET lock_timeout = ${POSTGRES_LIMITS.lockMs}
AS $$
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
    ${refuseUnless("p_grant_count", "grants do not stand where they stood")}
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
    ${refuseUnless("cardinality(p_new_nonces)", "a nonce was used meanwhile")}
  END IF;
  IF p_nonces IS NOT NULL THEN
    UPDATE nonces n SET
      openid = k.openid, effect = k.effect, generation = k.generation, is_declined = n.is_declined OR k.is_declined
    FROM (
      SELECT l.place, c.* FROM unnest(p_nonces) c CROSS JOIN LATERAL (
        SELECT n.ctid AS place FROM nonces n WHERE n.appid = p_appid AND n.nonce = c.nonce OFFSET 0) l) k
    WHERE n.ctid = k.place AND (n.openid IS NULL OR n.openid = k.openid);
    ${refuseUnless("cardinality(p_nonces)", "a nonce was used meanwhile")}
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
    ${refuseUnless("p_delivery_count", "deliveries do not stand where they stood")}
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
    ${refuseUnless("cardinality(p_keys)", "an idempotency key was used meanwhile")}
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
    SELECT p_appid, least(v_last - p_event_count + e.position * ${EVENTS_IN_ROW}, v_last), p_events_at, e.line::json
    FROM unnest(string_to_array(p_events, E'\\n')) WITH ORDINALITY AS e(line, position);
  END IF;
  IF p_look IS NOT NULL THEN
    PERFORM yici_look(p_appid, p_look = 'anew', p_due_at, p_sweep_at, p_now);
  END IF;
  RETURN yici_now();
END $$;
`;
