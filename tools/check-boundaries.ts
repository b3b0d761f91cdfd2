import { join } from "node:path";
import { BOUNDARY_RULES } from "./boundaries/boundary-rules.ts";
import { judgeBoundaries } from "./boundaries/judge-boundaries.ts";

const { files, importCount, violations } = await judgeBoundaries(join(import.meta.dirname, ".."));
// One import too many can close dozens of cycles; the shortest tells most.
const shortestFirst = violations.toSorted((one, other) => one.to.length - other.to.length);
for (const { rule, from, to } of shortestFirst) {
  const comment = BOUNDARY_RULES.find(({ name }) => name === rule)?.comment ?? "";
  console.log(`${rule}: ${from} → ${to}\n    ${comment}`);
}
console.log(`${files.length} files, ${importCount} imports, ${violations.length} violations`);
process.exitCode = violations.length === 0 && importCount > 0 ? 0 : 1;
