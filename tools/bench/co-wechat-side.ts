import CoWechatApi from "co-wechat-api";
import { CONTENT, measure, onTracks, type SendOrder, type SenderSide } from "./send-order.ts";
import { answerCalls, readUsage } from "./side.ts";

/** A peer: co-wechat-api as npm has it, with as many sends in flight as the others. It writes nothing down. */
async function send({ url, sends, connections }: SendOrder): Promise<void> {
  const api = new CoWechatApi("wxaba38c7f163da69b", "0".repeat(32));
  api.prefix = `${url}/cgi-bin/`;
  const data = { content: { value: CONTENT.content, color: CONTENT.color } };
  let next = 0;
  await onTracks(connections, async () => {
    if (next >= sends) return false;
    next += 1;
    const openid = "o000000000000000000000000000";
    const templateId = "1uDxHNXwYQfBmXOfPJcjAS3FynHArD8aWMEFNRGSbCc";
    await api.sendSubscribe(openid, templateId, undefined, undefined, "1000", CONTENT.title, data);
    return true;
  });
}

answerCalls<SenderSide>(
  {
    prepare: async () => ({}),
    run: (order) => measure(() => send(order)),
    usage: readUsage,
  },
  async () => undefined,
);
