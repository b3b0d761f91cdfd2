import type { EpochMs } from "@yici/runtime";
import type { JournalEntry } from "../journal/journal-entry.ts";
import type { Person } from "../people/person.ts";
import type {
  Conversation,
  PhoneMessage,
  PhonePerson,
  PhoneSource,
  PhoneAccount,
  PhoneGrants,
  Refusal,
} from "../phone/phone-source.ts";
import type { Pusher } from "../push/pusher.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { Changes } from "./changes.ts";

/** Of one account. */
const SCENES_SHOWN_MAX = 50;

/** Tells the phone what is on it. */
export class PhoneFacts implements PhoneSource {
  readonly #store: PlatformStore;
  readonly #changes: Changes;
  readonly #pusher: Pusher;

  constructor(store: PlatformStore, changes: Changes, pusher: Pusher) {
    this.#store = store;
    this.#changes = changes;
    this.#pusher = pusher;
  }

  listPeople(): readonly Person[] {
    return this.#store.people.list();
  }

  findPerson(personId: string): PhonePerson | undefined {
    return this.#store.people.find(personId);
  }

  listAccounts(): readonly PhoneAccount[] {
    return this.#store.accounts
      .list()
      .map(({ appid, name, kind, templateId }) => ({ appid, name, kind, templateId }));
  }

  listMessages(personId: string, limit: number): readonly PhoneMessage[] {
    return this.#store.inbox.list({ person: personId, appid: undefined, after: undefined, limit });
  }

  listGrants(personId: string, now: EpochMs): readonly PhoneGrants[] {
    const { people, accounts, ledger } = this.#store;
    const openids = people.find(personId)?.openids ?? {};
    return accounts.list().flatMap(({ appid }) => {
      const openid = openids[appid];
      if (openid === undefined) return [];
      const scenes = ledger.listOpenScenes(appid, openid, { now, limit: SCENES_SHOWN_MAX });
      return [{ appid, openid, scenes }];
    });
  }

  listCalls(limit: number): readonly JournalEntry[] {
    return this.#store.journal.list({ appid: undefined, after: undefined, limit }).toReversed();
  }

  async setFollow(personId: string, appid: string, follows: boolean): Promise<void> {
    const { people } = this.#store;
    const [before, after] = await this.#store.commit(() => {
      const known = people.find(personId);
      people.setStance(personId, appid, { follows });
      return [known, people.find(personId)];
    });
    if (before && after) this.#pusher.announceFollows(before, after);
    this.#changes.announce(personId);
  }

  async setRefusal(
    personId: string,
    appid: string,
    refusal: Refusal,
    isRefused: boolean,
  ): Promise<void> {
    const { people } = this.#store;
    await this.#store.commit(() => people.setStance(personId, appid, { [refusal]: isRefused }));
    this.#changes.announce(personId);
  }

  async markRead(personId: string, conversation: Conversation): Promise<void> {
    const chat = conversation.kind === "chat" ? conversation.appid : undefined;
    const count = await this.#store.commit(() => this.#store.inbox.markRead(personId, chat));
    if (count > 0) this.#changes.announce(personId);
  }

  onChange(personId: string, listener: () => void): () => void {
    return this.#changes.listen(personId, listener);
  }

  onDeskChange(listener: () => void): () => void {
    return this.#changes.listenAtDesk(listener);
  }
}
