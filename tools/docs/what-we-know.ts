import { READINGS, SETTLED_POINTS, STRICT_RULES } from "@yici/platform";
import type { BilingualText } from "@yici/protocol";
import { renderMarkdownTable } from "./markdown-table.ts";

/** `docs/reference/what-we-know.md`. */
export function renderWhatWeKnow(): string {
  return `${HEAD}
## Readings 读法

${INTRODUCTION}
${renderReadings()}
## Read in one way alone 只有一种读法

${renderMarkdownTable(
  ["Point 问题", "Reading 读法"],
  SETTLED_POINTS.map(({ point, reading }) => [both(point), both(reading)]),
)}
## What \`strict\` enforces 严格模式

What the real one is known to do and a sandbox relaxes. It is a switch of its own: \`startPlatform({ strict: true })\`,
\`yici platform --strict\`. 真实平台确实会检查、沙箱放宽的地方，是单独的开关。

${renderMarkdownTable(
  ["The real one 真实平台", "In a sandbox 沙箱", "Strict 严格"],
  STRICT_RULES.map(({ rule, inSandbox, ifStrict }) => [
    both(rule),
    both(inSandbox),
    both(ifStrict),
  ]),
)}`;
}

const HEAD = `# What we know, what we chose 已知与选择

<!-- Generated from packages/platform/src/readings by \`npm run docs\`; change it there. -->

WeChat's document leaves points open, and nobody outside of WeChat knows them. Here is each of them, what is known around it,
how this platform reads it, and how it can be told to read it otherwise. Nothing here was tried on the real platform.

官方文档留下了一些没有说清的地方，微信之外没有人确切知道。这里逐一列出：已知什么、本平台默认怎么读、还可以怎么读。以上都没有在真实平台上验证过。
`;

const INTRODUCTION = `Each has a name. \`startPlatform({ readings: { cancel: "revoke" } })\` or \`yici platform --readings cancel=revoke,grantLife=30_days\`
chooses; what is not named keeps its default (**bold**). \`readings: "pessimistic"\`, \`--readings pessimistic\`, chooses all that
are marked ⚠, the worse answer each: a test suite that passes under both does not depend on the answer.

每一点都有名字，可以单独选择；没有写出的用默认（**粗体**）。\`pessimistic\` 一次选上所有带 ⚠ 的：两种读法下都通过的测试，就不依赖于答案。
`;

function renderReadings(): string {
  return renderMarkdownTable(
    ["Name 名称", "Question 问题", "What is known 已知", "Readings 读法"],
    Object.entries(READINGS).map(([name, point]) => [
      `\`${name}\``,
      both(point.question),
      both(point.known),
      Object.entries<BilingualText>(point.choices)
        .map(([word, meaning]) => renderChoice(point, word, meaning))
        .join("<br>"),
    ]),
  );
}

interface Chosen {
  readonly default: string;
  readonly pessimistic?: string;
}

function renderChoice(point: Chosen, word: string, meaning: BilingualText): string {
  const name = word === point.default ? `**\`${word}\`**` : `\`${word}\``;
  const mark = word === point.pessimistic ? " ⚠" : "";
  const meant = meaning.zh === meaning.en ? meaning.zh : `${meaning.zh} ${meaning.en}`;
  const says = meant === word ? "" : `：${meant}`;
  return `${name}${mark}${says}`;
}

function both({ zh, en }: BilingualText): string {
  return zh === en ? zh : `${zh}<br>${en}`;
}
