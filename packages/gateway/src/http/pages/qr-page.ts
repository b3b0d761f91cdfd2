import { html } from "@yici/runtime";
import type { Html } from "@yici/runtime";
import { create } from "qrcode";
import { renderPage } from "./page.ts";

/** What the page shows that stands in for WeChat outside of it. */
export interface QrPageView {
  readonly accountName: string;
  readonly linkTitle: string;
  readonly entryUrl: string;
}

/** Asks somebody who opened a link outside WeChat to scan it there. */
export function renderQrPage({ accountName, linkTitle, entryUrl }: QrPageView): Html {
  const title = { zh: "请在微信中打开", en: "Open this in WeChat" };
  const main = html`
<h1>${title.zh} <span lang="en">${title.en}</span></h1>
<div class="text">
<p>「${accountName}」想给您发送一条消息：${linkTitle}。用微信扫一扫，在微信里确认。</p>
<p lang="en">This account would like to send you one message. Scan with WeChat, and confirm there.</p>
</div>
${renderQrCode(entryUrl)}
<p class="address" data-testid="entry-address">${entryUrl}</p>
<p class="foot">正在用手机？把上面的地址发给自己，在微信聊天里点开。<br><span lang="en">On your phone already? Send yourself the address above and tap it in a WeChat chat.</span></p>`;
  return renderPage({ title, main, description: linkTitle });
}

const QUIET_ZONE = 4;

/** A QR code as one SVG path. */
function renderQrCode(text: string): Html {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const side = modules.size + 2 * QUIET_ZONE;
  let path = "";
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const isDark = modules.get(row, column) !== 0;
      if (isDark) path += `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`;
    }
  }
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="二维码 QR code" shape-rendering="crispEdges" data-testid="qr"><path fill="#000" d="${path}"/></svg>`;
}
