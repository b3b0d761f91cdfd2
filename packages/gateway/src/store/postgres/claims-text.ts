/** In our functions: the deliveries of the account, and their turns, whose attempts are in flight. */
export const SENDING = `
        SELECT i.message_id, i.turn FROM starts s
        CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn) WHERE s.appid = p_appid`;

/** The same of all that are claimed. Leases that have ended are among them, unless they were dropped first. */
export const TAKEN = `
        SELECT i.message_id, i.turn FROM leases l
        CROSS JOIN LATERAL unnest(l.message_ids, l.turns) i(message_id, turn) WHERE l.appid = p_appid
        UNION ALL${SENDING}`;
