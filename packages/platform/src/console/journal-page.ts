import { html, type Html } from "@yici/runtime";
import type { Account } from "../accounts/account.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { bilingual } from "../pages/bilingual.ts";
import { renderJournalLine } from "../pages/journal-line.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import { renderConsoleDocument } from "./console-document.ts";
import { renderTranscript } from "./render-transcript.ts";

/** A page of the journal. */
export interface JournalPageView {
  readonly accounts: readonly Account[];
  /** Whose calls these are; `undefined` for everybody's. */
  readonly appid: string | undefined;
  /** The rid that was asked for. */
  readonly rid: string | undefined;
  /** Newest first. */
  readonly entries: readonly JournalEntry[];
  /** Whether these are the newest there are. */
  readonly isNewest: boolean;
  readonly hasOlder: boolean;
}

/** Each request, its answer, and for a refusal the reason in words. */
export function renderJournalPage(view: JournalPageView): Html {
  const { accounts, appid, rid, entries } = view;
  return renderConsoleDocument({
    title: { zh: "日志", en: "Journal" },
    place: "journal",
    main: html`<form class="yici-filter" method="get" action="/mp/journal">
        <span class="yici-filter__field">
          <label for="appid">${bilingual("账号", "Account")}</label>
          <select id="appid" name="appid" data-testid="${TEST_IDS.journalFilter}">
            <option value="">全部 All</option>
            ${accounts.map((account) => renderOption(account, appid))}
          </select>
        </span>
        <span class="yici-filter__field">
          <label for="rid">rid</label>
          <input
            id="rid"
            name="rid"
            type="text"
            value="${rid}"
            maxlength="500"
            autocomplete="off"
            spellcheck="false"
            placeholder="可粘贴整段 errmsg"
            data-testid="${TEST_IDS.journalRid}"
          />
        </span>
        <button class="weui-btn weui-btn_mini weui-btn_default" type="submit" data-testid="${TEST_IDS.journalFilterButton}">
          筛选 <span class="yici-en" lang="en">Filter</span>
        </button>
      </form>
      ${
        entries.length === 0
          ? EMPTY
          : html`<ol class="yici-panel yici-desk__list" data-testid="${TEST_IDS.journal}">${entries.map(renderEntry)}</ol>`
      }
      ${renderPaging(view)}`,
  });
}

const EMPTY = html`<div class="yici-empty" data-testid="${TEST_IDS.emptyState}">
  <p>没有调用 <span class="yici-en" lang="en">No calls</span></p>
</div>`;

function renderEntry(entry: JournalEntry): Html {
  return renderJournalLine(entry, entry.transcript && renderTranscript(entry.transcript));
}

function renderOption({ appid, name }: Account, chosen: string | undefined): Html {
  return html`<option value="${appid}" ${appid === chosen && html`selected`}>${name} ${appid}</option>`;
}

function renderPaging({ appid = "", entries, isNewest, hasOlder }: JournalPageView): Html {
  const oldest = entries.at(-1)?.id;
  return html`<nav class="yici-paging" aria-label="翻页">
    ${!isNewest && html`<a href="/mp/journal?appid=${appid}" data-testid="${TEST_IDS.journalNewest}">${bilingual("最新", "Newest")}</a>`}
    ${
      hasOlder &&
      oldest !== undefined &&
      html`<a href="/mp/journal?appid=${appid}&before=${oldest}" data-testid="${TEST_IDS.journalOlder}">${bilingual("更早", "Older")}</a>`
    }
  </nav>`;
}
