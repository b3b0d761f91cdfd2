/** What the log may say of an error: its class, its code and where it came from. Messages may quote what was sent. */
export function describeFailure(error: Error): Readonly<Record<string, string>> {
  const { cause } = error;
  return {
    error: error.name,
    code: readCode(error),
    ...(cause instanceof Error && { cause: cause.name, cause_code: readCode(cause) }),
    at: readTopFrames(error),
  };
}

const FRAMES_MAX = 5;

function readCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function readTopFrames(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return frames
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim())
    .join(" < ");
}
