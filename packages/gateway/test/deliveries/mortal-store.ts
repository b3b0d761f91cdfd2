import type { Store } from "../../src/store/store.ts";

/** A store that a test can take away, as a crash takes the process away from its database. */
export interface MortalStore {
  readonly store: Store;
  /** From now on no call is carried out, and none is ever answered. */
  kill(): void;
}

/** Passes everything on to `store` until it is killed. */
export function makeMortal(store: Store): MortalStore {
  let isDead = false;
  return {
    kill: () => void (isDead = true),
    store: wrapStore(store, (_name, call) => (isDead ? new Promise<never>(() => {}) : call())),
  };
}

/** One call of a store: which, what with, and how to carry it out. */
type Around = (name: string, call: () => unknown, args: readonly unknown[]) => unknown;

/** A store whose every call passes through `around`, which may delay it, count it or let it fail. */
export function wrapStore(store: Store, around: Around): Store {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: readonly unknown[]) =>
        around(String(name), () => Reflect.apply(method, target, args), args);
    },
  });
}
