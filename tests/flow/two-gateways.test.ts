import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DEMO_ACCOUNT, DEMO_PEOPLE, type Platform, startPlatform } from "@yici/platform";
import { SEND_PATH } from "@yici/protocol";
import { createWorld, silentLog } from "@yici/runtime";
import { findPostgres } from "../../tools/postgres/find-postgres.ts";
import { runStatement } from "../../tools/postgres/run-statement.ts";
import { must } from "./must.ts";

const WORLD = createWorld({ log: silentLog });
const LAUNCHER = fileURLToPath(new URL("../../packages/cli/bin/yici.js", import.meta.url));
const { appid: APPID, secret, templateId } = DEMO_ACCOUNT;
const KEYS = Buffer.alloc(32, 7).toString("base64");
const SCENES = Array.from({ length: 60 }, (_, index) => index + 1);
const PHONES = DEMO_PEOPLE.flatMap(({ id }) => SCENES.map((scene) => ({ person: id, scene })));

/** A `yici gateway` in a process of its own. */
interface GatewayProcess {
  /** A call of its API; it must succeed. The path begins after `/v1/accounts`. */
  api<T>(method: "POST", path: string, body: unknown): Promise<T>;
  /** Answers how the process ended: an exit code, or the name of a signal. */
  end(signal: NodeJS.Signals): Promise<unknown>;
}

/** A platform, a database, and gateways that come and go. */
interface Stage extends AsyncDisposable {
  readonly platform: Platform;
  startGateway(): Promise<GatewayProcess>;
  query(statement: string): ReturnType<typeof runStatement>;
  /** Leases under which something is being sent: the first gateway's connections are full with one, so another is another's. */
  countSenders(): Promise<number>;
}

test("gateways come, go and are killed in mid-send on one PostgreSQL: nothing is lost, nothing is sent twice", async () => {
  await using stage = await openStage();
  const { platform } = stage;
  const one = await stage.startGateway();
  await acceptEverything(one, stage);
  await platform.control.addFault({ kind: "latency", endpoint: SEND_PATH, latencyMs: 3_000 });

  await one.api("POST", `/${APPID}/resume`, {});
  await until(async () => (await stage.countSenders()) === 1);
  const two = await stage.startGateway();
  await until(async () => (await stage.countSenders()) > 1);
  const killed = await one.end("SIGKILL");
  const drained = await two.end("SIGTERM");
  await platform.control.removeFaults();
  const [left] = await stage.query(LEFT_BEHIND);
  await stage.query(LET_LEASES_END);
  await stage.startGateway();
  await until(async () => {
    const [row] = await stage.query("SELECT count(*) FROM deliveries WHERE settled_at IS NULL");
    return Number(row?.["count"]) === 0;
  });

  const inbox = await platform.control.listInbox({ appid: APPID, limit: 500 });
  const [ends] = await stage.query(ENDS);
  assert.deepEqual([killed, drained], ["SIGKILL", 0]);
  assert.ok(Number(left?.["sending"]) > 0, "it was killed in mid-send");
  assert.deepEqual(
    inbox.map(({ person, scene }) => `${person} ${scene}`).toSorted(),
    PHONES.map(({ person, scene }) => `${person} ${scene}`).toSorted(),
  );
  assert.deepEqual(ends, { delivered: true, others: [] });
  assert.equal(await countCalls(platform, "/cgi-bin/stable_token"), 1);
});

const SENDERS = "SELECT count(DISTINCT lease_id) FROM starts";

/** What the dead left: only who is dead is sending when nobody runs. */
const LEFT_BEHIND = `
  SELECT count(*) AS sending FROM starts s
  CROSS JOIN LATERAL unnest(s.message_ids, s.turns) i(message_id, turn)
  JOIN deliveries d ON d.appid = s.appid AND d.message_id = i.message_id AND d.turn = i.turn`;

/** As if a minute went by: the database's own clock cannot be moved. */
const LET_LEASES_END = `
  UPDATE leases SET expires_at = expires_at - 60000;
  UPDATE starts SET lease_expires_at = lease_expires_at - 60000, started_at = started_at - 60000;
  SELECT yici_look(appid, true, NULL, NULL) FROM accounts`;

