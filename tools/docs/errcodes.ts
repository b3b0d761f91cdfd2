import { ERRCODES, type ErrcodeFact } from "@yici/protocol";
import { ERRCODE_PROOFS, type ErrcodeProof } from "./errcode-proofs-table.ts";
import { renderMarkdownTable } from "./markdown-table.ts";

/** `docs/reference/errcodes.md`. */
export function renderErrcodes(): string {
  const known = ERRCODES.map((fact) => ({ fact, proof: ERRCODE_PROOFS[fact.errcode] }));
  const answered = known.filter(({ proof }) => proof !== undefined && "tests" in proof);
  const never = known.filter(({ proof }) => proof === undefined || "never" in proof);
  return `${HEAD}
## Answered by state 按状态回答

${renderTable("Shown by 由此证明", answered)}
## Never answered by state 不会按状态回答

A fault (\`POST /control/v1/faults\`) can be told to answer any code, these included. 注入故障时可以指定任何错误码，包括下面这些。

${renderTable("Why not 原因", never)}`;
}

const HEAD = `# Errcodes 错误码

<!-- Generated from packages/protocol/src/errcode-table.ts and tools/docs/errcode-proofs-table.ts by \`npm run docs\`; change it there. -->

Every errcode that this capability's calls, their token calls and their diagnostics are known to answer; which of them this
platform answers, always by the state of things and never by a script; and the test that shows it. Each refusal stands in
the journal with its reason in words. Known: \`D\` documented, \`D2\` documented, read second-hand, \`R\` reported of this call,
\`R-sib\` of a sibling, \`I\` inferred.

这个能力的接口、取 access_token 的接口和诊断接口已知的全部错误码：本平台按账号、人、授权的真实状态回答哪些，由哪个测试证明。每次拒绝的原因都用文字写在日志（journal）里。
`;

interface KnownErrcode {
  readonly fact: ErrcodeFact;
  readonly proof: ErrcodeProof | undefined;
}

function renderTable(last: string, rows: readonly KnownErrcode[]): string {
  return renderMarkdownTable(
    ["errcode", "errmsg", "Meaning 含义", "Known 依据", last],
    rows.map(({ fact, proof }) => [
      String(fact.errcode),
      fact.errmsg === "" ? "" : `\`${fact.errmsg}\``,
      `${fact.meaning.zh}<br>${fact.meaning.en}`,
      `[${fact.evidence}](${fact.source})`,
      renderProof(proof),
    ]),
  );
}

function renderProof(proof: ErrcodeProof | undefined): string {
  if (proof === undefined) return "";
  if ("never" in proof) return proof.never;
  return proof.tests.map((test) => test.replace(/^(\S+): /, "`$1`: ")).join("<br>");
}
