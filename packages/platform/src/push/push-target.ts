import type { AppId } from "@yici/protocol";

/** Whether a push travels as it is, encrypted, or both at once (facts 9.2). */
export type PushMode = "plain" | "compatible" | "safe";

/** How the body of a push is written. */
export type PushFormat = "xml" | "json";

/** Where the pushes of one appid go, an account's or a third-party platform's, and how they are sealed. */
export interface PushTarget {
  readonly appid: AppId;
  readonly url: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** The key before this one: what is still encrypted with it is understood. */
  readonly previousEncodingAesKey: string | undefined;
  readonly mode: PushMode;
  readonly format: PushFormat;
}

/** The message-push settings of an account. */
export interface PushSettings extends PushTarget {
  /** Whether events are pushed that the real WeChat does not have; each is named `yici_…`. */
  readonly hasExtensionEvents: boolean;
}
