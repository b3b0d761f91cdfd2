import type { World } from "@yici/runtime";
import type { PlatformControl } from "./control/platform-control.ts";

export interface PlatformOptions {
  /** Address to listen on. Default 127.0.0.1; any that is not loopback needs an `accessToken`. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Path of the SQLite file; its folder is made. Default `:memory:`. */
  readonly database?: string;
  /** Seeds the official document's sample account and three people, unless they are there. Default false. */
  readonly demo?: boolean;
  /** Business domains the demo account has besides its own, for example the machine's address on its network. */
  readonly demoDomains?: readonly string[];
  /** Default: the real world, whose log shows warnings and errors. Its clock is the one the platform's own starts from. */
  readonly world?: World;
  /** Origin under which people's browsers reach this platform. Default: where it listens. */
  readonly publicUrl?: string;
  /** Opens the phone, the control API and the choice of who one is: as a bearer token, or once through `/phone/enter`. Default: open to all. */
  readonly accessToken?: string;
}

/** A running platform. */
export interface Platform {
  /** Origin under which it is reached, without a slash at its end. */
  readonly url: string;
  /** The control API, called in this process. */
  readonly control: PlatformControl;
  /** Answers what was begun, then lets go of port and database. Calling it again is harmless. */
  stop(): Promise<void>;
}
