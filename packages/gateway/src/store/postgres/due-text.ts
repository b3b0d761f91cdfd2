import { TAKEN } from "./claims-text.ts";

/** In our functions: up to `p_due` deliveries that may be leased at `v_now`, with all that their rounds look at, by position. */
export const DUE = `
    SELECT json_build_object(
      'deliveries', json_agg(d.stored::text), 'places', json_agg(d.place::text),
      'grants', json_agg(g.held::text), 'grant_places', json_agg(g.place::text),
      'contents', json_agg(m.content), 'principals', json_agg(m.principal),
      'accepted_ats', json_agg(m.accepted_at), 'not_before_ats', json_agg(m.not_before_at))
    INTO v_due
    FROM (
      SELECT d AS stored, d.ctid AS place, d.message_id, d.openid, d.scene, d.generation FROM deliveries d
      WHERE d.appid = p_appid AND d.due_at <= v_now AND d.state IN ('scheduled', 'queued') AND d.closes_at > v_now
        AND (d.message_id, d.turn) NOT IN (${TAKEN})
      ORDER BY d.due_at, d.message_id LIMIT p_due) d
    LEFT JOIN LATERAL (
      SELECT g AS held, g.ctid AS place FROM grants g WHERE g.appid = p_appid AND g.openid = d.openid AND g.scene = d.scene
        AND g.generation = d.generation OFFSET 0) g ON true
    CROSS JOIN LATERAL (
      SELECT m.content, m.principal, m.accepted_at, m.not_before_at FROM messages m
      WHERE m.appid = p_appid AND m.message_id = d.message_id OFFSET 0) m;`;
