import { type CheckResult, tellOf } from "./check-result.ts";
import type { CheckupGround } from "./checkup-ground.ts";

/** What of the ground is looked at here. */
interface QueueGround {
  readonly store: Pick<CheckupGround["store"], "findNextDueAt">;
  readonly world: Pick<CheckupGround["world"], "now">;
}

/** What is due for longer than this waits for something. */
const LATE_MS = 60_000;

/** Whether what is due goes out; what paused accounts keep back is said of the accounts. */
export async function checkQueue({ store, world }: QueueGround): Promise<CheckResult> {
  const tell = tellOf("queue");
  const nextAt = await store.findNextDueAt();
  const lateMs = nextAt === undefined ? 0 : world.now() - nextAt;
  if (lateMs < LATE_MS) return tell.ok("没有迟发的消息", "Nothing is late");
  const minutes = Math.floor(lateMs / 60_000);
  return tell.warn(
    {
      zh: `最早到期的消息已等了 ${minutes} 分钟`,
      en: `The message that is due longest has waited for ${minutes} minutes`,
    },
    {
      zh: "看看上面各项，以及账号的发送限速；量大时增加网关进程",
      en: "See the lines above and the accounts' limits; with much to send, add gateway processes",
    },
  );
}
