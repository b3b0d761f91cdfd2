import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { runYici } from "./run-yici.ts";
import { makeFolder, type RunningYici, startYici } from "./running-yici.ts";
import { confirm, visit } from "./visit.ts";

interface Ready {
  readonly url: string;
  readonly platform_url: string;
  readonly public_url: string;
  readonly admin_url: string;
  readonly appid: string;
  readonly link: { readonly id: string; readonly scene: number; readonly entry_url: string };
}

test("the whole story from the terminal: confirm, send, be refused, and find it all after a second start", async (t) => {
  const dataDir = makeFolder(t);
  const first = await startDev(t, dataDir);
  await confirmDemo(first.ready, "li");

  const grants = await ask(["grants", "--data", dataDir, "--json"]);
  const [grant] = items(grants.out);
  const openid = String(grant?.["openid"]);
  const sent = await ask(sendTo(openid, dataDir));
  const refused = await ask(sendTo(openid, dataDir));
  first.yici.signal("SIGINT");
  const stopped = await first.yici.ended;
  const second = await startDev(t, dataDir);
  const messages = await ask(["messages", "--data", dataDir, "--json"]);
  const inbox = await visit(`${second.ready.platform_url}/control/v1/inbox?person=li`);

  assert.equal(grant?.["state"], "available");
  assert.equal(sent.code, 0, sent.err);
  assert.match(sent.out, /已送达 delivered/);
  const [message] = items(messages.out);
  assert.equal(message?.["state"], "delivered");
  assert.equal(refused.code, 1);
  assert.ok(refused.err.includes(String(message["id"])));
  assert.ok(refused.err.includes(first.ready.link.entry_url));
  assert.equal(stopped, 0);
  assert.equal(second.ready.link.id, first.ready.link.id);
  assert.match(inbox.text, /取餐提醒/);
});

test("what lies in the data folder is for its owner only, and the key stays over starts", async (t) => {
  const dataDir = join(makeFolder(t), "data");
  const first = await startDev(t, dataDir);
  const before = readFileSync(join(dataDir, "cli.json"), "utf8");
  first.yici.signal("SIGTERM");
  assert.equal(await first.yici.ended, 0);

  await startDev(t, dataDir);

  const after = readFileSync(join(dataDir, "cli.json"), "utf8");
  assert.equal(keyIn(after), keyIn(before));
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  for (const name of ["cli.json", "platform.db", "yici.db", "yici.db.keys"]) {
    assert.equal(statSync(join(dataDir, name)).mode & 0o777, 0o600, name);
  }
});

test("once somebody has confirmed, the send command appears, ready to be pasted", async (t) => {
  const dataDir = makeFolder(t);
  const yici = startYici(t, ["dev", "--data", dataDir, "--port", "0"]);
  const [, entryUrl = ""] = await yici.until(/demo link\s+(\S+)/);
  const [, platformUrl = ""] = await yici.until(/phone\s+(\S+)\/phone/);
  await confirm({ entryUrl, platformUrl }, "zhang");

  const [, command = ""] = await yici.until(/张三[^]*?npx (yici send .*)\n/);
  const [, ...argv] = command.split(" ");
  const sent = await ask(argv);

  assert.equal(sent.code, 0, sent.err);
  assert.doesNotMatch(yici.out(), /[▀▄█]|yici_/);
});

test("a second yici on the same data is refused in words, and the first runs on", async (t) => {
  const dataDir = makeFolder(t);
  const first = await startDev(t, dataDir);

  const second = startYici(t, ["dev", "--data", dataDir, "--port", "0"]);

  assert.equal(await second.ended, 6);
  assert.match(second.err(), /数据正被另一个 yici 进程使用[^]*--data/);
  assert.doesNotMatch(second.err(), /^\s+at /m);
  assert.equal((await ask(["links", "--data", dataDir])).code, 0);
  assert.equal((await visit(`${first.ready.platform_url}/phone`)).status, 200);
});

for (const option of ["--platform-port", "--public-port", "--admin-port"]) {
  test(`a port that is taken is told with the option to change, ${option}`, async (t) => {
    const port = await takePort(t);

    const argv = ["dev", "--json", "--data", makeFolder(t), "--port", "0", option, String(port)];
    const yici = startYici(t, argv, { npm_command: "run-script" });

    assert.equal(await yici.ended, 6);
    assert.match(yici.out(), new RegExp(`${port}[^]*${option}`));
  });
}

test("an address that is not this machine's is refused for --lan", async (t) => {
  const { code, err } = await ask(["dev", "--data", makeFolder(t), "--lan=203.0.113.1"]);

  assert.equal(code, 6);
  assert.match(err, /203\.0\.113\.1|局域网/);
});

test("on the network a QR code leads a phone past the door, and nothing but the open API answers without the token", async (t) => {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const own = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
  const dataDir = makeFolder(t);
  const yici = startYici(t, ["dev", "--lan", "--data", dataDir, "--port", "0"]);
  if (own.length === 0) {
    // A machine without a network has nothing to listen on, and says so.
    assert.equal(await yici.ended, 6);
    return;
  }

  const [, entry = ""] = await yici.until(/^(http\S+\/phone\/enter\?\S+)$/m);

  const platformUrl = new URL(entry).origin;
  const accessToken = new URL(entry).searchParams.get("token") ?? "";
  const entryUrl = new URL(entry).searchParams.get("open") ?? "";
  assert.ok(own.some(({ address }) => address === new URL(entry).hostname));
  assert.match(yici.out(), /[▀▄█]{5}/);
  for (const path of ["/phone", "/control/v1/people", "/control/v1/inbox"]) {
    assert.equal((await visit(platformUrl + path)).status, 401, path);
  }
  const entered = await visit(entry);
  assert.equal(entered.location, entryUrl);
  const phone = await visit(`${platformUrl}/phone`, { headers: { cookie: entered.cookie } });
  assert.equal(phone.status, 200);
  const back = await confirm({ entryUrl, platformUrl, accessToken }, "wang");
  assert.equal(back.status, 303);
  const opened = await ask(["links", "open", entryUrl.split("/").at(-1) ?? "", "--data", dataDir]);
  assert.match(opened.out, /[▀▄█]{5}/);
});

async function startDev(
  t: TestContext,
  dataDir: string,
): Promise<{ readonly yici: RunningYici; readonly ready: Ready }> {
  const yici = startYici(t, ["dev", "--data", dataDir, "--port", "0", "--json"]);
  return { yici, ready: await yici.untilReady<Ready>() };
}

async function confirmDemo(ready: Ready, person: string): Promise<void> {
  const { link, platform_url } = ready;
  const back = await confirm({ entryUrl: link.entry_url, platformUrl: platform_url }, person);
  assert.equal(back.status, 303);
}

function ask(argv: readonly string[]): ReturnType<typeof runYici> {
  return runYici(argv);
}

function sendTo(openid: string, dataDir: string): readonly string[] {
  const content = ["--title", "取餐提醒", "--content", "第一行\n第二行"];
  return ["send", "--data", dataDir, `--to=${openid}`, "--scene", "1000", ...content];
}

function items(json: string): readonly Readonly<Record<string, unknown>>[] {
  return (JSON.parse(json) as { readonly items: readonly Record<string, unknown>[] }).items;
}

function keyIn(json: string): unknown {
  return (JSON.parse(json) as Record<string, unknown>)["api_key"];
}

async function takePort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