/** A message whose answer nobody heard is uncertain; nothing else may have become of any. */
const ENDS = `
  SELECT count(*) FILTER (WHERE state = 'delivered') > 0 AS delivered,
    coalesce(json_agg(state) FILTER (WHERE state NOT IN ('delivered', 'uncertain')), '[]') AS others
  FROM deliveries`;

async function openStage(): Promise<Stage> {
  const server = await findPostgres();
  const name = `yici_flow_${process.pid}`;
  await runStatement(server.url, `CREATE DATABASE ${name}`);
  const database = new URL(server.url);
  database.pathname = `/${name}`;
  const folder = mkdtempSync(join(tmpdir(), "yici-two-"));
  const platform = await startPlatform({ demo: true });
  const running = new Set<GatewayProcess>();
  const query: Stage["query"] = (statement) => runStatement(database.href, statement);
  return {
    platform,
    query,
    async countSenders() {
      const [row] = await query(SENDERS);
      return Number(row?.["count"]);
    },
    async startGateway() {
      const dataDir = join(folder, String(running.size));
      const gateway = await startGatewayProcess(dataDir, database.href);
      running.add(gateway);
      return gateway;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((gateway) => gateway.end("SIGKILL")));
      await WORLD.dispatcher.close();
      await platform.stop();
      await runStatement(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startGatewayProcess(dataDir: string, databaseUrl: string): Promise<GatewayProcess> {
  const child = spawn(
    process.execPath,
    [LAUNCHER, "gateway", "--json", "--data", dataDir, "--port", "0", "--log-level", "silent"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env["PATH"],
        YICI_DATABASE_URL: databaseUrl,
        YICI_SECRET_KEYS: KEYS,
      },
    },
  );
  const ended = once(child, "exit").then(([code, signal]: unknown[]) => code ?? signal);
  const [ready] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { url, key_file: keyFile } = JSON.parse(ready) as { url: string; key_file: string };
  const { api_key: apiKey } = JSON.parse(readFileSync(keyFile, "utf8")) as { api_key: string };
  return {
    async api<T>(method: "POST", path: string, body: unknown) {
      const reply = await WORLD.dispatcher.request({
        origin: url,
        path: `/v1/accounts${path}`,
        method,
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await reply.body.text();
      assert.ok(reply.statusCode < 300, text);
      return JSON.parse(text || "null") as T;
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** An account that stands still, and a message for each person and scene, each with its grant on both sides. */
async function acceptEverything(gateway: GatewayProcess, { platform }: Stage): Promise<void> {
  const address = { kind: "sandbox", api_url: platform.url, page_url: platform.url };
  await gateway.api("POST", "", {
    appid: APPID,
    name: "Shop",
    template_id: templateId,
    app_secret: secret,
    platform: address,
  });
  await gateway.api("POST", `/${APPID}/pause`, {});
  for (const { person, scene } of PHONES) {
    const decision = await platform.decide({ authorizeLink: buildLink(platform, scene), person });
    assert.equal(decision.kind, "redirected");
  }
  const people = await platform.control.listPeople();
  const grants = PHONES.map(({ person, scene }) => {
    const { openids } = must(people.find(({ id }) => id === person));
    return { openid: must(openids[APPID]), scene };
  });
  await gateway.api("POST", `/${APPID}/grants/import`, { grants });
  await Promise.all(
    grants.map((grant) =>
      gateway.api("POST", `/${APPID}/messages`, { ...grant, title: "一次", content: "您好" }),
    ),
  );
}

function buildLink(platform: Platform, scene: number): string {
  const query = `action=get_confirm&appid=${APPID}&scene=${scene}&template_id=${templateId}`;
  const redirect = encodeURIComponent("http://127.0.0.1/callback");
  return `${platform.url}/mp/subscribemsg?${query}&redirect_url=${redirect}#wechat_redirect`;
}

async function countCalls({ control }: Platform, endpoint: string): Promise<number> {
  const journal = await control.listJournal({ appid: APPID, limit: 500 });
  return journal.filter((entry) => entry.endpoint === endpoint).length;
}

/** Asks again and again; the platform, which is in this process, has its turn in between. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise<void>((resolve) => WORLD.defer(resolve));
}
