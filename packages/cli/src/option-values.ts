import { parseAppId, parseOpenId, parseScene } from "@yici/protocol";
import { InvalidArgumentError } from "commander";

/** A port, 0 included, which takes a free one. */
export function readPort(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("应为 0 至 65535 的端口 Expected a port from 0 to 65535.");
}

/** The one value of `--port` where a command has several listeners. */
export function readPortZero(text: string): number {
  if (text === "0") return 0;
  throw new InvalidArgumentError(
    "这里只接受 0（都用空闲端口） Only 0 is taken here: free ports for all; the options below name one listener each.",
  );
}

/** A scene of the official document: an integer from 0 to 10000. */
export function readScene(text: string): number {
  const scene = parseScene(text);
  if (scene !== undefined) return scene;
  throw new InvalidArgumentError("应为 0 至 10000 的整数 Expected an integer from 0 to 10000.");
}

/** A person's openid. */
export function readOpenId(text: string): string {
  const openid = parseOpenId(text);
  if (openid !== undefined) return openid;
  throw new InvalidArgumentError(
    "应为 openid：字母、数字、- 和 _ Expected an openid of letters, digits, - and _.",
  );
}

/** An account's appid. */
export function readAppId(text: string): string {
  const appid = parseAppId(text);
  if (appid !== undefined) return appid;
  throw new InvalidArgumentError(
    "应为 appid：wx 加 16 位十六进制 Expected wx and 16 hexadecimal digits, lower case.",
  );
}

/** How many rows a page has. */
export function readLimit(text: string): number {
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 200) return limit;
  throw new InvalidArgumentError("应为 1 至 200 Expected a number from 1 to 200.");
}

/** A limit: a whole number, or `none`. */
export function readMaximum(text: string): number | "none" {
  if (text === "none") return text;
  const limit = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 100_000) return limit;
  throw new InvalidArgumentError("应为 1 至 100000 或 none Expected 1 to 100000, or none.");
}

/** Whole seconds of waiting, at most an hour. */
export function readWaitSeconds(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) <= 3_600) return Number(text);
  throw new InvalidArgumentError("应为 0 至 3600 秒 Expected seconds from 0 to 3600.");
}

/** An instant with its zone, as ISO 8601; answers it as milliseconds since 1970. */
export function readInstant(text: string): number {
  const isZoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(
    text,
  );
  const at = isZoned ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError(
    "应为带时区的时间，如 2026-12-01T09:00:00+08:00 Expected an instant with its zone, such as 2026-12-01T09:00:00+08:00.",
  );
}
