import { html, type Html } from "@yici/runtime";
import { APP_TEXT_MAX, type AppRequestField } from "../mobile-app/app-request.ts";
import { type AppResponse, spellForAndroid, spellForIos } from "../mobile-app/app-response.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";
import type { PhoneContent } from "./conversations.ts";
import { renderPhonePage } from "./phone-page.ts";
import { phonePath } from "./phone-path.ts";
import type { PhoneAccount } from "./phone-source.ts";

/** An app on a person's phone, and what it was told last. */
export interface AppView {
  readonly content: PhoneContent;
  readonly app: PhoneAccount;
  readonly response: AppResponse | undefined;
  /** The field for which the SDK has just sent nothing. */
  readonly unsentFor: AppRequestField | undefined;
}

/** The app's own screen: it asks through the SDK, and shows what the SDK tells it. Posts `appid` and the request's fields. */
export function renderAppPage({ content, app, response, unsentFor }: AppView): Html {
  return renderPhonePage({
    content,
    title: { zh: `${app.name} App` },
    still: renderRequest(app, content.person.id, unsentFor),
    main: html`<div class="yici-app" data-testid="${TEST_IDS.appScreen}" data-appid="${app.appid}">
      ${response === undefined ? renderNothingTold() : renderResponse(response)}
    </div>`,
  });
}

function renderRequest(
  app: PhoneAccount,
  personId: string,
  unsentFor: AppRequestField | undefined,
): Html {
  return html`<form class="yici-app-request" method="post" action="${phonePath(personId, "app-requests")}">
    <input type="hidden" name="appid" value="${app.appid}" />
    ${FIELDS.map((field) => renderField(field, app, unsentFor))}
    <button class="weui-btn weui-btn_primary" type="submit" data-testid="${TEST_IDS.appRequestButton}">
      sendReq <span class="yici-en" lang="en">Ask in WeChat</span>
    </button>
  </form>`;
}

interface Field {
  readonly name: AppRequestField;
  /** As the SDK calls it, on Android; iOS differs in letters. */
  readonly label: string;
  readonly attributes: (app: PhoneAccount) => Html;
  readonly testId: string;
  readonly problem: Html;
}

const FIELDS: readonly Field[] = [
  {
    name: "scene",
    label: "scene",
    attributes: () => html`type="number" min="0" max="10000" step="1" value="0" required`,
    testId: TEST_IDS.appSceneInput,
    problem: bilingual("0 到 10000 的整数", "An integer from 0 to 10000"),
  },
  {
    name: "template_id",
    label: "templateID",
    attributes: ({ templateId }) =>
      html`type="text" value="${templateId}" maxlength="128" pattern="[A-Za-z0-9_\\-]+" required`,
    testId: TEST_IDS.appTemplateInput,
    problem: bilingual("开放平台给出的模板 ID", "The template id of the Open Platform"),
  },
  {
    name: "reserved",
    label: "reserved",
    attributes: () => html`type="text" maxlength="${APP_TEXT_MAX}" placeholder="null"`,
    testId: TEST_IDS.appReservedInput,
    problem: bilingual(`最多 ${APP_TEXT_MAX} 个字符`, `${APP_TEXT_MAX} characters at most`),
  },
];

function renderField(
  { name, label, attributes, testId, problem }: Field,
  app: PhoneAccount,
  unsentFor: AppRequestField | undefined,
): Html {
  const isWrong = name === unsentFor;
  return html`<p class="yici-app-request__field">
      <label class="yici-code" for="app-${name}">${label}</label>
      <input
        id="app-${name}"
        name="${name}"
        ${attributes(app)}
        autocomplete="off"
        ${isWrong && html`aria-invalid="true" aria-describedby="app-problem"`}
        data-testid="${testId}"
      />
    </p>
    ${
      isWrong &&
      html`<p class="yici-app-request__problem" id="app-problem" role="alert" data-testid="${TEST_IDS.appProblem}">${problem}</p>`
    }`;
}

function renderNothingTold(): Html {
  return html`<p class="yici-app__hint">
    模拟的移动应用：sendReq 打开微信的确认页，答复在这里显示
    <span class="yici-en yici-en_line" lang="en">A simulated app: sendReq opens WeChat’s confirm page, and the answer is shown here</span>
  </p>`;
}

function renderResponse(response: AppResponse): Html {
  return html`<p class="yici-app__hint" role="status" data-testid="${TEST_IDS.appAnswer}" data-action="${response.action}">
      ${response.action === "confirm" ? CONFIRMED : CANCELLED}
    </p>
    ${renderSpelling({
      title: "Android · SubscribeMessage.Resp",
      testId: TEST_IDS.appAndroidResponse,
      fields: spellForAndroid(response),
    })}
    ${renderSpelling({
      title: "iOS · WXSubscribeMsgResp",
      testId: TEST_IDS.appIosResponse,
      fields: spellForIos(response),
    })}`;
}

const CONFIRMED = bilingual(
  "已确认：用 openId 可以发送一条消息，送达「服务通知」",
  "Confirmed: one message may be sent, and arrives in Service Notifications",
);

const CANCELLED = bilingual("已取消：openId 为 null", "Cancelled: openId is null");

interface Spelling {
  readonly title: string;
  readonly testId: string;
  readonly fields: object;
}

/** Nothing may stand between the tags and the text: it is kept as it is. */
function renderSpelling({ title, testId, fields }: Spelling): Html {
  return html`<h2 class="yici-app__title" lang="en">${title}</h2>
    <pre class="yici-app__code yici-code" data-testid="${testId}">${JSON.stringify(fields, null, 2)}</pre>`;
}
