import { openApiClient } from "../account-client.ts";
import type { Exit } from "../exit.ts";
import type { KeyJson, PageJson } from "../gateway-json.ts";
import type { TargetOptions } from "../gateway-target.ts";
import { renderFields } from "../screen/fields.ts";
import { showInstant } from "../screen/instant.ts";
import { type Column, renderTable } from "../screen/table.ts";
import type { Session } from "../session.ts";
import { renderPage } from "./page.ts";

interface IssuedKeyJson extends KeyJson {
  /** Shown this once. */
  readonly key: string;
}

interface KeyOptions extends TargetOptions {
  readonly right?: readonly string[];
}

/** `yici keys add`: the one place where a key is shown. */
export async function addKey(
  session: Session,
  options: KeyOptions,
  [principal = ""]: readonly string[],
): Promise<Exit> {
  const client = openApiClient(session, options);
  const issued = await client.call<IssuedKeyJson>("/keys", {
    method: "POST",
    body: { principal, rights: options.right },
  });
  session.screen.answer(issued, `${renderIssued(issued)}\n${ONCE}`);
  return "done";
}

/** `yici keys list`. */
export async function listKeys(session: Session, options: TargetOptions): Promise<Exit> {
  const page = await openApiClient(session, options).call<PageJson<KeyJson>>("/keys");
  session.screen.answer(
    page,
    renderPage(page, (keys) => renderTable(keys, COLUMNS), "没有密钥 No keys"),
  );
  return "done";
}

/** `yici keys revoke`. */
export async function revokeKey(
  session: Session,
  options: TargetOptions,
  [id = ""]: readonly string[],
): Promise<Exit> {
  const client = openApiClient(session, options);
  const revoked = await client.call<unknown>(`/keys/${encodeURIComponent(id)}`, {
    method: "DELETE",
  });
  session.screen.answer(revoked, `已作废 revoked: ${id}`);
  return "done";
}

const ONCE = "→ 密钥只显示这一次，请现在存好\n→ The key is shown this once: store it now";

const COLUMNS: readonly Column<KeyJson>[] = [
  { title: { zh: "编号", en: "ID" }, cell: ({ id }) => id },
  { title: { zh: "签发给", en: "PRINCIPAL" }, cell: ({ principal }) => principal },
  { title: { zh: "权利", en: "RIGHTS" }, cell: ({ rights }) => rights.join(" ") },
  { title: { zh: "签发", en: "ISSUED" }, cell: (key) => showInstant(key.created_at) },
  { title: { zh: "作废", en: "REVOKED" }, cell: (key) => showInstant(key.revoked_at) },
];

function renderIssued({ id, principal, key }: IssuedKeyJson): string {
  return renderFields([
    { title: { zh: "编号", en: "id" }, value: id },
    { title: { zh: "签发给", en: "principal" }, value: principal },
    { title: { zh: "密钥", en: "key" }, value: key },
  ]);
}
