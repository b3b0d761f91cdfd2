import assert from "node:assert/strict";
import { test } from "node:test";
import { SEND_PATH, STABLE_TOKEN_PATH } from "@yici/protocol";
import { type Answer, confirm, getToken, makeBody, openSandbox, tokenPath } from "../sandbox.ts";

/** Nothing that a call is judged by, and still not for the door. */
const NOT_FOR_THE_DOOR = { te: "trailers" };

/** An answer without what no two have in common. */
function strip({ status, headers, text }: Answer): Answer {
  return {
    status,
    headers: { ...headers, date: undefined },
    text: text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{8}){2}/, "RID"),
  };
}

test("a call is answered alike at the door and behind it: the same headers, the same text", async (t) => {
  const sandbox = await openSandbox(t);
  const token = await getToken(sandbox);
  const body = JSON.stringify(await makeBody(sandbox));
  const send = `${SEND_PATH}?access_token=${token}`;
  const calls = [
    { method: "POST", path: send, body },
    { method: "POST", path: SEND_PATH, body },
    { method: "POST", path: send, body: "no JSON" },
    { method: "POST", path: send, body: "" },
    { method: "GET", path: send },
    { method: "POST", path: `${SEND_PATH}/`, body },
    { method: "POST", path: STABLE_TOKEN_PATH, body: "{}" },
    { method: "GET", path: `${tokenPath()}wrong` },
    { method: "GET", path: "/sns/oauth2/access_token?code=1" },
  ];

  for (const { path, ...call } of calls) {
    const atDoor = await sandbox.ask(path, call);
    const behind = await sandbox.ask(path, { ...call, headers: NOT_FOR_THE_DOOR });

    assert.deepEqual(strip(atDoor), strip(behind));
  }
  for (const headers of [{}, NOT_FOR_THE_DOOR]) {
    await confirm(sandbox);
    const sent = await sandbox.ask(send, { method: "POST", body, headers });

    assert.equal(sent.text, '{"errcode":0,"errmsg":"ok"}');
  }
});
