import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { DEFECTS } from "./defects-table.ts";
import { editSource } from "./edit-source.ts";

/**
 * Has every module that is loaded from now on read with a defect in it; the files stay as they are. Throws for a defect
 * that is not in the table and, when the module is loaded, where its place is not there exactly once.
 */
export function plantDefect(name: string): void {
  const defect = DEFECTS[name];
  if (defect === undefined) throw new RangeError(`there is no defect "${name}"`);
  const root = new URL("../../", import.meta.url);
  const edits = Map.groupBy(defect.edits, ({ file }) => new URL(file, root).href);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const here = edits.get(url);
      if (here === undefined) return loaded;
      return { ...loaded, source: here.reduce(editSource, readFileSync(new URL(url), "utf8")) };
    },
  });
}
