import type { World } from "@yici/runtime";

/** What the phone's routes stand on besides its source. */
export interface PhoneOptions {
  readonly world: World;
  /** Whether browsers come by https, so that the cookie is marked `Secure`. Default false. */
  readonly isSecure?: boolean | undefined;
}
