import { type EpochMs, html, type Html } from "@yici/runtime";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { TEST_IDS } from "./test-ids.ts";

/** A call, what it was answered, and for a refusal the reason in words; `more` stands below. */
export function renderJournalLine(entry: JournalEntry, more?: Html): Html {
  const { id, at, method, endpoint, rid } = entry;
  return html`<li class="yici-call" data-testid="${TEST_IDS.journalEntry}" data-entry="${id}" data-errcode="${entry.errcode}">
    <p class="yici-call__head">
      <time datetime="${new Date(at).toISOString()}">${formatClock(at)}</time>
      <span class="yici-call__method">${method}</span> <span class="yici-code">${endpoint}</span>
    </p>
    <p class="yici-call__answer">
      ${renderVerdict(entry)}
      ${entry.scene !== undefined && html`<span>scene ${entry.scene}</span>`}
      ${entry.token !== undefined && html`<span>token ${entry.token}…</span>`}
      ${entry.errmsg?.includes(rid) !== true && html`<span class="yici-call__rid">rid ${rid}</span>`}
    </p>
    ${
      entry.why &&
      html`<p class="yici-call__why" data-testid="${TEST_IDS.journalWhy}">
        ${entry.why.zh} <span class="yici-en yici-en_line" lang="en">${entry.why.en}</span>
      </p>`
    }
    ${entry.fault !== undefined && html`<p class="yici-call__fault">故障 <span lang="en">Fault</span>: <span class="yici-code">${entry.fault}</span></p>`}
    ${more}
  </li>`;
}

function renderVerdict({ errcode, errmsg }: JournalEntry): Html {
  if (errcode === undefined) return html`<strong class="yici-call__refused">—</strong>`;
  const look = errcode === 0 ? "yici-call__done" : "yici-call__refused";
  return html`<strong class="${look}">${errcode}</strong> <span>${errmsg}</span>`;
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** Month, day and time to the second, by China's clock. */
function formatClock(at: EpochMs): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(5, 19).replace("T", " ");
}
