import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallbackAction } from "@yici/protocol";
import { buildCallbackLocation, parseCallback } from "@yici/protocol";
import queries from "./vectors/callback-queries.json" with { type: "json" };
import locations from "./vectors/callbacks.json" with { type: "json" };

for (const vector of locations.vectors) {
  test(`a callback is built: ${vector.name}`, () => {
    const location = buildCallbackLocation(
      {
        redirectUrl: vector.redirect_url,
        action: readAction(vector.action),
        openid: vector.openid,
        templateId: vector.template_id,
        reserved: vector.reserved,
        scene: vector.scene,
      },
      { fragment: vector.fragment === "observed" ? "observed" : "clean" },
    );

    assert.equal(location, vector.location);
  });

  test(`a callback is read: ${vector.name}`, () => {
    assert.deepEqual(parseCallback(new URL(vector.location).search.slice(1)), {
      kind: "parsed",
      openid: vector.openid,
      templateId: vector.template_id,
      action: vector.action,
      scene: String(vector.scene),
      reserved: vector.reserved,
    });
  });
}

for (const { name, query, parameters, refused } of queries.vectors) {
  test(`a callback's query is read or refused: ${name}`, () => {
    assert.deepEqual(
      parseCallback(query),
      refused === undefined
        ? {
            kind: "parsed",
            openid: parameters.openid,
            templateId: parameters.template_id,
            action: parameters.action,
            scene: parameters.scene,
            reserved: parameters.reserved,
          }
        : { kind: "refused", ...refused },
    );
  });
}

function readAction(text: string): CallbackAction {
  assert.ok(text === "confirm" || text === "cancel");
  return text;
}
