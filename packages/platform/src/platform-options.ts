import type { World } from "@yici/runtime";
import type { ReadingsOption } from "./readings/readings.ts";
import type { Snapshot } from "./snapshots/snapshot.ts";
import type { TlsOptions } from "./tls/open-tls.ts";

/** How a platform is started. */
export interface PlatformOptions {
  /** Address to listen on. Default 127.0.0.1; any that is not loopback needs an `accessToken`. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Path of the SQLite file; its folder is made. Default `:memory:`. */
  readonly database?: string;
  /** Seeds the official document's sample account, a mobile app and three people, unless they are there. Default false. */
  readonly demo?: boolean;
  /** Business domains the demo account has besides its own, for example the machine's address on its network. */
  readonly demoDomains?: readonly string[];
  /**
   * Default: the real world, whose log shows warnings and errors. A `MovableWorld` lends the platform its clock, which then
   * is the same for whoever else has that world; from any other the platform's own clock starts.
   */
  readonly world?: World;
  /** Serves https, under the names of WeChat's hosts too, with a certificate authority of its own. Default: http. */
  readonly tls?: TlsOptions;
  /** State to begin with, as `control.takeSnapshot()` gave it; only for a database in which there is nothing yet. */
  readonly snapshot?: Snapshot;
  /** Origin under which people's browsers reach this platform. Default: where it listens. */
  readonly publicUrl?: string;
  /** Opens the phone, the control API and the choice of who one is: as a bearer token, or once through `/phone/enter`. Default: open to all. */
  readonly accessToken?: string;
  /** Enforces what the real WeChat is known to enforce and a sandbox relaxes (`docs/reference/what-we-know.md`). Default false. */
  readonly strict?: boolean;
  /** How to read what nobody outside of WeChat knows (same page). Default `default`. */
  readonly readings?: ReadingsOption;
}
