import type { Pusher, PusherParts } from "../push/pusher.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import type { AuthorizationInput } from "./component-input.ts";
import { aimAtComponent } from "./component.ts";
import { authorize, unauthorize } from "./entrust.ts";

/** Carries out what an account's administrator decides about a component, and tells the component after the commit. */
export class Consents {
  readonly #parts: Pick<PusherParts, "store" | "world">;
  readonly #pusher: Pusher;

  constructor(parts: Pick<PusherParts, "store" | "world">, pusher: Pusher) {
    this.#parts = parts;
    this.#pusher = pusher;
  }

  /** Answers the code with which the component fetches its token; throws `ControlError`. */
  async give(component: string, input: AuthorizationInput): Promise<ComponentCredential> {
    const { store, world } = this.#parts;
    const agreement = await store.commit(() => authorize(store, component, input, world));
    this.#pusher.push(aimAtComponent(agreement.component), agreement.push);
    return agreement.code;
  }

  /** Throws `ControlError`. */
  async takeBack(component: string, appid: string): Promise<void> {
    const { store, world } = this.#parts;
    const ended = await store.commit(() => unauthorize(store, component, appid, world));
    this.#pusher.push(aimAtComponent(ended.component), ended.push);
  }
}
