import assert from "node:assert/strict";
import { DEMO_ACCOUNT } from "@yici/platform";
import type { LinkJson } from "../flow/flow-json.ts";
import { must } from "../flow/must.ts";
import type { CrashStage } from "./crash-stage.ts";
import type { GatewayChild } from "./gateway-child.ts";

/** A person, as the account calls them, and a scene they have confirmed. */
export interface Slot {
  readonly openid: string;
  readonly scene: number;
}

/**
 * Lets as many people confirm scenes 1, 2, 3 …, all the way: the link's entry, their decision at the platform, the
 * callback from the same browser.
 */
export async function confirmSlots(
  { platform }: CrashStage,
  gateway: GatewayChild,
  counts: { readonly people: number; readonly scenes: number },
): Promise<readonly Slot[]> {
  const scenes = Array.from({ length: counts.scenes }, (_, index) => index + 1);
  const entries = await Promise.all(scenes.map((scene) => addLink(gateway, scene)));
  const people = Array.from({ length: counts.people }, (_, index) => `person${index}`);
  const confirmed = people.map(async (id) => {
    const { openids } = await platform.control.addPerson({ id, name: id });
    const openid = must(openids[DEMO_ACCOUNT.appid]);
    const browser = new Browser(gateway);
    for (const entry of entries) {
      const authorizeLink = await browser.open(entry);
      const decision = await platform.control.decide({
        authorizeLink,
        person: id,
        action: "confirm",
      });
      assert.equal(decision.kind, "redirected");
      await browser.open(decision.location);
    }
    return scenes.map((scene) => ({ openid, scene }));
  });
  return (await Promise.all(confirmed)).flat();
}

async function addLink(gateway: GatewayChild, scene: number): Promise<string> {
  const body = { scene, title: `scene ${scene}` };
  return (await gateway.api<LinkJson>("POST", "/links", { body })).json.entry_url;
}

/** A browser that keeps the one cookie a gateway sets, and goes nowhere by itself. */
class Browser {
  readonly #gateway: GatewayChild;
  #cookie: string | undefined;

  constructor(gateway: GatewayChild) {
    this.#gateway = gateway;
  }

  /** Opens an address; answers where it leads to. */
  async open(url: string): Promise<string> {
    const headers = this.#cookie === undefined ? {} : { cookie: this.#cookie };
    const reply = await this.#gateway.ask("GET", url, { headers });
    const setCookie = [reply.headers["set-cookie"] ?? []].flat()[0];
    this.#cookie = setCookie?.split(";")[0] ?? this.#cookie;
    assert.ok(reply.status === 302 || reply.status === 303, reply.text);
    return String(reply.headers["location"]);
  }
}
