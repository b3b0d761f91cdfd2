import { buildPhoneEntry } from "../dev/phone-entry.ts";
import type { Dev } from "../dev/start-dev.ts";
import { renderFields } from "./fields.ts";
import { renderQrCode } from "./qr-code.ts";

/** What the first screen needs besides what runs. */
export interface DevScreenOptions {
  readonly dataDir: string;
  /** Present when phones on the network can reach this machine. */
  readonly accessToken: string | undefined;
  readonly isColored: boolean;
}

/** What `yici dev` shows when it is ready: the addresses, and the next thing to try. */
export async function renderDevScreen(dev: Dev, options: DevScreenOptions): Promise<string> {
  const { platform, gateway, link } = dev;
  const addresses = renderFields([
    { title: { zh: "演示链接", en: "demo link" }, value: link.entryUrl },
    { title: { zh: "手机", en: "phone" }, value: `${platform.url}/phone` },
    { title: { zh: "网关公开端", en: "gateway, public" }, value: gateway.publicUrl },
    { title: { zh: "网关管理端", en: "gateway, admin" }, value: `${gateway.adminUrl}/v1` },
    { title: { zh: "数据", en: "data" }, value: options.dataDir },
  ]);
  const steps = options.accessToken === undefined ? STEPS_HERE : STEPS_LAN;
  const parts = [TITLE, addresses, steps];
  if (options.accessToken !== undefined) {
    const entry = buildPhoneEntry(platform.url, options.accessToken, link.entryUrl);
    parts.push(await renderQrCode(entry, options.isColored), entry);
  }
  return `${parts.join("\n\n")}\n`;
}

const TITLE = "一次 yici：一次授权，一条消息 one grant, one message";

const STEPS_HERE = `下一步 Next
1. 在浏览器里打开演示链接，选一个人，点“确认接收”
   Open the demo link in a browser, choose a person, confirm
2. 把随后印在这里的发送命令粘贴到另一个终端
   Paste the send command, which then appears here, into another terminal
3. 在手机页面上看消息到达；按 Ctrl-C 停止
   See the message arrive on the phone page; Ctrl-C stops`;

const STEPS_LAN = `下一步 Next
1. 手机连上同一个网络，用相机扫下面的二维码，选一个人，点“确认接收”
   On the same network, scan the code below with a phone's camera, choose a person, confirm
2. 把随后印在这里的发送命令粘贴到另一个终端
   Paste the send command, which then appears here, into another terminal
3. 在手机上看消息到达；按 Ctrl-C 停止
   See the message arrive on the phone; Ctrl-C stops
二维码和下面的地址含访问令牌，只给自己人看
The code and the address below it carry the access token: show them to nobody else`;
