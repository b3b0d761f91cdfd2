import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { FaultInput } from "../faults/fault-input.ts";
import { sendProblem } from "../http/problem.ts";
import { ControlError, type ControlErrorCode } from "./control-error.ts";
import {
  AccountInput,
  AccountPatch,
  ClockInput,
  DecisionInput,
  GrantsQuery,
  InboxQuery,
  JournalQuery,
  PersonInput,
  PersonPatch,
} from "./inputs.ts";
import { toCamelCase, toSnakeCase } from "./json-case.ts";
import { parseInput } from "./parse-input.ts";
import type { PlatformControl } from "./platform-control.ts";

/** What a call answers is its body; a list stands in `{"items":[…]}`. */
type Call = (control: PlatformControl, request: FastifyRequest) => Promise<unknown>;

/** The calls of `PlatformControl` as they stand under `/control/v1` (design.md section 5). */
const CALLS: Readonly<Record<string, Call>> = {
  "GET /accounts": (control) => control.listAccounts(),
  "POST /accounts": (control, request) => control.addAccount(readBody(AccountInput, request)),
  "PATCH /accounts/:id": (control, request) =>
    control.changeAccount(readId(request), readBody(AccountPatch, request)),
  "POST /accounts/:id/revoke_tokens": (control, request) => control.revokeTokens(readId(request)),
  "GET /people": (control) => control.listPeople(),
  "POST /people": (control, request) => control.addPerson(readBody(PersonInput, request)),
  "PATCH /people/:id": (control, request) =>
    control.changePerson(readId(request), readBody(PersonPatch, request)),
  "POST /decisions": (control, request) => control.decide(readBody(DecisionInput, request)),
  "GET /inbox": (control, request) => control.listInbox(readQuery(InboxQuery, request)),
  "GET /grants": (control, request) => control.listGrants(readQuery(GrantsQuery, request)),
  "GET /journal": (control, request) => control.listJournal(readQuery(JournalQuery, request)),
  "GET /faults": (control) => control.listFaults(),
  "POST /faults": (control, request) => control.addFault(readBody(FaultInput, request)),
  "DELETE /faults": (control) => control.removeFaults(),
  "DELETE /faults/:id": (control, request) => control.removeFaults(Number(readId(request))),
  "GET /clock": (control) => control.readClock(),
  "POST /clock": (control, request) => control.advanceClock(readBody(ClockInput, request)),
  "POST /reset": (control) => control.reset(),
};

/** Calls that make something new. */
const CREATING: readonly string[] = ["POST /accounts", "POST /people", "POST /faults"];

/** Serves the control API on `app`, whose prefix is `/control/v1`. Failures are problems (RFC 9457) with a stable `code`. */
export function registerControlRoutes(app: FastifyInstance, control: PlatformControl): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, _request, reply) => sendFailure(error, reply));
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply.code(404), { code: "not_found", detail: "there is no such call" }),
  );
  for (const [route, call] of Object.entries(CALLS)) {
    const [method = "", url = ""] = route.split(" ");
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const answer = await call(control, request);
        return sendAnswer(reply.code(CREATING.includes(route) ? 201 : 200), answer);
      },
    });
  }
}

function sendAnswer(reply: FastifyReply, answer: unknown): FastifyReply {
  void reply.header("cache-control", "no-store");
  if (answer === undefined) return reply.code(204).send();
  return reply
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(toSnakeCase(Array.isArray(answer) ? { items: answer } : answer)));
}

/** The body as the schema says it. An absent one is an object without members. */
function readBody<Schema extends TSchema>(
  schema: Schema,
  { body }: FastifyRequest,
): Static<Schema> {
  return parseInput(schema, toCamelCase(parseJson(typeof body === "string" ? body : "")));
}

function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError("invalid_request", "the body is no JSON");
  }
}

function readQuery<Schema extends TSchema>(
  schema: Schema,
  { query }: FastifyRequest,
): Static<Schema> {
  return parseInput(schema, Value.Convert(schema, toCamelCase(query)));
}

function readId({ params }: FastifyRequest): string {
  return typeof params === "object" && params !== null && "id" in params ? String(params.id) : "";
}

const STATUSES: Readonly<Record<ControlErrorCode, number>> = {
  invalid_request: 400,
  not_found: 404,
  conflict: 409,
};

function sendFailure(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof ControlError) {
    return sendProblem(reply.code(STATUSES[error.code]), {
      code: error.code,
      detail: error.message,
      issues: error.issues.map(({ path, problem }) => ({ path: spellPath(path), problem })),
    });
  }
  const status = readStatus(error);
  if (status >= 500) throw error;
  return sendProblem(reply.code(status), {
    code: "invalid_request",
    detail: error instanceof Error ? error.message : "",
  });
}

/** A path names members as the caller spelled them. */
function spellPath(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Fastify's own refusals, such as a body that is too long, say their status. */
function readStatus(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}
