import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATED_DOCUMENTS } from "./docs/generated-documents.ts";
import { renderSchema } from "./postgres/render-schema.ts";

const ROOT = join(import.meta.dirname, "..");

for (const { path, render } of GENERATED_DOCUMENTS) {
  writeFileSync(join(ROOT, path), render());
  console.log(path);
}

const SCHEMA = "docs/reference/postgres-schema.sql";
writeFileSync(join(ROOT, SCHEMA), await renderSchema());
console.log(SCHEMA);
