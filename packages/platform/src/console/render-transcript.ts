import { html, type Html } from "@yici/runtime";
import type { Transcript } from "../journal/transcript.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";

/** A refused call word for word, folded away. */
export function renderTranscript({ clientIp, tookMs, query, body, reply }: Transcript): Html {
  return html`<details class="yici-call__transcript" data-testid="${TEST_IDS.journalTranscript}">
    <summary>${bilingual("原文", "Word for word")}</summary>
    <dl>
      ${renderPart("来自", "From", `${clientIp}，${tookMs} ms`)}
      ${renderPart("查询", "Query", query)}
      ${renderPart("请求体", "Body", body)}
      ${renderPart("回答", "Reply", reply)}
    </dl>
  </details>`;
}

function renderPart(zh: string, en: string, text: string): Html | undefined {
  if (text === "") return undefined;
  return html`<div><dt>${bilingual(zh, en)}</dt><dd class="yici-code">${text}</dd></div>`;
}
