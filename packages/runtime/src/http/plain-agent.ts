import { Agent, type buildConnector, type Dispatcher, errors } from "undici";
import { Errand } from "./errand.ts";
import { PlainPool, type PoolSide } from "./plain-pool.ts";
import { PlainReplies } from "./plain-reply.ts";
import { writeRequest } from "./write-request.ts";

/** How other hosts are reached. */
export interface PlainAgentOptions {
  /** Connections to one origin. */
  readonly connections: number;
  readonly connect: buildConnector.connector;
}

/**
 * `undici`'s agent, which carries plain requests itself at half the cost: those without limits of time (`headersTimeout` and
 * `bodyTimeout` are 0) and with a text for a body, to a server whose replies are plain. All others are `undici`'s, and so is
 * a server from the first reply on that is not plain.
 */
export class PlainAgent extends Agent {
  // Not `#`, because what `compose` answers is a proxy of this object.
  private readonly pools = new Map<string, PlainPool>();
  private readonly side: PoolSide;
  /** Why nothing more is sent. */
  private ended: Error | undefined;

  constructor({ connections, connect }: PlainAgentOptions) {
    super({ connections, connect });
    this.side = { connections, connect, replies: new PlainReplies() };
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.ended !== undefined) return refuse(handler, this.ended);
    const pool = this.findPool(options.origin);
    const text = pool === undefined ? undefined : writeRequest(options, pool.host);
    if (pool === undefined || text === undefined) return super.dispatch(options, handler);
    pool.send(new Errand(text, handler));
    return true;
  }

  /** Resolves when all that was sent has ended. */
  override async close(callback?: () => void): Promise<void> {
    this.ended ??= new errors.ClientClosedError();
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
    await new Promise<void>((resolve) => super.close(resolve));
    callback?.();
  }

  /** Ends at once what is under way. */
  override async destroy(
    error?: Error | (() => void) | null,
    callback: (() => void) | undefined = typeof error === "function" ? error : undefined,
  ): Promise<void> {
    const reason = error instanceof Error ? error : new errors.ClientDestroyedError();
    this.ended = new errors.ClientDestroyedError();
    for (const pool of this.pools.values()) pool.destroy(reason);
    await new Promise<void>((resolve) => super.destroy(reason, resolve));
    callback?.();
  }

  private findPool(origin: Agent.DispatchOptions["origin"]): PlainPool | undefined {
    if (typeof origin !== "string") return undefined;
    const known = this.pools.get(origin);
    if (known !== undefined) return known.isStrange ? undefined : known;
    const url = URL.parse(origin);
    if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
    for (const [name, pool] of this.pools) if (pool.isUnused) this.pools.delete(name);
    const pool = new PlainPool(url, this.side);
    this.pools.set(origin, pool);
    return pool;
  }
}

function refuse(handler: Dispatcher.DispatchHandler, error: Error): false {
  new Errand("", handler).fail(error);
  return false;
}
