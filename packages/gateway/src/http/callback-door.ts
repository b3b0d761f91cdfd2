import type { HotRoute, PlainRequest } from "@yici/runtime";
import { answerCallback } from "./answer-callback.ts";
import { CALLBACK_ROUTE } from "./callback-routes.ts";
import type { PublicContext } from "./public-context.ts";
import type { Admission } from "./visits/admission.ts";
import { answerFailure } from "./visits/answer-failure.ts";
import { writeAnswer } from "./visits/visit-answer.ts";
import type { VisitAnswer } from "./visits/visit-answer.ts";
import { isPlainlyForwarded, readAtDoor } from "./visits/visit-request.ts";

/** What callbacks are answered with at the door of the public server. */
export interface CallbackDoorParts {
  readonly context: PublicContext;
  readonly admit: Admission;
  readonly isTrusted: (address: string) => boolean;
}

const CALLBACK = /^\/callback\/([0-9A-Za-z]{1,32})\?/;

/** Callbacks as they come in crowds, answered as the server behind the door would. */
export function openCallbackDoor(parts: CallbackDoorParts): HotRoute {
  return {
    isFor: (head) =>
      head.method === "GET" && CALLBACK.test(head.target) && isPlainlyForwarded(head),
    answer: async (request, remoteAddress) =>
      writeAnswer(await answerAtDoor(request, remoteAddress, parts)),
  };
}

async function answerAtDoor(
  request: PlainRequest,
  remoteAddress: string,
  { context, admit, isTrusted }: CallbackDoorParts,
): Promise<VisitAnswer> {
  const [, code = ""] = CALLBACK.exec(request.head.target) ?? [];
  const visit = readAtDoor(request, remoteAddress, isTrusted);
  try {
    return admit(visit) ?? (await answerCallback(visit, code, context));
  } catch (error) {
    return answerFailure(error, CALLBACK_ROUTE, context.world);
  }
}
