import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SEND_PATH } from "@yici/protocol";
import { OfficialAccount } from "node-easywechat";
import { CONTENT, measure, onTracks, type SendOrder, type SenderSide } from "./send-order.ts";
import { answerCalls, readUsage } from "./side.ts";

/** A peer: node-easywechat as npm has it, with as many sends in flight as the others. It writes down its token alone. */
const path = mkdtempSync(join(tmpdir(), "yici-bench-"));
const BODY = {
  touser: "o000000000000000000000000000",
  template_id: "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc",
  scene: "1000",
  title: CONTENT.title,
  data: { content: { value: CONTENT.content, color: CONTENT.color } },
};

async function send({ url, sends, connections }: SendOrder): Promise<void> {
  const app = new OfficialAccount({
    app_id: "wxaba38c7f163da69b",
    secret: "0".repeat(32),
    http: { baseURL: `${url}/`, proxy: false },
    file_cache: { path, dirMode: 0o700, fileMode: 0o600, ext: ".cache" },
    use_stable_access_token: true,
  });
  const client = app.getClient();
  let next = 0;
  await onTracks(connections, async () => {
    if (next >= sends) return false;
    next += 1;
    const reply = await client.postJson(SEND_PATH, BODY);
    if (Number(reply.toObject()["errcode"]) !== 0) throw new Error("a send was not answered 0");
    return true;
  });
}

answerCalls<SenderSide>(
  {
    prepare: async () => ({}),
    run: (order) => measure(() => send(order)),
    usage: readUsage,
  },
  async () => rmSync(path, { recursive: true, force: true }),
);
