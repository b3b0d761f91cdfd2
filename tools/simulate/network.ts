import type { Platform } from "@yici/platform";
import { buildReply, parseReply, parseSendBody, SEND_PATH } from "@yici/protocol";
import { createDispatcher, type World } from "@yici/runtime";
import type { Chance } from "../fuzz/chance.ts";
import { type Conditions, NETWORK_FAULTS, type NetworkFault } from "./conditions.ts";
import { drawErrcode } from "./draw-errcode.ts";
import { Line, type RequestHandler, type RequestOptions } from "./line.ts";
import type { HistoryRecord, SendRecord } from "./record.ts";
import type { Actor, Timeline } from "./timeline.ts";

export interface NetworkParts {
  readonly timeline: Timeline;
  /** Requests under way are its own: they arrive though their sender has died. */
  readonly actor: Actor;
  readonly chance: Chance;
  readonly platform: Pick<Platform, "call">;
  readonly record: HistoryRecord;
}

/** One request and who waits for it. */
interface Request {
  readonly sender: Actor;
  readonly options: RequestOptions;
  readonly line: Line;
  /** What happens to it; nothing does to most. */
  readonly fault: NetworkFault | undefined;
  /** Of a message. */
  readonly send: SendRecord | undefined;
}

/**
 * The way between gateways and platform: it takes time, and it loses, garbles and replaces answers. What a sender has
 * given up before it arrived never arrives; so every request arrives before its sender's lease is over.
 */
export class Network {
  conditions: Conditions;
  /** While an outage lasts, what happens to every send, and where no connection can be had, to every request. */
  outage: NetworkFault | undefined;
  /** Whoever waits for somebody to send a message, the first one first; true: it was the one waited for. */
  readonly ambushes: ((send: SendRecord) => boolean)[] = [];
  readonly #parts: NetworkParts;

  constructor(parts: NetworkParts, conditions: Conditions) {
    this.#parts = parts;
    this.conditions = conditions;
  }

  /** The dispatcher of one sender. */
  createDispatcherFor(sender: Actor): World["dispatcher"] {
    return Object.assign(createDispatcher(), {
      dispatch: (options: RequestOptions, handler: RequestHandler): boolean => {
        sender.at(this.#parts.chance.below(20), () => this.#begin(sender, options, handler));
        return true;
      },
    });
  }

  #begin(sender: Actor, options: RequestOptions, handler: RequestHandler): void {
    const fault = this.#drawFault(options);
    const line = new Line(handler);
    if (fault === "unsent") {
      this.#suffer(sender, fault, options);
      return line.break("ECONNREFUSED");
    }
    line.begin();
    if (line.aborted) return undefined;
    const send = isSend(options) ? this.#recordSend(sender, readText(options)) : undefined;
    if (send !== undefined) {
      line.whenGivenUp(() => void Object.assign(send, { isInTransit: false, isAwaited: false }));
    }
    this.#note(sender.name, () => `sends ${describe(options)}`);
    const request = { sender, options, line, fault, send };
    this.#parts.actor.at(this.#drawTransitMs(), () => void this.#arrive(request));
    return undefined;
  }

  async #arrive(request: Request): Promise<void> {
    const { sender, options, line, fault, send } = request;
    if (send !== undefined) send.isInTransit = false;
    if (line.aborted) return this.#note("network", () => `${describe(options)} was withdrawn`);
    if (fault !== undefined) this.#suffer(sender, fault, options);
    const reply = await this.#process(request);
    sender.at(this.#drawReplyMs(), () => this.#answer(request, reply));
  }

