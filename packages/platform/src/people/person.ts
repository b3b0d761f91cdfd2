import type { AppId, OpenId } from "@yici/protocol";

/** Somebody with a phone. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** The accounts this person follows. */
  readonly follows: readonly AppId[];
  /** The accounts of which this person receives no message of any kind. */
  readonly blocks: readonly AppId[];
  /** The accounts whose one-time messages this person refuses in WeChat's settings. */
  readonly refuses: readonly AppId[];
  /** What this person is called under each account, by appid. */
  readonly openids: Readonly<Record<string, OpenId>>;
}
