import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test, type TestContext } from "node:test";
import { ControlError } from "@yici/platform";
import { APPID, openSandbox, type Sandbox } from "./sandbox.ts";

const FILE = "MP_verify_abc123.txt";
const CONTENT = "abc123";

interface Domain {
  readonly port: number;
  /** What was asked for. */
  readonly paths: readonly string[];
}

/** A web server of one test that answers every path with `status` and `text`. */
async function openDomain(t: TestContext, text: string, status = 200): Promise<Domain> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.writeHead(status).end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { port: address.port, paths };
}

/** The paths at fault when the demo account is given these domains; none when they are taken. */
async function tryDomains(
  { platform }: Sandbox,
  patch: Readonly<Record<string, string[]>>,
): Promise<readonly string[]> {
  try {
    await platform.control.changeAccount(APPID, patch);
    return [];
  } catch (error) {
    assert.ok(error instanceof ControlError);
    assert.equal(error.code, "invalid_request");
    return error.issues.map(({ path }) => path);
  }
}

async function demandProof({ platform }: Sandbox, port: number): Promise<void> {
  await platform.control.changeAccount(APPID, {
    businessDomains: [],
    oauthDomains: [],
    domainVerification: { fileName: FILE, content: CONTENT, port },
  });
}

test("a domain that serves the account's file at its root is taken, into either list", async (t) => {
  const sandbox = await openSandbox(t);
  const domain = await openDomain(t, `${CONTENT}\n`);
  await demandProof(sandbox, domain.port);

  const faults = [
    await tryDomains(sandbox, { businessDomains: ["127.0.0.1"] }),
    await tryDomains(sandbox, { oauthDomains: ["127.0.0.1"] }),
  ];

  const [account] = await sandbox.platform.control.listAccounts();
  assert.deepEqual(faults, [[], []]);
  assert.deepEqual(domain.paths, [`/${FILE}`, `/${FILE}`]);
  assert.deepEqual(
    [account?.businessDomains, account?.oauthDomains],
    [["127.0.0.1"], ["127.0.0.1"]],
  );
});

for (const [what, text, status] of [
  ["another content", "abc124", 200],
  ["a page around it", `<p>${CONTENT}</p>`, 200],
  ["a page that is missing", CONTENT, 404],
  ["a redirect", CONTENT, 302],
  ["more than a server may answer", CONTENT.padEnd(2_000_000), 200],
] as const) {
  test(`a domain that answers with ${what} is not taken, and the account stays as it was`, async (t) => {
    const sandbox = await openSandbox(t);
    const domain = await openDomain(t, text, status);
    await demandProof(sandbox, domain.port);

    const faults = await tryDomains(sandbox, { businessDomains: ["127.0.0.1"] });

    const [account] = await sandbox.platform.control.listAccounts();
    assert.deepEqual(faults, ["/businessDomains/0"]);
    assert.deepEqual(account?.businessDomains, []);
  });
}

test("a domain has five seconds for its answer, by the platform's clock", async (t) => {
  const sandbox = await openSandbox(t);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  await demandProof(sandbox, address.port);
  const asked = once(server, "request");
  const outcome = tryDomains(sandbox, { businessDomains: ["127.0.0.1"] });
  await asked;

  await sandbox.platform.control.advanceClock({ advanceMs: 5_000 });

  assert.deepEqual(await outcome, ["/businessDomains/0"]);
});

test("a domain where nobody answers is named, the others are not", async (t) => {
  const sandbox = await openSandbox(t);
  const domain = await openDomain(t, CONTENT);
  await demandProof(sandbox, domain.port);

  const faults = await tryDomains(sandbox, { businessDomains: ["127.0.0.1", "127.0.0.2"] });

  assert.deepEqual(faults, ["/businessDomains/1"]);
});

test("a domain that was there already is not asked again", async (t) => {
  const sandbox = await openSandbox(t);
  const domain = await openDomain(t, CONTENT);
  await demandProof(sandbox, domain.port);
  await tryDomains(sandbox, { businessDomains: ["127.0.0.1"] });

  await tryDomains(sandbox, { businessDomains: ["127.0.0.1"] });

  assert.equal(domain.paths.length, 1);
});

test("an account without a file takes any domain, and nobody is asked", async (t) => {
  const sandbox = await openSandbox(t);

  const faults = await tryDomains(sandbox, { businessDomains: ["no-such-host.invalid"] });

  assert.deepEqual(faults, []);
});

test("a new account with a file shows the proof before it is there", async (t) => {
  const sandbox = await openSandbox(t);
  const domain = await openDomain(t, "wrong");

  const before = await sandbox.platform.control.listAccounts();

  const added = sandbox.platform.control.addAccount({
    name: "号",
    businessDomains: ["127.0.0.1"],
    domainVerification: { fileName: FILE, content: CONTENT, port: domain.port },
  });

  await assert.rejects(added, ControlError);
  assert.deepEqual(await sandbox.platform.control.listAccounts(), before);
});