  /** What the platform really answers; nothing where the call never came to it. */
  async #process({ options, fault, send }: Request): Promise<string> {
    if (fault !== undefined && !PROCESSED.includes(fault)) return "";
    const { method, path, body } = options;
    const reply = await this.#parts.platform.call({
      method: method === "GET" ? "GET" : "POST",
      target: path,
      ...(typeof body === "string" && { body }),
    });
    if (send !== undefined) send.decided = readErrcode(reply);
    this.#note("WeChat", () => `decides ${describe(options)}: ${readErrcode(reply) ?? "a token"}`);
    return reply;
  }

  #answer(request: Request, reply: string): void {
    const { sender, options, line, fault, send } = request;
    if (line.aborted) return;
    const isLost = fault === "lost_before" || fault === "lost_after";
    if (isLost && this.#parts.chance.hits(0.5)) return; // Silence: the sender's own patience ends it.
    if (send !== undefined) send.isAwaited = false;
    if (isLost) {
      this.#note(sender.name, () => `loses the connection of ${describe(options)}`);
      line.break("ECONNRESET");
    } else this.#tell(request, reply);
  }

  #tell({ sender, options, line, fault, send }: Request, reply: string): void {
    const { chance } = this.#parts;
    if (fault === "garbled_before" || fault === "garbled_after") {
      line.answer(chance.pick([200, 502]), "<html>Bad Gateway</html>");
      return;
    }
    const body = fault === "errcode" ? buildReply(drawErrcode(chance), "made up") : reply;
    const errcode = readErrcode(body);
    if (send !== undefined) send.answered = errcode;
    this.#note(sender.name, () => `hears of ${describe(options)}: ${errcode ?? "a token"}`);
    line.answer(200, body);
  }

  #drawFault(options: RequestOptions): NetworkFault | undefined {
    // Without a token nothing is sent, and a send that is struck is what an outage is for.
    const isStruck = this.outage === "unsent" || isSend(options);
    if (this.outage !== undefined && isStruck) return this.outage;
    let drawn = this.#parts.chance.next();
    return NETWORK_FAULTS.find((fault) => {
      drawn -= this.conditions.network[fault];
      return drawn < 0;
    });
  }

  #suffer(sender: Actor, fault: NetworkFault, options: RequestOptions): void {
    this.#parts.record.countFault(fault);
    this.#note("network", () => `${fault} strikes ${sender.name}'s ${describe(options)}`);
  }

  #recordSend(sender: Actor, text: string): SendRecord {
    const { record, timeline } = this.#parts;
    if (record.sends.some((other) => other.text === text && isUnderWay(other))) {
      record.violate("no message has two sends under way at once", text);
    }
    const send: SendRecord = {
      text,
      sender,
      startedAt: timeline.now,
      isInTransit: true,
      isAwaited: true,
      decided: undefined,
      answered: undefined,
    };
    record.sends.push(send);
    const sprung = this.ambushes.findIndex((ambush) => ambush(send));
    if (sprung !== -1) this.ambushes.splice(sprung, 1);
    return send;
  }

  /** Less than a lease has left when its last send begins. */
  #drawTransitMs(): number {
    const { chance } = this.#parts;
    return chance.below(chance.hits(0.05) ? 5_000 : this.conditions.paceMs);
  }

  /** Now and then longer than a sender waits. */
  #drawReplyMs(): number {
    const { chance } = this.#parts;
    return chance.below(chance.hits(0.05) ? 15_000 : this.conditions.paceMs);
  }

  #note(who: string, tell: () => string): void {
    this.#parts.record.note(who, tell);
  }
}

const PROCESSED: readonly NetworkFault[] = ["lost_after", "garbled_after"];

function isSend({ path }: RequestOptions): boolean {
  return path.startsWith(SEND_PATH);
}

/** Whether a send may still come to the platform, or somebody who is awake waits for its answer. */
function isUnderWay({ isInTransit, isAwaited, sender }: SendRecord): boolean {
  return isInTransit || (isAwaited && !sender.isGone && !sender.isStalled);
}

function readText({ body }: RequestOptions): string {
  const parsed = parseSendBody(typeof body === "string" ? body : "");
  return (parsed.kind === "parsed" ? parsed.fields.content : undefined) ?? "";
}

function readErrcode(text: string): number | undefined {
  const parsed = parseReply(text);
  return parsed.kind === "unreadable" ? undefined : parsed.errcode;
}

/** A message by its text, any other call by its path. */
function describe(options: RequestOptions): string {
  const [path = ""] = options.path.split("?");
  return isSend(options) ? readText(options) : path;
}
