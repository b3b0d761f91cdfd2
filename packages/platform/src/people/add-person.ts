import type { World } from "@yici/runtime";
import { ControlError } from "../control/control-error.ts";
import type { PersonInput, PersonPatch } from "../control/inputs.ts";
import { LIMITS } from "../limits.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import { makeOpenid } from "./make-openid.ts";
import type { Stance } from "./people.ts";
import type { Person } from "./person.ts";

/** Under `/phone` this is not a person. */
const RESERVED_IDS: readonly string[] = ["enter"];

/** Adds a person, with an openid under every account. Called inside a commit; throws `ControlError`. */
export function addPerson(
  store: PlatformStore,
  input: PersonInput,
  world: Pick<World, "randomBytes">,
): Person {
  const id = input.id ?? `p${world.randomBytes(6).toString("hex")}`;
  if (store.people.find(id) !== undefined || RESERVED_IDS.includes(id)) {
    throw new ControlError("conflict", `the id ${id} is taken`);
  }
  if (store.people.count() >= LIMITS.peopleMax) {
    throw new ControlError("conflict", `a platform has at most ${LIMITS.peopleMax} people`);
  }
  store.people.add(id, input.name);
  const key = store.settings.findOrMakeKey("openid_key", world);
  for (const { appid } of store.accounts.list()) {
    store.people.addOpenid(appid, makeOpenid(key, appid, id), id);
  }
  const { follows = [], blocks = [], refuses = [] } = input;
  return changePerson(store, id, { follows, blocks, refuses });
}

/** Changes what the patch names. Called inside a commit; throws `ControlError`. */
export function changePerson(store: PlatformStore, id: string, patch: PersonPatch): Person {
  const person = findPerson(store, id);
  if (patch.name !== undefined) store.people.rename(id, patch.name);
  for (const stance of ["follows", "blocks", "refuses"] as const) {
    const appids = patch[stance];
    if (appids !== undefined) take(store, person, stance, appids);
  }
  return findPerson(store, id);
}

/** The person of this id; throws `ControlError` when there is none. */
export function findPerson(store: PlatformStore, id: string): Person {
  const person = store.people.find(id);
  if (person !== undefined) return person;
  throw new ControlError("not_found", `there is no person ${id}`);
}

/** Takes a stance towards these accounts, and towards no other. */
function take(
  store: PlatformStore,
  person: Person,
  stance: Stance,
  appids: readonly string[],
): void {
  const unknown = appids.findIndex((appid) => person.openids[appid] === undefined);
  if (unknown !== -1) {
    throw new ControlError("invalid_request", `there is no account ${appids[unknown]}`, [
      {
        path: `/${stance}/${unknown}`,
        problem: {
          zh: "必须是本平台某个账号的 appid",
          en: "must be the appid of an account of this platform",
        },
      },
    ]);
  }
  for (const appid of Object.keys(person.openids)) {
    store.people.setStance(person.id, appid, { [stance]: appids.includes(appid) });
  }
}
