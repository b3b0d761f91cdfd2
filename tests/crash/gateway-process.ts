import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { loadConfig, startGateway } from "@yici/gateway";
import { createLog, createMovableWorld, createWorld } from "@yici/runtime";

/** What this process is told, as one line of JSON on standard input; until then it holds nothing but its code. */
export interface GatewayOrder {
  /** Path of the SQLite file. */
  readonly databasePath: string;
  /** Origin of the platform. */
  readonly platformUrl: string;
  readonly appSecret: string;
  /** By how much this process's clocks are ahead of the machine's. */
  readonly clockAheadMs: number;
}

/** What it answers once it listens, as one line of JSON on standard output. */
export interface GatewayAddress {
  readonly publicUrl: string;
  readonly adminUrl: string;
  readonly apiKey: string;
}

/** One machine plays all visitors here. */
const MANY = { burst: 1_000_000, perMinute: 1_000_000 };

flushCompileCache(); // A process that is killed keeps nothing of what it has compiled.
createInterface(process.stdin)
  .once("line", (line) => void start(JSON.parse(line) as GatewayOrder))
  .once("close", () => process.kill(process.pid, "SIGKILL")); // Whoever started it is gone.

async function start(order: GatewayOrder): Promise<void> {
  const { databasePath, platformUrl, appSecret, clockAheadMs } = order;
  const gateway = await startGateway({
    world: createMovableWorld(createWorld({ log: createLog("error") }), clockAheadMs),
    config: loadConfig({
      env: {},
      flags: { databaseUrl: `sqlite:${databasePath}`, publicPort: "0", adminPort: "0" },
    }),
    demo: { apiUrl: platformUrl, pageUrl: platformUrl, appSecret },
    visitLimits: { address: MANY, browser: MANY, link: MANY, keysMax: 1_000 },
  });
  const { publicUrl, adminUrl } = gateway;
  const apiKey = await gateway.issueKey("crash");
  const address: GatewayAddress = { publicUrl, adminUrl, apiKey };
  process.stdout.write(`${JSON.stringify(address)}\n`);
}
