import { pino } from "pino";

/** What a log line may carry besides its sentence. Never a token, secret, `reserved` or query string. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log: one line, one sentence, named fields. */
export interface Log {
  debug(fields: LogFields, sentence: string): void;
  info(fields: LogFields, sentence: string): void;
  warn(fields: LogFields, sentence: string): void;
  error(fields: LogFields, sentence: string): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Writes JSON lines to standard error, so that standard output stays free for what a command answers. */
export function createLog(level: LogLevel = "info"): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Deliberately nothing.
}
