import { type AppId, type OpenId, parseAppId, parseOpenId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { LIMITS } from "../limits.ts";
import { Memo } from "../store/memo.ts";
import { type Row, readIdentifier, readInteger, readText } from "../store/row.ts";
import type { Person } from "./person.ts";

/** Who is behind an openid. */
export interface Recipient {
  readonly person: string;
  readonly openid: OpenId;
  readonly follows: boolean;
  readonly blocks: boolean;
  readonly refuses: boolean;
}

/** What a person has decided about an account, once and for all. */
export type Stance = "follows" | "blocks" | "refuses";

/** The people with a phone, and what each is called under each account. Methods that write are called inside a commit. */
export class People {
  readonly #file: SqliteFile;
  readonly #recipients = new Memo<Recipient>(LIMITS.recipientsRememberedMax);

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  find(id: string): Person | undefined {
    return gather(this.#file.prepare(`${SELECT} WHERE people.id = ? ${ORDER}`).all(id)).at(0);
  }

  /** In the order in which they were added. */
  list(): readonly Person[] {
    return gather(this.#file.prepare(`${SELECT} ${ORDER}`).all());
  }

  count(): number {
    return readInteger(
      this.#file.prepare("SELECT count(*) AS count FROM people").get() ?? {},
      "count",
    );
  }

  /** Who is called so under this account. */
  findRecipient(appid: AppId, openid: string): Recipient | undefined {
    return this.#recipients.recall(`${appid} ${openid}`, () => {
      const row = this.#file
        .prepare(
          "SELECT openid, person, follows, blocks, refuses FROM openids WHERE appid = ? AND openid = ?",
        )
        .get(appid, openid);
      return row && readRecipient(row);
    });
  }

  add(id: string, name: string): void {
    this.#file.prepare("INSERT INTO people (id, name) VALUES (?, ?)").run(id, name);
  }

  rename(id: string, name: string): void {
    this.#file.prepare("UPDATE people SET name = ? WHERE id = ?").run(name, id);
  }

  addOpenid(appid: AppId, openid: OpenId, person: string): void {
    this.#file
      .prepare("INSERT INTO openids (appid, openid, person, follows) VALUES (?, ?, ?, 0)")
      .run(appid, openid, person);
  }

  /** What the stance does not name stays as it is. */
  setStance(
    person: string,
    appid: string,
    stance: Readonly<Partial<Record<Stance, boolean>>>,
  ): void {
    this.forget();
    for (const name of STANCES) {
      const isTaken = stance[name];
      if (isTaken === undefined) continue;
      this.#file
        .prepare(`UPDATE openids SET ${name} = ? WHERE person = ? AND appid = ?`)
        .run(Number(isTaken), person, appid);
    }
  }

  /** Forgets what memory holds. */
  forget(): void {
    this.#recipients.forget();
  }
}

const STANCES: readonly Stance[] = ["follows", "blocks", "refuses"];

const SELECT = `SELECT people.id, people.name, openids.appid, openids.openid, openids.follows, openids.blocks, openids.refuses
  FROM people LEFT JOIN openids ON openids.person = people.id`;
const ORDER = "ORDER BY people.number, openids.appid";

/** One person for the rows of each id; rows of one id stand together. */
function gather(rows: readonly Row[]): readonly Person[] {
  const people: GatheredPerson[] = [];
  for (const row of rows) {
    const id = readText(row, "id");
    let person = people.at(-1);
    if (person?.id !== id) {
      const name = readText(row, "name");
      person = { id, name, follows: [], blocks: [], refuses: [], openids: {} };
      people.push(person);
    }
    if (row["appid"] === null) continue;
    const appid = readIdentifier(row, "appid", parseAppId);
    person.openids[appid] = readIdentifier(row, "openid", parseOpenId);
    for (const stance of STANCES) if (readInteger(row, stance) === 1) person[stance].push(appid);
  }
  return people;
}

interface GatheredPerson extends Record<Stance, AppId[]> {
  readonly id: string;
  readonly name: string;
  readonly openids: Record<string, OpenId>;
}

function readRecipient(row: Row): Recipient {
  return {
    person: readText(row, "person"),
    openid: readIdentifier(row, "openid", parseOpenId),
    follows: readInteger(row, "follows") === 1,
    blocks: readInteger(row, "blocks") === 1,
    refuses: readInteger(row, "refuses") === 1,
  };
}
