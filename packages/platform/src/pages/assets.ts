import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** A file that pages load. Its path changes with its content, so that a browser may keep it for ever. */
export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** WeUI's style sheet, ours above it, the script that keeps the phone's pages up to date, and the one that looks for a link's fragment. */
export const ASSETS = {
  weui: readAsset(
    "weui.css",
    createRequire(import.meta.url).resolve("weui/dist/style/weui.min.css"),
  ),
  style: readAsset("platform.css", ownFile("platform.css")),
  liveScript: readAsset("live.js", ownFile("live.js")),
  fragmentScript: readAsset("fragment.js", ownFile("fragment.js")),
} as const;

function ownFile(name: string): string {
  return fileURLToPath(new URL(`assets/${name}`, import.meta.url));
}

function readAsset(name: string, file: string): Asset {
  const body = readFileSync(file);
  const version = createHash("sha256").update(body).digest("hex").slice(0, 12);
  const [stem = name, extension = ""] = name.split(".");
  return {
    path: `/assets/${stem}-${version}.${extension}`,
    contentType: extension === "js" ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8",
    body,
  };
}
