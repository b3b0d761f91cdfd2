import type { IForbiddenRuleType } from "dependency-cruiser";

const GATEWAY = "^packages/gateway/src/";
const GATEWAY_EDGES = `${GATEWAY}(http|console)/`;
const GATEWAY_FLOW = `${GATEWAY}(links|callbacks|grants|messages|deliveries)/`;
const GATEWAY_FOUNDATION = `${GATEWAY}(wechat|store)/`;
const GATEWAY_ENGINES = `${GATEWAY}store/(sqlite|postgres)/`;
const GATEWAY_ROOT = `${GATEWAY}(gateway|open-store|examine-store|index)[.]ts$`;
const GATEWAY_OPTIONS = `${GATEWAY}gateway-options[.]ts$`;

/** Files of the gateway that decide and do nothing else. A new one is added here. */
const PURE_RULES = [
  "grants/grant",
  "grants/confirm-slot",
  "grants/reinstate-grant",
  "messages/message",
  "messages/accept-message",
  "deliveries/delivery",
  "deliveries/account-state",
  "deliveries/breaker",
  "deliveries/send-limits",
  "deliveries/start-attempt",
  "deliveries/settle-attempt",
  "deliveries/finding",
  "deliveries/next-step",
  "deliveries/step-in-doubt",
  "deliveries/close-delivery",
  "deliveries/retry-policy",
];
const GATEWAY_RULES = `${GATEWAY}(${PURE_RULES.join("|")})[.]ts$`;

/**
 * What may import what, as ARCHITECTURE.md tells it. Paths are relative to the root of the work tree; `$1` in a `to` is
 * what the first group of `from` matched.
 */
export const BOUNDARY_RULES: readonly IForbiddenRuleType[] = [
  {
    name: "no-cycles",
    comment: "Two files that import each other are one file.",
    from: {},
    to: { circular: true },
  },
  {
    name: "everything-resolves",
    comment: "What cannot be found cannot be judged. An example brings a test runner of its own.",
    from: { pathNot: "^examples/" },
    to: { couldNotResolve: true },
  },
  {
    name: "protocol-imports-nobody",
    comment: "The wire contract stands on Node alone.",
    from: { path: "^packages/protocol/src/" },
    to: { pathNot: "^packages/protocol/src/", dependencyTypesNot: ["core"] },
  },
  {
    name: "runtime-knows-no-package",
    comment: "The world is below everything of ours.",
    from: { path: "^packages/runtime/" },
    to: { path: "^packages/(?!runtime/)" },
  },
  {
    name: "protocol-knows-no-package",
    comment: "Not even its tests do.",
    from: { path: "^packages/protocol/" },
    to: { path: "^packages/(?!protocol/)" },
  },
  {
    name: "gateway-and-platform-are-strangers",
    comment: "They meet on the wire: what both need is protocol or runtime.",
    from: { path: "^packages/(gateway|platform)/" },
    to: { path: "^packages/(?!protocol/|runtime/|$1/)" },
  },
  {
    name: "packages-by-name",
    comment: "Another package is imported by its name, so that its entry is its contract.",
    from: { path: "^(packages/[^/]+|tests|tools)/" },
    to: {
      path: "^packages/",
      pathNot: "^$1/",
      dependencyTypes: ["local"],
      // Named from a file that belongs to no package, a package of this work tree counts as both.
      dependencyTypesNot: ["aliased-workspace"],
    },
  },
  {
    name: "entry-is-for-others",
    comment: "Inside a package, import the file that has it.",
    from: { path: "^packages/([^/]+)/src/" },
    to: { path: "^packages/$1/src/index[.]ts$" },
  },
  {
    name: "source-knows-no-test",
    comment: "What is published does not need what is not.",
    from: { path: "^packages/[^/]+/(src|bin)/" },
    to: { path: "^(packages/[^/]+/test|tests|tools)/" },
  },
  {
    name: "gateway-edges-are-edges",
    comment: "Edges → flow → pure rules: only the composition root and its options know the edges.",
    from: { path: GATEWAY, pathNot: [GATEWAY_EDGES, GATEWAY_ROOT, GATEWAY_OPTIONS] },
    to: { path: GATEWAY_EDGES },
  },
  {
    name: "gateway-root-is-the-root",
    comment: "The composition root is imported by nobody but the package's entry.",
    from: { path: GATEWAY, pathNot: GATEWAY_ROOT },
    to: { path: GATEWAY_ROOT },
  },
  {
    name: "gateway-flow-stands-on-its-foundation",
    comment: "The store and the WeChat client know the flow by its types and its pure rules alone.",
    from: { path: GATEWAY_FOUNDATION },
    to: { path: GATEWAY_FLOW, pathNot: GATEWAY_RULES, dependencyTypesNot: ["type-only"] },
  },
  {
    name: "pure-rules-import-rules",
    comment: "A pure rule imports pure rules: the gateway's, and protocol, which has nothing else.",
    from: { path: GATEWAY_RULES },
    to: { pathNot: [GATEWAY_RULES, "^packages/(protocol|runtime)/", "^(node:)?assert(/strict)?$"] },
  },
  {
    name: "pure-rules-do-nothing",
    comment: "Of the runtime a pure rule takes types and nothing that runs.",
    from: { path: GATEWAY_RULES },
    to: { path: "^packages/runtime/", dependencyTypesNot: ["type-only"] },
  },
  {
    name: "one-engine-chooser",
    comment: "Only the composition roots and the command line choose an engine.",
    from: {
      path: "^(packages/[^/]+/src|tests)/",
      pathNot: [GATEWAY_ENGINES, GATEWAY_ROOT, "^packages/cli/"],
    },
    to: { path: GATEWAY_ENGINES },
  },
  {
    name: "engines-are-strangers",
    comment: "One storage interface, two engines that know nothing of each other.",
    from: { path: `${GATEWAY}store/(sqlite|postgres)/` },
    to: { path: GATEWAY_ENGINES, pathNot: `${GATEWAY}store/$1/` },
  },
  {
    name: "sqlite-driver-in-one-folder",
    comment: "node:sqlite belongs to the runtime's sqlite folder.",
    from: { pathNot: "^packages/runtime/src/sqlite/" },
    to: { path: "^(node:)?sqlite$" },
  },
  {
    name: "postgres-driver-in-one-folder",
    comment:
      "The PostgreSQL driver belongs to the gateway's postgres folder, and to what looks at it from outside.",
    from: { pathNot: "^(packages/gateway/(src|test)/store|tools)/postgres/" },
    to: { path: "(^|node_modules/)postgres(/|$)" },
  },
  {
    name: "log-through-the-world",
    comment: "Lines are written by the World's log; only the runtime knows who writes them.",
    from: { path: "^packages/", pathNot: "^packages/runtime/" },
    to: { path: "(^|node_modules/)pino(/|$)" },
  },
];

/** Folder names that say nothing: what two packages need is the wire (protocol) or the world (runtime). */
export const BANNED_FOLDERS: readonly string[] = ["shared", "common", "utils", "helpers"];
