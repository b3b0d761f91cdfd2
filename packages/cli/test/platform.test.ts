import assert from "node:assert/strict";
import { test } from "node:test";
import { runYici } from "./run-yici.ts";
import { makeFolder, startYici } from "./running-yici.ts";
import { visit } from "./visit.ts";

const LINK =
  "/mp/subscribemsg?action=get_confirm&appid=wxaba38c7f163da69b&scene=1000&template_id=1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc&redirect_url=https%3A%2F%2Fsupport.qq.com%2F%23%2Fx";

/** Where `yici platform --demo` leads back to, or the check that refused the link. */
async function decide(url: string): Promise<string> {
  const { text } = await visit(`${url}/control/v1/decisions`, {
    method: "POST",
    json: { authorize_link: `${LINK}#wechat_redirect`, person: "zhang", action: "cancel" },
  });
  const { location, check } = JSON.parse(text) as {
    readonly location?: string;
    readonly check?: string;
  };
  return location ?? check ?? "";
}

test("yici platform is told on the command line how strict it is, and how to read what is open", async (t) => {
  const data = makeFolder(t);
  const start = ["platform", "--demo", "--port", "0", "--data", data, "--json"];
  const readings = "fragment=observed,absentReserved=empty";
  const yici = startYici(t, [...start, "--strict", "--readings", readings]);
  const { url } = await yici.untilReady<{ readonly url: string }>();

  const page = await visit(`${url}${LINK}`);
  const location = await decide(url);

  assert.match(page.text, /data-check="opened_in_wechat"/);
  assert.match(location, /^https:\/\/support\.qq\.com\/\?.*&reserved=&scene=1000#%23\/x$/);
});

test("a command runs beside a platform that reads what is open as it was told", async (t) => {
  const script = `fetch(process.env.YICI_CONTROL_URL + "/decisions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ authorize_link: "${LINK}#wechat_redirect", person: "li", action: "cancel" }),
  }).then(async (answer) => console.log((await answer.json()).location))`;
  const readings = ["--readings", "pessimistic"];

  const yici = startYici(t, [
    "platform",
    "exec",
    ...readings,
    "--",
    process.execPath,
    "-e",
    script,
  ]);

  assert.equal(await yici.ended, 0, yici.err());
  assert.match(yici.out(), /&reserved=&scene=1000#%23\/x\n$/);
});

for (const command of ["platform", "dev"]) {
  test(`yici ${command} does not start with a reading that is none, and tells which there are`, async (t) => {
    const where = ["--port", "0", "--data", makeFolder(t)];

    const { code, err } = await runYici([command, "--readings", "cancel=perhaps", ...where]);

    assert.equal(code, 2);
    assert.match(err, /readings\.cancel/);
    assert.match(err, /keep, revoke/);
  });
}

test("a second yici platform on the same data is refused in words, and the first serves on", async (t) => {
  const data = makeFolder(t);
  const start = ["platform", "--demo", "--port", "0", "--data", data, "--json"];
  const first = startYici(t, start);
  const { url } = await first.untilReady<{ readonly url: string }>();

  const second = startYici(t, start);

  assert.equal(await second.ended, 6);
  const { error } = JSON.parse(second.out()) as {
    readonly error: Readonly<Record<"code" | "message" | "next" | "next_zh", string>>;
  };
  assert.equal(error.code, "data_in_use");
  assert.match(error.message, /^another process is using .+platform\.db: stop it first/);
  assert.match(error.next, /choose another data folder with --data/);
  assert.match(error.next_zh, /先停止那个进程/);
  assert.match(await decide(url), /^https:\/\/support\.qq\.com\//);
});
