import { buildSendBody, parseOpenId, parseScene, parseTemplateId, SEND_PATH } from "@yici/protocol";
import { Pool } from "undici";
import { known } from "./known.ts";
import { CONTENT, measure, onTracks, type SendOrder, type SenderSide } from "./send-order.ts";
import { answerCalls, readUsage } from "./side.ts";

/** The reference: `Pool.request` in a loop with a token in hand and a body that is ready. It looks at each errcode. */
const BODY = buildSendBody({
  ...CONTENT,
  touser: known(parseOpenId("o000000000000000000000000000")),
  templateId: known(parseTemplateId("1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc")),
  scene: known(parseScene(1_000)),
});
const REQUEST = {
  method: "POST",
  path: `${SEND_PATH}?access_token=a-token-of-the-benchmark`,
  headers: { "content-type": "application/json" },
  body: BODY,
} as const;

interface Reply {
  readonly errcode: number;
}

async function send({ url, sends, connections }: SendOrder): Promise<void> {
  const pool = new Pool(url, { connections });
  let next = 0;
  await onTracks(connections, async () => {
    if (next >= sends) return false;
    next += 1;
    const { body } = await pool.request(REQUEST);
    const { errcode } = (await body.json()) as Reply;
    if (errcode !== 0) throw new Error(`a send was answered ${errcode}`);
    return true;
  });
  await pool.close();
}

answerCalls<SenderSide>(
  {
    prepare: async () => ({}),
    run: (order) => measure(() => send(order)),
    usage: readUsage,
  },
  async () => undefined,
);
