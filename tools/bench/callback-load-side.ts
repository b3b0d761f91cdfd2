import { openLink } from "@yici/gateway";
import { buildCallbackLocation, parseAuthorizeLink, parseOpenId } from "@yici/protocol";
import { createWorld } from "@yici/runtime";
import { known } from "./known.ts";
import { loadRaw, type RawLoad } from "./raw-load.ts";
import { answerCalls } from "./side.ts";

/** A link that people come from, and its account. */
export type CallbackLink = Pick<Parameters<typeof openLink>[0], "account" | "link">;

/** What to load a server with. */
export interface CallbackOrder {
  readonly links: readonly CallbackLink[];
  /** The key that signs, hex. */
  readonly key: string;
  readonly callbacks: number;
}

/** What this side answers. */
export interface CallbackLoadSide {
  /** Has as many people open the links and agree, each in a browser of their own. */
  prepare(order: CallbackOrder): Promise<object>;
  /** Has these people arrive at a port, over 64 connections. An answer is good when it leads to the page "confirmed". */
  load(port: number): Promise<RawLoad>;
}

const CONNECTIONS = 64;
/** A carrier's gateway stands for many phones. */
const PEOPLE_PER_ADDRESS = 20;
const USER_AGENT =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN";

const world = createWorld();
let requests: readonly string[] = [];
let peopleCount = 0;

async function prepare({ links, key, callbacks }: CallbackOrder): Promise<object> {
  const keyBytes = Buffer.from(key, "hex");
  requests = Array.from({ length: callbacks }, (_, index) => {
    peopleCount += 1;
    return buildVisit(known(links[index % links.length]), keyBytes, peopleCount);
  });
  return {};
}

/** One person's browser as a proxy passes it on that ends its TLS. */
function buildVisit(link: CallbackLink, key: Uint8Array, person: number): string {
  const browser = world.randomBytes(16).toString("hex");
  const { origin, host, pathname, search } = new URL(buildLocation(link, key, browser));
  const address = Math.floor(person / PEOPLE_PER_ADDRESS);
  return [
    `GET ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    `x-forwarded-for: 10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`,
    `x-forwarded-proto: ${origin.slice(0, origin.indexOf(":"))}`,
    `user-agent: ${USER_AGENT}`,
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language: zh-CN,zh-Hans;q=0.9",
    `cookie: __Host-yici_b=${browser}`,
    "\r\n",
  ].join("\r\n");
}

function buildLocation(link: CallbackLink, key: Uint8Array, browser: string): string {
  const opened = openLink({ ...link, browser, userAgent: USER_AGENT }, [key], world);
  if (opened.kind !== "asked") throw new Error("a link did not lead to the confirm page");
  const { redirectUrl, reserved, templateId, scene } = parseAuthorizeLink(opened.location);
  return buildCallbackLocation({
    redirectUrl: known(redirectUrl),
    action: "confirm",
    openid: known(parseOpenId(`o${world.randomBytes(20).toString("base64url")}`)),
    templateId: known(templateId),
    reserved: known(reserved),
    scene: Number(known(scene)),
  });
}

function load(port: number): Promise<RawLoad> {
  return loadRaw({ port, requests, connections: CONNECTIONS, isGood: leadsToConfirmed });
}

function leadsToConfirmed(head: string): boolean {
  return /^location: https:.*\/done\/confirmed\./m.test(head);
}

answerCalls<CallbackLoadSide>({ prepare, load }, () => world.dispatcher.close());
