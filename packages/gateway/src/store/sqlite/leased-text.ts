import type { MessageContent, OpenId, Scene } from "@yici/protocol";
import type { LeasedDelivery } from "../ledger.ts";
import type { DueMessage } from "./tables/due-messages.ts";

/** What was leased as it crosses between threads: contents by themselves, because they are a text already. */
interface LeasedText {
  readonly deliveries: readonly (readonly [messageId: string, openid: OpenId, scene: Scene])[];
  readonly contents: readonly MessageContent[];
}

/** What was leased, as JSON for `readLeased`. */
export function writeLeased(leased: readonly DueMessage[]): string {
  const deliveries = leased.map(({ terms }) => [terms.messageId, terms.openid, terms.scene]);
  const contents = leased.map(({ content }) => content);
  return `{"deliveries":${JSON.stringify(deliveries)},"contents":[${contents.join(",")}]}`;
}

export function readLeased(text: string): readonly LeasedDelivery[] {
  const { deliveries, contents } = JSON.parse(text) as LeasedText;
  return deliveries.map(([messageId, openid, scene], place) => {
    // The same messages, in the same order.
    return { messageId, openid, scene, content: contents[place] as MessageContent };
  });
}
