/** Where the confirm page posts its answer. */
export const DECISION_PATH = "/mp/decision";
