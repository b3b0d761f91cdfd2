import type { World } from "@yici/runtime";

export interface PhoneOptions {
  readonly world: World;
  /** Whether browsers come by https, so that the cookie is marked `Secure`. Default false. */
  readonly isSecure?: boolean | undefined;
}
