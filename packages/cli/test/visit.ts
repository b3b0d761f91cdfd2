import { createDispatcher } from "@yici/runtime";

/** What a server answered. */
export interface Visit {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly text: string;
}

interface Ask {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** One request; redirects are not followed. */
export async function visit(
  address: string,
  { method = "GET", headers = {}, json }: Ask = {},
): Promise<Visit> {
  const dispatcher = createDispatcher();
  const url = new URL(address);
  try {
    const reply = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { ...headers, ...(json !== undefined && { "content-type": "application/json" }) },
      body: json === undefined ? null : JSON.stringify(json),
    });
    return {
      status: reply.statusCode,
      location: String(reply.headers["location"] ?? ""),
      cookie: [reply.headers["set-cookie"] ?? []]
        .flat()
        .map((set) => set.split(";")[0])
        .join("; "),
      text: await reply.body.text(),
    };
  } finally {
    await dispatcher.close();
  }
}

/** Where a link's story can be played without a browser. */
export interface Stage {
  readonly entryUrl: string;
  readonly platformUrl: string;
  /** Of a platform that wants one. */
  readonly accessToken?: string;
}

/** Opens a link as somebody of the demo, confirms, and follows the way back; answers the gateway's last answer. */
export async function confirm(stage: Stage, person: string): Promise<Visit> {
  const entry = await visit(stage.entryUrl);
  const decided = await visit(`${stage.platformUrl}/control/v1/decisions`, {
    method: "POST",
    json: { authorize_link: entry.location, person, action: "confirm" },
    ...(stage.accessToken !== undefined && {
      headers: { authorization: `Bearer ${stage.accessToken}` },
    }),
  });
  const { location } = JSON.parse(decided.text) as { readonly location: string };
  return visit(location, { headers: { cookie: entry.cookie } });
}
