import type { World } from "@yici/runtime";
import { CliError } from "./cli-error.ts";
import type { GatewayTarget } from "./gateway-target.ts";

/** What a call may carry. */
export interface ApiCall {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

/** RFC 9457, as the gateway answers it: `detail` says in words what is wrong and what to do. */
export interface Problem {
  readonly status: number;
  /** The stable word for what is wrong. */
  readonly code: string;
  readonly detail: string;
  readonly detail_zh: string;
  readonly [member: string]: unknown;
}

/** The gateway said no. */
export class ProblemError extends CliError {
  declare readonly problem: Problem;

  constructor(problem: Problem) {
    super({
      exit: USAGE_CODES.includes(problem.code) ? "usage" : "refused",
      code: problem.code,
      text: { zh: problem.detail_zh, en: problem.detail },
      problem,
    });
  }
}

/** Problems that say that what was typed is wrong. */
const USAGE_CODES: readonly string[] = ["invalid_request", "malformed_request"];

/** The gateway's `/v1`, asked with an API key. */
export interface ApiClient {
  readonly adminUrl: string;
  /**
   * Answers the JSON of a call that went well; what it is of type `T` is the gateway's promise. Throws `ProblemError`
   * when the gateway says no, and a `CliError` that ends as `unreachable` when nothing of it answers: of the code
   * `gateway_silent` when the request may have arrived.
   */
  call<T>(path: string, call?: ApiCall): Promise<T>;
}

/** A client of one gateway, over the world's one way to the network. */
export function createApiClient(world: World, target: GatewayTarget): ApiClient {
  return {
    adminUrl: target.adminUrl,
    async call<T>(path: string, call: ApiCall = {}) {
      const { status, text } = await exchange(world, target, path, call);
      const value = parseJson(text);
      if (status >= 200 && status < 300) {
        if (value === undefined && text !== "") throw strangeAnswer(target.adminUrl, status);
        return value as T;
      }
      throw isProblem(value) ? new ProblemError(value) : strangeAnswer(target.adminUrl, status);
    },
  };
}

interface Exchange {
  readonly status: number;
  readonly text: string;
}

async function exchange(
  world: World,
  target: GatewayTarget,
  path: string,
  call: ApiCall,
): Promise<Exchange> {
  const base = new URL(target.adminUrl);
  try {
    const reply = await world.dispatcher.request({
      origin: base.origin,
      path: `${base.pathname.replace(/\/$/, "")}/v1${path}${renderQuery(call.query)}`,
      method: call.method ?? "GET",
      headers: {
        authorization: `Bearer ${target.apiKey}`,
        accept: "application/json",
        ...(call.body !== undefined && { "content-type": "application/json" }),
        ...(call.idempotencyKey !== undefined && { "idempotency-key": call.idempotencyKey }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    return { status: reply.statusCode, text: await reply.body.text() };
  } catch (error) {
    throw describeFailure(target.adminUrl, error);
  }
}

function renderQuery(query: ApiCall["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    typeof value.code === "string" &&
    "detail" in value &&
    typeof value.detail === "string"
  );
}

/** Failures that come before a byte of the request has left. */
const UNSENT: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

function describeFailure(adminUrl: string, cause: unknown): CliError {
  const isUnsent = cause instanceof Error && "code" in cause && UNSENT.includes(String(cause.code));
  return isUnsent ? unreachable(adminUrl, cause) : silent(adminUrl, cause);
}

function unreachable(adminUrl: string, cause: unknown): CliError {
  return new CliError({
    exit: "unreachable",
    code: "gateway_unreachable",
    text: {
      zh: `连不上网关 ${adminUrl}。`,
      en: `The gateway cannot be reached at ${adminUrl}.`,
    },
    next: {
      zh: "先启动它（npx yici dev 或 npx yici gateway），或用 --admin-url 给出正确的地址。",
      en: "Start it first (npx yici dev or npx yici gateway), or give the right address with --admin-url.",
    },
    cause,
  });
}

function silent(adminUrl: string, cause: unknown): CliError {
  return new CliError({
    exit: "unreachable",
    code: "gateway_silent",
    text: {
      zh: `网关 ${adminUrl} 没有回答。`,
      en: `The gateway at ${adminUrl} did not answer.`,
    },
    next: { zh: "看看它是否还在运行。", en: "See whether it is still running." },
    cause,
  });
}

function strangeAnswer(adminUrl: string, status: number): CliError {
  return new CliError({
    exit: "unreachable",
    code: "not_a_gateway",
    text: {
      zh: `${adminUrl} 的回答（HTTP ${status}）不像是 yici 网关。`,
      en: `What answers at ${adminUrl} (HTTP ${status}) does not seem to be a yici gateway.`,
    },
    next: {
      zh: "检查 --admin-url：它应是网关的管理地址。",
      en: "Check --admin-url: it must be the gateway's admin address.",
    },
  });
}
