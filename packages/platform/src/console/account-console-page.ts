import { SEND_PATH, STABLE_TOKEN_PATH, TOKEN_PATH } from "@yici/protocol";
import { html, type Html } from "@yici/runtime";
import type { ControlIssue } from "../control/control-error.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { CallQuota } from "../quotas/call-quota.ts";
import { renderConsoleDocument } from "./console-document.ts";
import { type FieldValues, listOtherIssues, renderConsoleField } from "./console-field.ts";
import { consolePath } from "./console-path.ts";
import { type AccountFacts, CONSOLE_SECTIONS, type ConsoleSection } from "./console-sections.ts";
import { type EntrustedComponent, renderEntrustedSection } from "./entrusted-section.ts";

/** An account, how much of its quotas is used, and the form that was just posted. */
export interface AccountConsoleView {
  readonly facts: AccountFacts;
  readonly usage: readonly UsedQuota[];
  readonly entrusted: readonly EntrustedComponent[];
  readonly savedSection: string | undefined;
  readonly refused: RefusedForm | undefined;
}

/** How many calls of a kind were answered with success today, of how many. */
export interface UsedQuota {
  readonly endpoint: string;
  readonly usedToday: number;
  readonly quota: CallQuota;
}

/** A form that was not kept: what was filled in, and what is wrong with it. */
export interface RefusedForm {
  readonly section: string;
  readonly values: FieldValues;
  readonly issues: readonly ControlIssue[];
}

/** The calls whose quota an account's page shows. */
export const SHOWN_ENDPOINTS: readonly string[] = [SEND_PATH, TOKEN_PATH, STABLE_TOKEN_PATH];

/** All that the console offers for one account, a form for each part. */
export function renderAccountConsolePage(view: AccountConsoleView): Html {
  const { account } = view.facts;
  return renderConsoleDocument({
    title: { zh: account.name === "" ? account.appid : account.name },
    place: "accounts",
    main: html`<dl class="yici-facts">
        <div><dt>AppID</dt><dd class="yici-code">${account.appid}</dd></div>
        <div>
          <dt>AppSecret</dt>
          <dd>
            <details>
              <summary>${bilingual("显示", "Show")}</summary>
              <span class="yici-code">${account.secret}</span>
            </details>
          </dd>
        </div>
        <div>
          <dt>${bilingual("日志", "Journal")}</dt>
          <dd><a href="/mp/journal?appid=${account.appid}">${bilingual("这个账号的调用", "This account’s calls")}</a></dd>
        </div>
      </dl>
      ${CONSOLE_SECTIONS.map((section) => renderSection(section, view))}
      ${renderEntrustedSection(account.appid, view.entrusted)}`,
  });
}

function renderSection(section: ConsoleSection, view: AccountConsoleView): Html {
  const { id, title, fields } = section;
  const { facts, usage, savedSection } = view;
  const refused = view.refused?.section === id ? view.refused : undefined;
  const values = refused?.values ?? section.show(facts);
  const issues = refused?.issues ?? [];
  return html`<section class="yici-panel" id="${id}" aria-labelledby="${id}-title" data-testid="${TEST_IDS.consoleSection}" data-section="${id}">
    <h2 class="yici-panel__title" id="${id}-title">${bilingual(title.zh, title.en)}</h2>
    ${id === "permissions" && renderUsage(usage)}
    <form method="post" action="${consolePath(facts.account.appid, id)}">
      ${fields.map((field) => renderConsoleField(field, values, issues))}
      ${listOtherIssues(fields, issues).map(renderOtherIssue)}
      <p class="yici-panel__save">
        <button class="weui-btn weui-btn_mini weui-btn_primary" type="submit" data-testid="${TEST_IDS.consoleSave}">
          保存 <span class="yici-en" lang="en">Save</span>
        </button>
        ${
          savedSection === id &&
          html`<span class="yici-panel__saved" role="status" data-testid="${TEST_IDS.consoleSaved}">${bilingual("已保存", "Saved")}</span>`
        }
      </p>
    </form>
  </section>`;
}

function renderOtherIssue({ path, problem }: ControlIssue): Html {
  return html`<p class="yici-field__problem" role="alert" data-testid="${TEST_IDS.fieldProblem}">
    ${bilingual(`未保存：${problem.zh}`, `Not saved: ${problem.en}`)} <span class="yici-code">${path}</span>
  </p>`;
}

function renderUsage(usage: readonly UsedQuota[]): Html {
  return html`<table class="yici-usage">
    <thead>
      <tr>
        <th scope="col">${bilingual("接口", "Interface")}</th>
        <th scope="col">${bilingual("今日已用", "Used today")}</th>
        <th scope="col">${bilingual("每日上限", "A day")}</th>
        <th scope="col">${bilingual("每分钟", "A minute")}</th>
      </tr>
    </thead>
    <tbody>
      ${usage.map(
        ({ endpoint, usedToday, quota }) =>
          html`<tr data-testid="${TEST_IDS.consoleUsage}" data-endpoint="${endpoint}">
            <th scope="row" class="yici-code">${endpoint}</th>
            <td>${usedToday}</td>
            <td>${quota.perDay ?? "∞"}</td>
            <td>${quota.perMinute ?? "∞"}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
