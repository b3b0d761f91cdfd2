import { type AppId, type OpenId, parseAppId, parseOpenId } from "@yici/protocol";
import type { SqliteFile } from "@yici/runtime";
import { type Row, readIdentifier, readInteger, readText } from "../store/row.ts";
import type { Person } from "./person.ts";

/** Who is behind an openid. */
export interface Recipient {
  readonly person: string;
  readonly openid: OpenId;
  readonly follows: boolean;
}

/** The people with a phone, and what each is called under each account. Methods that write are called inside a commit. */
export class People {
  readonly #file: SqliteFile;

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
    const row = this.#file
      .prepare("SELECT openid, person, follows FROM openids WHERE appid = ? AND openid = ?")
      .get(appid, openid);
    return row && readRecipient(row);
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

  setFollow(person: string, appid: string, follows: boolean): void {
    this.#file
      .prepare("UPDATE openids SET follows = ? WHERE person = ? AND appid = ?")
      .run(Number(follows), person, appid);
  }
}

const SELECT = `SELECT people.id, people.name, openids.appid, openids.openid, openids.follows
  FROM people LEFT JOIN openids ON openids.person = people.id`;
const ORDER = "ORDER BY people.number, openids.appid";

/** One person for the rows of each id; rows of one id stand together. */
function gather(rows: readonly Row[]): readonly Person[] {
  const people: { id: string; name: string; follows: AppId[]; openids: Record<string, OpenId> }[] =
    [];
  for (const row of rows) {
    const id = readText(row, "id");
    let person = people.at(-1);
    if (person?.id !== id) {
      person = { id, name: readText(row, "name"), follows: [], openids: {} };
      people.push(person);
    }
    if (row["appid"] === null) continue;
    const appid = readIdentifier(row, "appid", parseAppId);
    person.openids[appid] = readIdentifier(row, "openid", parseOpenId);
    if (readInteger(row, "follows") === 1) person.follows.push(appid);
  }
  return people;
}

function readRecipient(row: Row): Recipient {
  return {
    person: readText(row, "person"),
    openid: readIdentifier(row, "openid", parseOpenId),
    follows: readInteger(row, "follows") === 1,
  };
}
