import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_ACCOUNT, type InboxMessage, type Platform, startPlatform } from "@yici/platform";
import { GatewayChild } from "./gateway-child.ts";
import { createWatchedWorld, type WatchedWorld } from "./watched-world.ts";

/** More than a lease lasts: what a dead gateway had leased, the next one finds expired. */
const CLOCK_STEP_MS = 31_000;

/** Longer than anything here takes; nothing waits for it to pass. */
const WAIT_MS = 30_000;

const PAGE = 1_000;

/**
 * A platform in this process, and one gateway after another in processes of their own, all on one SQLite file. Each is
 * half a minute ahead of the one before, as if that had passed before somebody started it again.
 */
export class CrashStage implements AsyncDisposable {
  readonly platform: Platform;
  readonly #folder = mkdtempSync(join(tmpdir(), "yici-crash-"));
  #living = Promise.withResolvers<GatewayChild>();
  #child: GatewayChild;
  /** Has its code loaded while the one before still runs. */
  #successor: GatewayChild;
  #clockAheadMs = 0;
  #seenId = 0;
  readonly #world: WatchedWorld;

  private constructor(platform: Platform, world: WatchedWorld) {
    this.platform = platform;
    this.#world = world;
    this.#child = this.#successor = this.#prepare();
  }

  static async open(): Promise<CrashStage> {
    const world = createWatchedWorld();
    return new CrashStage(await startPlatform({ demo: true, world }), world);
  }

  /** The gateway that runs, as soon as one does. */
  living(): Promise<GatewayChild> {
    return this.#living.promise;
  }

  /** Starts a gateway on what the one before has left. */
  async rise(): Promise<GatewayChild> {
    const child = this.#successor;
    this.#child = child;
    const started = child.start({
      databasePath: join(this.#folder, "yici.db"),
      platformUrl: this.platform.url,
      appSecret: DEMO_ACCOUNT.secret,
      clockAheadMs: this.#clockAheadMs,
    });
    this.#clockAheadMs += CLOCK_STEP_MS;
    this.#living.resolve(started.then(() => child));
    await started;
    this.#successor = this.#prepare();
    return child;
  }

  /** Kills -9 the gateway that runs. */
  async fall(): Promise<void> {
    this.#living = Promise.withResolvers();
    await this.#child.kill();
  }

  /**
   * Resolves when so many more calls have begun to wait at the platform because of a latency of `latencyMs`: they have
   * arrived, and are not processed yet.
   */
  async latecomers(latencyMs: number, count: number): Promise<void> {
    const areHere = new AbortController();
    let leftCount = count;
    const stopWatching = this.#world.watch((ms) => {
      // A busy machine may let some of the latency pass before the call begins to wait.
      if (Math.abs(ms - latencyMs) < latencyMs / 10) leftCount -= 1;
      if (leftCount === 0) areHere.abort();
    });
    await this.#world.sleep(WAIT_MS, areHere.signal);
    stopWatching();
    assert.ok(areHere.signal.aborted, "nothing is sent any more");
  }

  /** The messages that come to any phone from now on, at least so many. */
  async arrivals(count: number): Promise<readonly InboxMessage[]> {
    const arrived: InboxMessage[] = [];
    while (arrived.length < count) {
      const more = await this.#listNew(WAIT_MS);
      assert.ok(more.length > 0, "nothing is delivered any more");
      arrived.push(...more);
    }
    return arrived;
  }

  /** The messages that have come since they were last asked for. */
  arrived(): Promise<readonly InboxMessage[]> {
    return this.#listNew(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill();
    await this.#successor.kill();
    await this.platform.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #prepare(): GatewayChild {
    return new GatewayChild(join(this.#folder, "compiled"));
  }

  async #listNew(waitMs: number): Promise<readonly InboxMessage[]> {
    const { control } = this.platform;
    const messages = await control.listInbox({ after: this.#seenId, limit: PAGE, waitMs });
    this.#seenId = messages.at(-1)?.id ?? this.#seenId;
    return messages;
  }
}
