import { renderDefaults } from "./defaults.ts";
import { renderErrcodes } from "./errcodes.ts";
import { renderErrorPages } from "./error-pages.ts";
import { renderWhatWeKnow } from "./what-we-know.ts";

/** A document that is made from tables in the code. */
interface GeneratedDocument {
  /** From the root of the work tree. */
  readonly path: string;
  readonly render: () => string;
}

/** All of them: `npm run docs` writes them, and a test sees to it that they are up to date. */
export const GENERATED_DOCUMENTS: readonly GeneratedDocument[] = [
  { path: "docs/reference/defaults.md", render: renderDefaults },
  { path: "docs/reference/errcodes.md", render: renderErrcodes },
  { path: "docs/reference/error-pages.md", render: renderErrorPages },
  { path: "docs/reference/what-we-know.md", render: renderWhatWeKnow },
];
