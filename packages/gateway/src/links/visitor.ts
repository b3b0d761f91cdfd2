/** What a visit's head tells about who came. */
export interface VisitHead {
  readonly method: string;
  readonly userAgent: string;
  /** `Sec-Purpose`, `Purpose`, `X-Purpose` and `X-Moz`, joined: set by browsers that fetch ahead of the person. */
  readonly purpose: string;
}

/**
 * `person`: somebody may be looking. `previewer`: a program that prepares a preview, or asks for the head only.
 * `prefetcher`: a browser that may keep the answer for the person, and must ask again when that person really comes.
 */
export type VisitorKind = "person" | "previewer" | "prefetcher";

/** Programs that open an address because somebody pasted it, by a word of their user agent. */
const PREVIEWERS =
  /bot\b|spider|crawler|preview|facebookexternalhit|whatsapp|slack|telegram|discord|skype|embedly/i;
const FETCHES_AHEAD = /prefetch|prerender|preview/i;
const WECHAT = /MicroMessenger\//;

/** Tells people from programs that look at an address before a person does. WeChat's own browser is always a person's. */
export function classifyVisitor({ method, userAgent, purpose }: VisitHead): VisitorKind {
  if (FETCHES_AHEAD.test(purpose)) return "prefetcher";
  if (method === "HEAD") return "previewer";
  return PREVIEWERS.test(userAgent) && !isWeChatBrowser(userAgent) ? "previewer" : "person";
}

/** Whether a page is opened inside the WeChat client. */
export function isWeChatBrowser(userAgent: string): boolean {
  return WECHAT.test(userAgent);
}
