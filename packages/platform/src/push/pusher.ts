import { type BilingualText, buildRid, parseOpenId } from "@yici/protocol";
import type { World } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import type { Person } from "../people/person.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { type AccountEvent, listFollowEvents } from "./account-event.ts";
import { openAnswerSlot } from "./answer-slot.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { judgeReply, type ReplyVerdict } from "./judge-reply.ts";
import type { PushTarget } from "./push-target.ts";
import { type Push, sealPush } from "./seal-push.ts";

export interface PusherParts {
  readonly store: PlatformStore;
  readonly world: World;
  /** Aborts when the platform stops. */
  readonly stopping: AbortSignal;
}

/** Documented: after an answer that does not count, or none within five seconds, up to three retries. */
const ATTEMPTS_MAX = 4;

/**
 * Pushes to developers' servers, as well as it can: what is under way when the platform stops is lost, as with the real one
 * (docs/decisions). Each attempt stands in the journal.
 */
export class Pusher {
  readonly #parts: PusherParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: PusherParts) {
    this.#parts = parts;
  }

  /** Pushes an event to the account it is about, if the account has a server for it. Call it after the commit that made it so. */
  announce(event: AccountEvent): void {
    const settings = this.#parts.store.pushSettings.find(event.appid);
    if (settings === undefined || (event.isExtension && !settings.hasExtensionEvents)) return;
    this.push(settings, event.buildPush());
  }

  /** Announces what lies between two states of one person. */
  announceFollows(before: Person, after: Person): void {
    const events = listFollowEvents(before, after, this.#parts.world.now());
    for (const event of events) this.announce(event);
  }

  push(target: PushTarget, push: Push): void {
    if (this.#underWay.size >= LIMITS.pushesMax) {
      this.#parts.world.log.warn(
        { appid: target.appid },
        "too many pushes under way, one is dropped",
      );
      return;
    }
    const delivery = this.#deliver(target, push)
      .catch((error: unknown) => this.#parts.world.log.error({ error }, "a push failed"))
      .finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  /** Resolves when nothing is under way; soon, once the platform stops. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #deliver(target: PushTarget, push: Push): Promise<void> {
    const { world, stopping } = this.#parts;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const slot = openAnswerSlot(world, stopping);
      const verdict = await this.#attempt(target, push, slot.deadline);
      if (stopping.aborted) return;
      await this.#record(target, push, { attempt, ...verdict });
      if (verdict.isAccepted) return slot.close();
      await slot.ended;
    }
  }

  async #attempt(target: PushTarget, push: Push, deadline: AbortSignal): Promise<ReplyVerdict> {
    const { query, ...post } = sealPush(target, push, this.#parts.world);
    const question = { url: target.url, query, post };
    return judge(target, await exchange(this.#parts.world, question, deadline));
  }

  async #record(
    target: PushTarget,
    push: Push,
    { attempt, isAccepted, why }: ReplyVerdict & { readonly attempt: number },
  ): Promise<void> {
    const { store, world } = this.#parts;
    const at = world.now();
    const rid = buildRid(at, world.randomBytes(8));
    await store.commit(() =>
      store.journal.add({
        id: undefined,
        kind: "push",
        at,
        appid: target.appid,
        method: "POST",
        endpoint: push.name,
        openid: parseOpenId(push.openid ?? ""),
        scene: undefined,
        token: undefined,
        errcode: isAccepted ? 0 : undefined,
        errmsg: isAccepted ? "ok" : undefined,
        rid,
        why: describeAttempt(target, attempt, why),
        fault: undefined,
        transcript: undefined,
      }),
    );
  }
}

function judge(target: PushTarget, answer: Exchange): ReplyVerdict {
  if (answer.kind === "failed") return { isAccepted: false, why: answer.why };
  if (answer.status === 200) return judgeReply(target, answer.text);
  const { status } = answer;
  return {
    isAccepted: false,
    why: { zh: `对方答了 HTTP ${status}`, en: `the answer was HTTP ${status}` },
  };
}

function describeAttempt({ url }: PushTarget, attempt: number, why: BilingualText): BilingualText {
  const { host, pathname } = new URL(url);
  return {
    zh: `第 ${attempt} 次推送到 ${host}${pathname}：${why.zh}。`,
    en: `Push ${attempt} of at most ${ATTEMPTS_MAX} to ${host}${pathname}: ${why.en}.`,
  };
}
