import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DELIVERY_TRANSITIONS } from "../src/deliveries/delivery.ts";
import { GRANT_TRANSITIONS } from "../src/grants/grant.ts";

const [GRANT_DIAGRAM = "", DELIVERY_DIAGRAM = ""] = readDiagrams();

test("the diagram of a grant in ARCHITECTURE.md shows every change of state there is, and no other", () => {
  const legal = Object.entries(GRANT_TRANSITIONS).flatMap(([from, changes]) =>
    Object.entries(changes).map(([event, to]) => `${from} --> ${to}: ${event}`),
  );

  const shown = listArrows(GRANT_DIAGRAM).map(
    ({ from, to, label }) => `${from} --> ${to}: ${label}`,
  );

  assert.deepEqual(shown.toSorted(), legal.toSorted());
});

test("the diagram of a message in ARCHITECTURE.md shows every change of state there is, and no other", () => {
  const legal = Object.entries(DELIVERY_TRANSITIONS).flatMap(([from, states]) =>
    states.map((to) => `${from} --> ${to}`),
  );

  const shown = listArrows(DELIVERY_DIAGRAM).map(({ from, to }) => `${from} --> ${to}`);

  assert.deepEqual(shown.toSorted(), legal.toSorted());
});

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

function readDiagrams(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "../../../ARCHITECTURE.md"), "utf8");
  return text.match(/(?<=^```mermaid\nstateDiagram-v2\n).*?(?=^```$)/gms) ?? [];
}

/** The arrows between states; one that leaves a group leaves each of its members. */
function listArrows(diagram: string): readonly Arrow[] {
  const groups = new Map(
    [...diagram.matchAll(/state ".*?" as (\w+) \{(.*?)\}/gs)].map(([, name, inside = ""]) => [
      name,
      new Set(readArrows(inside).flatMap(({ from, to }) => [from, to])),
    ]),
  );
  return readArrows(diagram).flatMap((arrow) =>
    [...(groups.get(arrow.from) ?? [arrow.from])].map((from) => ({ ...arrow, from })),
  );
}

function readArrows(diagram: string): readonly Arrow[] {
  const lines = diagram.matchAll(/(\w+) --> (\w+)(?:: (.*))?$/gm);
  return [...lines].map(([, from = "", to = "", label = ""]) => ({ from, to, label }));
}
