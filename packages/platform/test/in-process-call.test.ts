import assert from "node:assert/strict";
import { test } from "node:test";
import { DEMO_ACCOUNT } from "@yici/platform";
import { parseReply, SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";
import { openSandbox } from "./sandbox.ts";

const TOKEN_BODY = JSON.stringify({
  grant_type: "client_credential",
  appid: DEMO_ACCOUNT.appid,
  secret: DEMO_ACCOUNT.secret,
});

test("a call in this process is answered and journalled like one that came over a connection", async (t) => {
  const { platform } = await openSandbox(t, { demo: true });

  const reply = await platform.call({
    method: "POST",
    target: STABLE_TOKEN_PATH,
    body: TOKEN_BODY,
  });

  assert.match(reply, /^\{"access_token":"[^"]+","expires_in":7200\}$/);
  const [entry] = await platform.control.listJournal();
  assert.equal(entry?.endpoint, STABLE_TOKEN_PATH);
});

test("a call in this process is struck by an errcode fault, and the query of its target is read", async (t) => {
  const { platform } = await openSandbox(t, { demo: true });
  await platform.fault({ kind: "errcode", errcode: 45011, endpoint: STABLE_TOKEN_PATH });

  const struck = await platform.call({
    method: "POST",
    target: STABLE_TOKEN_PATH,
    body: TOKEN_BODY,
  });
  const refused = await platform.call({ method: "POST", target: `${SEND_PATH}?access_token=x` });

  const errcodes = [struck, refused].map((text) => readErrcode(text));
  assert.deepEqual(errcodes, [45_011, 40_014]);
});

function readErrcode(text: string): number | undefined {
  const reply = parseReply(text);
  return reply.kind === "unreadable" ? undefined : reply.errcode;
}
