import assert from "node:assert/strict";
import { test } from "node:test";
import {
  buildSendBody,
  parseOpenId,
  parseScene,
  parseSendBody,
  parseTemplateId,
} from "@yici/protocol";
import { must } from "./must.ts";
import file from "./vectors/send-bodies.json" with { type: "json" };

for (const { name, body, fields, data_keys, errcode } of file.vectors) {
  test(`a body is read or refused: ${name}`, () => {
    assert.deepEqual(
      parseSendBody(body),
      fields === undefined
        ? { kind: "refused", errcode }
        : {
            kind: "parsed",
            fields: {
              touser: fields.touser,
              templateId: fields.template_id,
              url: fields.url,
              miniprogram: fields.miniprogram,
              scene: fields.scene,
              title: fields.title,
              content: fields.content,
              color: fields.color,
              dataKeys: data_keys,
            },
          },
    );
  });
}

for (const { name, body, request } of file.vectors) {
  if (request === undefined) continue;

  test(`a body is built: ${name}`, () => {
    const { touser, template_id, scene, ...content } = request;

    const built = buildSendBody({
      ...content,
      touser: must(parseOpenId(touser)),
      templateId: must(parseTemplateId(template_id)),
      scene: must(parseScene(scene)),
    });

    assert.equal(built, body);
  });
}
