import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { renderSendCommand } from "../src/screen/send-command.ts";
import { startFakeGateway } from "./fake-gateway.ts";
import { runYici } from "./run-yici.ts";

test("a data folder with any name survives the shell it is pasted into", () => {
  const dataDir = "my d'ata; $(echo x)";

  const command = renderSendCommand({ openid: "oLi", scene: 7, dataDir });

  const [, , , option, value] = splitByShell(command);
  assert.deepEqual([option, value], ["--data", dataDir]);
});

test("an openid that begins with a dash is not taken for an option", async (t) => {
  const gateway = await startFakeGateway(t, () => ({ status: 200, json: { items: [] } }));
  const command = renderSendCommand({ openid: "-json", scene: 7 });

  const argv = splitByShell(command).slice(2);
  const env = { YICI_ADMIN_URL: gateway.url, YICI_API_KEY: "yici_x" };
  await runYici([...argv, "--account", "wxaba38c7f163da69b"], env);

  const body = gateway.seen[0]?.body as Readonly<Record<string, unknown>>;
  assert.deepEqual([body["openid"], body["scene"]], ["-json", 7]);
});

function splitByShell(command: string): readonly string[] {
  const out = execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" });
  return out.split("\0").slice(0, -1);
}
