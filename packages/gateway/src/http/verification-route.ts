import type { FastifyInstance } from "fastify";
import { NOT_FOUND } from "./pages/notice-table.ts";
import type { PublicContext } from "./public-context.ts";
import { answerNotice, sendAnswer } from "./visits/visit-answer.ts";

interface FileParams {
  readonly rest: string;
}

/** `GET /MP_verify_….txt`: the file by which WeChat's console checks who owns the domain of an account. */
export function registerVerificationRoute(app: FastifyInstance, { store }: PublicContext): void {
  app.get<{ Params: FileParams }>("/MP_verify_:rest", async ({ params }, reply) => {
    const name = `MP_verify_${params.rest}`;
    const accounts = await store.listAccounts();
    const found = accounts.find(({ verificationFile }) => verificationFile?.name === name);
    return found?.verificationFile === undefined
      ? sendAnswer(reply, answerNotice(404, NOT_FOUND))
      : reply.type("text/plain; charset=utf-8").send(found.verificationFile.content);
  });
}
