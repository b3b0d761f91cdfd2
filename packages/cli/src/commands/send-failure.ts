import { ProblemError } from "../api-client.ts";
import { CliError } from "../cli-error.ts";
import type { NoGrantMembers } from "../gateway-json.ts";

interface SendFacts {
  readonly to: string;
  readonly scene: number;
  readonly idempotencyKey: string;
}

/** Says what a failed send means to whoever sent, and how to go on; other errors are answered as they are. */
export function explainSendFailure(error: unknown, facts: SendFacts): unknown {
  if (!(error instanceof CliError)) return error;
  if (error.code === "gateway_silent") return explainSilence(error, facts);
  if (error instanceof ProblemError && hasNoGrant(error.problem)) {
    return explainNoGrant(error, error.problem, facts);
  }
  return error;
}

/** The request left and nothing came back, so nobody knows whether the message was taken on. */
function explainSilence(error: CliError, { idempotencyKey }: SendFacts): CliError {
  return new CliError({
    exit: "uncertain",
    code: "acceptance_unknown",
    text: {
      zh: `${error.text.zh}消息可能已被受理。`,
      en: `${error.text.en} The message may have been accepted.`,
    },
    next: {
      zh: `加上 --idempotency-key ${idempotencyKey} 原样再运行一次：同一个键只受理一次。`,
      en: `Run the same command again with --idempotency-key ${idempotencyKey}: one key is accepted once.`,
    },
    cause: error,
  });
}

function hasNoGrant(problem: unknown): problem is NoGrantMembers {
  return (
    typeof problem === "object" &&
    problem !== null &&
    "code" in problem &&
    problem.code === "no_grant"
  );
}

function explainNoGrant(
  error: ProblemError,
  { slot, earlier_message_id }: NoGrantMembers,
  { scene }: SendFacts,
): CliError {
  const [link] = slot.ask_again;
  const way =
    link === undefined
      ? {
          zh: `先建一个这个场景的链接（npx yici links add --scene ${scene}），请此人打开并确认`,
          en: `Make a link of this scene (npx yici links add --scene ${scene}) and let the person confirm`,
        }
      : {
          zh: `请此人打开 ${link.entry_url} 再确认一次`,
          en: `Let the person open ${link.entry_url} and confirm again`,
        };
  const earlier =
    earlier_message_id === null
      ? { zh: "", en: "" }
      : {
          zh: `；那条消息的经过：npx yici messages show ${earlier_message_id}`,
          en: `; the story of that message: npx yici messages show ${earlier_message_id}`,
        };
  return new CliError({
    exit: "refused",
    code: error.code,
    text: { zh: `没有发送。${slot.summary.zh}`, en: `Not sent. ${slot.summary.en}` },
    next: {
      zh: `${way.zh}；或加上 --wait-for-grant，等确认后自动发送${earlier.zh}`,
      en: `${way.en}; or add --wait-for-grant, and it goes out once they do${earlier.en}`,
    },
    problem: error.problem,
    cause: error,
  });
}
