import type { CheckJson } from "../gateway-json.ts";
import { cleanLine } from "./clean-text.ts";

/** A line for each check, in both languages, and what to do where there is something to do. */
export function renderChecks(checks: readonly CheckJson[]): string {
  return checks.map(renderCheck).join("\n");
}

const MARKS = { ok: "✓", warning: "!", failure: "✗" } as const;

function renderCheck({ check, appid, status, text, next_step }: CheckJson): string {
  const about = appid === null ? check : `${check} ${appid}`;
  const lines = [`${MARKS[status]} ${about}: ${text.zh} ${text.en}`];
  if (next_step !== null) lines.push(`  → ${next_step.zh}`, `  → ${next_step.en}`);
  return lines.map(cleanLine).join("\n");
}
