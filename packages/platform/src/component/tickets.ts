import type { Pusher, PusherParts } from "../push/pusher.ts";
import type { ComponentCredential } from "./component-credentials.ts";
import { buildTicketPush } from "./component-push.ts";
import { aimAtComponent, type Component } from "./component.ts";

/** Documented: every ten minutes. */
const TICKET_EVERY_MS = 600_000;

/** Pushes each third-party platform its ticket, at once and then every ten minutes of the platform's clock. */
export class Tickets {
  readonly #parts: PusherParts;
  readonly #pusher: Pusher;
  #running: Promise<void> | undefined;

  constructor(parts: PusherParts, pusher: Pusher) {
    this.#parts = parts;
    this.#pusher = pusher;
  }

  /** Serves the components there are. Calling it again is harmless. */
  async start(): Promise<void> {
    if (this.#running === undefined) await this.#issueAll();
    this.#keepRunning();
  }

  /** Pushes a new ticket now; the ones before work on until they expire. */
  async issue(component: Component): Promise<ComponentCredential> {
    const { store, world } = this.#parts;
    const ticket = await store.commit(() =>
      store.componentCredentials.issue("ticket", { component: component.appid }, world),
    );
    this.#pusher.push(aimAtComponent(component), buildTicketPush(component, ticket));
    this.#keepRunning();
    return ticket;
  }

  /** Resolves soon after the platform stops. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #keepRunning(): void {
    if (this.#parts.store.components.list().length === 0) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Ends when there is no component any more, which a reset brings about. */
  async #run(): Promise<void> {
    const { store, world, stopping } = this.#parts;
    while (store.components.list().length > 0) {
      await world.sleep(TICKET_EVERY_MS, stopping);
      if (stopping.aborted) return;
      await this.#issueAll();
    }
  }

  async #issueAll(): Promise<void> {
    const { components } = this.#parts.store;
    await Promise.all(components.list().map((component) => this.issue(component)));
  }
}
