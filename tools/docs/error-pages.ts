import { PAGE_CHECKS } from "@yici/platform";
import { renderMarkdownTable } from "./markdown-table.ts";
import { PAGE_PROOFS } from "./page-proofs-table.ts";

/** `docs/reference/error-pages.md`. */
export function renderErrorPages(): string {
  return `${HEAD}
## The confirm page 确认页

\`/mp/subscribemsg\`, and the control API's \`/control/v1/decisions\`.

${renderChecks("confirm")}
## OAuth 网页授权

\`/connect/oauth2/authorize\`.

${renderChecks("oauth")}`;
}

const HEAD = `# Error pages 错误页

<!-- Generated from packages/platform/src/pages/page-checks.ts and tools/docs/page-proofs-table.ts by \`npm run docs\`; change it there. -->

The checks of WeChat's two pages, in the order in which they are made, what the page says when one fails, and the test that
shows it. Below WeChat's own words stands the likely cause, for developers; nobody is ever redirected to an address that no
check has passed. Every such page comes with HTTP 200, and its \`data-check\` names the check.

微信两个页面的检查，按先后顺序：不通过时页面显示什么、由哪个测试证明。微信的原话下面另有给开发者看的可能原因。
`;

function renderChecks(page: keyof typeof PAGE_CHECKS): string {
  return renderMarkdownTable(
    ["Check 检查", "The page says 页面文字", "Shown by 由此证明"],
    PAGE_CHECKS[page].map(({ name, pageText }) => [
      `\`${name}\``,
      `${pageText.zh}<br>${pageText.en}`,
      (PAGE_PROOFS[page][name] ?? [])
        .map((test) => test.replace(/^(\S+): /, "`$1`: "))
        .join("<br>"),
    ]),
  );
}
