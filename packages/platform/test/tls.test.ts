import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CA_FILE, type Platform, startPlatform } from "@yici/platform";
import { createDispatcher, createManualWorld } from "@yici/runtime";
import { openTls } from "../src/tls/open-tls.ts";
import { readToken, tokenPath } from "./sandbox.ts";

const HOSTS = ["api.weixin.qq.com", "mp.weixin.qq.com", "open.weixin.qq.com", "localhost"];

for (const host of HOSTS) {
  test(`a client that trusts the authority finds ${host} here, by the certificate and by the name it asks for`, async (t) => {
    const platform = await start(t);

    const { status, text } = await ask(t, platform, { host, path: tokenPath() });

    assert.equal(status, 200);
    assert.ok(readToken(JSON.parse(text)));
  });
}

test("pages answer under WeChat's own host, and their cookies are for https alone", async (t) => {
  const platform = await start(t);

  const refused = await ask(t, platform, { host: "mp.weixin.qq.com", path: "/mp/subscribemsg" });
  const phone = await ask(t, platform, { host: "mp.weixin.qq.com", path: "/phone/zhang" });

  assert.equal(refused.status, 200);
  assert.match(platform.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.match(String(phone.headers["set-cookie"]), /; Secure/);
});

test("a client that does not trust the authority refuses, and so does one that asks for another host", async (t) => {
  const platform = await start(t);
  const stranger = createDispatcher({ tls: { servername: "api.weixin.qq.com" } });
  t.after(() => stranger.close());

  await assert.rejects(stranger.request({ origin: platform.url, path: "/phone", method: "GET" }), {
    code: /SELF_SIGNED|UNABLE_TO/,
  });
  await assert.rejects(ask(t, platform, { host: "example.com", path: "/phone" }), {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
});

test("the authority is kept for its owner alone, and a second start is trusted as the first was", async (t) => {
  const folder = makeFolder(t);
  const first = await start(t, folder);
  await first.stop();

  const second = await start(t, folder);

  const file = readFileSync(join(folder, CA_FILE), "utf8");
  assert.deepEqual([first.caCertificate, second.caCertificate], [file, file]);
  for (const name of [CA_FILE, "ca-key.pem"]) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test("an authority that ends within a month is replaced", (t) => {
  const folder = makeFolder(t);
  const year = 365 * 86_400_000;
  const at = (startAt: number) => createManualWorld({ startAt, seed: String(startAt) });

  const first = openTls({ folder }, [], at(0));
  const kept = openTls({ folder }, [], at(9 * year));
  const replaced = openTls({ folder }, [], at(10 * year - 29 * 86_400_000));

  assert.equal(kept.caCertificate, first.caCertificate);
  assert.notEqual(replaced.caCertificate, first.caCertificate);
});

test("the certificate is what clients demand: issued by the authority, for servers, not for too long", () => {
  const { cert, caCertificate } = openTls({}, ["192.0.2.7"], createManualWorld());

  const [leaf, authority] = [new X509Certificate(cert), new X509Certificate(caCertificate)];
  assert.ok(leaf.checkIssued(authority) && leaf.verify(authority.publicKey));
  assert.deepEqual([leaf.ca, authority.ca], [false, true]);
  assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  for (const ip of ["127.0.0.1", "::1", "192.0.2.7"]) assert.equal(leaf.checkIP(ip), ip);
  const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / 86_400_000;
  assert.ok(days <= 398);
});

async function start(t: TestContext, folder?: string): Promise<Platform> {
  const tls = folder === undefined ? {} : { folder };
  const platform = await startPlatform({ demo: true, tls });
  t.after(() => platform.stop());
  return platform;
}

interface Asked {
  /** For the certificate and for the `Host` header, whatever the address is. */
  readonly host: string;
  readonly path: string;
}

async function ask(t: TestContext, platform: Platform, { host, path }: Asked) {
  const tls = { ca: String(platform.caCertificate), servername: host };
  const dispatcher = createDispatcher({ tls });
  t.after(() => dispatcher.close());
  const { statusCode, headers, body } = await dispatcher.request({
    origin: platform.url,
    path,
    method: "GET",
    headers: { host },
  });
  return { status: statusCode, headers, text: await body.text() };
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "yici-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
