import type { FastifyRequest } from "fastify";
import { readPersonCookie } from "../phone/person-cookie.ts";
import type { PlatformStore } from "../store/platform-store.ts";
import type { Person } from "./person.ts";

/** Whose phone this browser is, if it has been told. */
export function findBrowsersPerson(
  store: PlatformStore,
  request: FastifyRequest,
): Person | undefined {
  const id = readPersonCookie(request.headers.cookie);
  return id === undefined ? undefined : store.people.find(id);
}
