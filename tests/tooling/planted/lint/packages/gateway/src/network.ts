import { lookup } from "node:dns/promises"; // expect: eslint(no-restricted-imports)
import { createServer, request, type IncomingMessage } from "node:http"; // expect: eslint(no-restricted-imports)
import { get } from "node:https"; // expect: eslint(no-restricted-imports)
import { connect, isIP } from "node:net"; // expect: eslint(no-restricted-imports)
import { connect as secure } from "node:tls"; // expect: eslint(no-restricted-imports)
import { Pool } from "undici"; // expect: eslint(no-restricted-imports)
import type { Dispatcher } from "undici";

export const dispatcher: Dispatcher = new Pool("http://127.0.0.1");
export const allowed = [createServer, isIP];
export const clients = [request, connect, get, secure, lookup];
export const reply = fetch("http://127.0.0.1"); // expect: eslint(no-restricted-globals)
export const socket = new WebSocket("ws://127.0.0.1"); // expect: eslint(no-restricted-globals)

export async function load(): Promise<unknown> {
  return await import("node:http2"); // expect: eslint(no-restricted-imports)
}

export function pathOf(message: IncomingMessage): string | undefined {
  return message.url;
}
