import { createManualWorld } from "@yici/runtime";
import { fastify } from "fastify";
import { registerPhoneRoutes } from "../../src/phone/phone-routes.ts";
import { createMemoryPhoneSource } from "./memory-phone-source.ts";

/** The phone's routes alone, over a source in memory, in a world whose clock stands still. */
export function startPhone() {
  const app = fastify();
  const source = createMemoryPhoneSource();
  const world = createManualWorld({ startAt: Date.UTC(2026, 0, 1, 4, 30) });
  registerPhoneRoutes(app, source, { world });
  return { app, source, world };
}

/** What a browser sends when a form is posted. */
export function postForm(url: string, fields: Readonly<Record<string, string>>) {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams(fields).toString(),
  } as const;
}
