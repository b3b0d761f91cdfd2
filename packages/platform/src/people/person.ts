import type { AppId, OpenId } from "@yici/protocol";

/** Somebody with a phone. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** The accounts this person follows. */
  readonly follows: readonly AppId[];
  /** What this person is called under each account, by appid. */
  readonly openids: Readonly<Record<string, OpenId>>;
}
