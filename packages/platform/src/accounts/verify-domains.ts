import type { World } from "@yici/runtime";
import { ControlError, type ControlIssue } from "../control/control-error.ts";
import type { AccountPatch } from "../control/inputs.ts";
import { openAnswerSlot } from "../push/answer-slot.ts";
import { type Exchange, exchange } from "../push/exchange.ts";
import type { Account, DomainVerification } from "./account.ts";
import { parseBusinessDomain } from "./business-domain.ts";

interface VerifyParts {
  readonly world: World;
  readonly stopping: AbortSignal;
}

/**
 * Sees to it that each domain which a patch adds to an account serves the account's `MP_verify_….txt`, unchanged, at its root,
 * if the account has one; the domains that were there already are not asked again. Throws `ControlError` naming those that do not.
 */
export async function verifyNewDomains(
  parts: VerifyParts,
  account: Account | undefined,
  patch: AccountPatch,
): Promise<void> {
  const verification =
    patch.domainVerification === undefined
      ? (account?.domainVerification ?? null)
      : patch.domainVerification;
  if (verification === null) return;
  const issues = await Promise.all(
    listNewDomains(account, patch).map(({ path, domain }) =>
      findIssue(parts, { path, domain, verification }),
    ),
  );
  const found = issues.filter((issue) => issue !== undefined);
  if (found.length === 0) return;
  throw new ControlError("invalid_request", "a domain was not verified", found);
}

interface NewDomain {
  /** Where it stands in the patch. */
  readonly path: string;
  readonly domain: string;
}

/** What is no domain at all is left to who reads the patch. */
function listNewDomains(account: Account | undefined, patch: AccountPatch): readonly NewDomain[] {
  return (["businessDomains", "oauthDomains"] as const).flatMap((field) => {
    const known = account?.[field] ?? [];
    return (patch[field] ?? []).flatMap((text, index) => {
      const domain = parseBusinessDomain(text);
      return domain === undefined || known.includes(domain)
        ? []
        : [{ path: `/${field}/${index}`, domain }];
    });
  });
}

interface Proof extends NewDomain {
  readonly verification: DomainVerification;
}

/** By https, or else by http, as WeChat takes both. */
async function findIssue(parts: VerifyParts, proof: Proof): Promise<ControlIssue | undefined> {
  const { path, domain, verification } = proof;
  const { fileName, content, port } = verification;
  const host = port === null ? domain : `${domain}:${port}`;
  for (const scheme of ["https", "http"]) {
    const answer = await ask(parts, `${scheme}://${host}/${fileName}`);
    if (answer.kind !== "answered" || answer.status !== 200) continue;
    if (answer.text.trim() === content.trim()) return undefined;
  }
  return {
    path,
    problem: {
      zh: `域名根目录下要能以 https 或 http 取到原样的 ${fileName}`,
      en: `must serve ${fileName} at its root, unchanged, by https or http`,
    },
  };
}

async function ask({ world, stopping }: VerifyParts, url: string): Promise<Exchange> {
  const slot = openAnswerSlot(world, stopping);
  const answer = await exchange(world, { url, query: new URLSearchParams() }, slot.deadline);
  slot.close();
  return answer;
}
