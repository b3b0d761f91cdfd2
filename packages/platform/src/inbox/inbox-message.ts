import type { AppId, OpenId, Scene } from "@yici/protocol";
import type { EpochMs } from "@yici/runtime";

/** A message on somebody's phone, as it was sent. */
export interface InboxMessage {
  /** Ascending in the order of arrival, unique on this platform. */
  readonly id: number;
  readonly person: string;
  readonly appid: AppId;
  readonly openid: OpenId;
  readonly scene: Scene;
  /** Where it lies; decided when it arrived. */
  readonly placement: Placement;
  readonly title: string;
  readonly content: string | undefined;
  readonly color: string | undefined;
  readonly url: string | undefined;
  readonly miniprogram: MiniprogramJump | undefined;
  /** Where a tap leads: the mini-program wins over the url; absent when there is neither. */
  readonly jump: Jump | undefined;
  readonly receivedAt: EpochMs;
  readonly isRead: boolean;
}

/** The account's own chat, or Service Notifications. */
export type Placement = "chat" | "service_notification";

export interface MiniprogramJump {
  readonly appid: string;
  readonly pagepath: string | undefined;
}

export type Jump =
  | ({ readonly kind: "miniprogram" } & MiniprogramJump)
  | { readonly kind: "url"; readonly url: string };
