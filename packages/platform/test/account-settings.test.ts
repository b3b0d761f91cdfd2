import assert from "node:assert/strict";
import { test } from "node:test";
import { APPID, openSandbox, type Sandbox } from "./sandbox.ts";

/** What stands in a call's way, as it travels. */
const ACCOUNT = {
  standing: "capability_blocked",
  is_secret_frozen: true,
  ip_whitelist: ["203.0.113.0/24", "2001:db8::7"],
  domains_without_icp: ["unfiled.example"],
  quotas: [{ endpoint: "/cgi-bin/token", per_day: 5, per_minute: 1 }],
};

async function patch({ ask }: Sandbox, path: string, body: unknown) {
  const answer = await ask(`/control/v1${path}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
}

test("what stands in the way of an account's calls is told over HTTP, and stays until it is changed", async (t) => {
  const sandbox = await openSandbox(t);

  const told = await patch(sandbox, `/accounts/${APPID}`, ACCOUNT);
  const other = await patch(sandbox, `/accounts/${APPID}`, { name: "改名" });

  assert.equal(told.status, 200);
  assert.deepEqual({ ...told.body, ...ACCOUNT }, told.body);
  assert.deepEqual(other.body, { ...told.body, name: "改名" });
});

test("whom a person blocks and refuses is told over HTTP, apart from whom she follows", async (t) => {
  const sandbox = await openSandbox(t);

  const blocks = await patch(sandbox, "/people/zhang", { blocks: [APPID] });
  const refuses = await patch(sandbox, "/people/zhang", { blocks: [], refuses: [APPID] });

  const read = ({ body }: typeof blocks) => [body["follows"], body["blocks"], body["refuses"]];
  assert.deepEqual(read(blocks), [[APPID], [APPID], []]);
  assert.deepEqual(read(refuses), [[APPID], [], [APPID]]);
});

test("a person added may block and refuse from the start", async (t) => {
  const { control } = (await openSandbox(t)).platform;

  const person = await control.addPerson({ name: "赵六", blocks: [APPID], refuses: [APPID] });

  assert.deepEqual([person.follows, person.blocks, person.refuses], [[], [APPID], [APPID]]);
});

for (const { path, body, issue } of [
  { path: `/accounts/${APPID}`, body: { standing: "bad" }, issue: "/standing" },
  { path: `/accounts/${APPID}`, body: { ip_whitelist: ["here"] }, issue: "/ip_whitelist/0" },
  {
    path: `/accounts/${APPID}`,
    body: { domains_without_icp: ["a.example", "https://b.example"] },
    issue: "/domains_without_icp/1",
  },
  { path: "/people/zhang", body: { blocks: ["wx0000000000000000"] }, issue: "/blocks/0" },
  { path: "/people/zhang", body: { refuses: ["wx0000000000000000"] }, issue: "/refuses/0" },
]) {
  test(`the control API takes no ${JSON.stringify(body)}, and changes nothing`, async (t) => {
    const sandbox = await openSandbox(t);
    const before = await sandbox.platform.control.takeSnapshot();

    const answer = await patch(sandbox, path, body);

    assert.equal(answer.status, 400);
    assert.ok(JSON.stringify(answer.body).includes(`"${issue}"`), JSON.stringify(answer.body));
    assert.deepEqual(await sandbox.platform.control.takeSnapshot(), before);
  });
}
