import type { AppId } from "@yici/protocol";
import type { TokenGround } from "./token-ground.ts";
import { TokenSource } from "./token-source.ts";

/** The token sources of this process, one for each account that was ever sent for. */
export class TokenSources {
  readonly #ground: TokenGround;
  readonly #sources = new Map<AppId, TokenSource>();

  constructor(ground: TokenGround) {
    this.#ground = ground;
  }

  /** An account's one source. */
  of(appid: AppId): TokenSource {
    const found = this.#sources.get(appid);
    if (found !== undefined) return found;
    const source = new TokenSource(this.#ground, appid);
    this.#sources.set(appid, source);
    return source;
  }

  /** Resolves when no question is under way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#sources.values()].map((source) => source.settled()));
  }
}
