import assert from "node:assert/strict";
import { test } from "node:test";
import { Html, html, jsonForScript } from "@yici/runtime";
import * as fc from "fast-check";

test("text from outside stays text, in content and in a quoted attribute", () => {
  const hostile = `"><script>alert('x')</script>&`;

  const page = html`<p title="${hostile}">${hostile}</p>`;

  const escaped = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;";
  assert.equal(page.text, `<p title="${escaped}">${escaped}</p>`);
});

test("a template inside a template is not escaped twice, and a list shows its items", () => {
  const items = ["a<b", "c"].map((item) => html`<li>${item}</li>`);

  const list = html`<ul>${items}</ul>`;

  assert.equal(list.text, "<ul><li>a&lt;b</li><li>c</li></ul>");
});

test("absent values show nothing, zero shows itself", () => {
  assert.equal(html`[${undefined}${null}${false}${0}]`.text, "[0]");
});

test("only text that is trusted by name is passed through", () => {
  assert.equal(html`${Html.raw("<br>")}`.text, "<br>");
});

test("no text can open a tag, end an attribute or start an entity", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = html`${text}`.text;

      assert.doesNotMatch(shown, /[<>"']/);
      assert.doesNotMatch(shown.replace(/&(?:amp|lt|gt|quot|#39);/g, ""), /&/);
    }),
  );
});

test("JSON for a script element cannot end the element and means the same", () => {
  const value = { text: "</script><!-- \u2028 &" };

  const shown = jsonForScript(value).text;

  assert.doesNotMatch(shown, /[<>&\u2028]/);
  assert.deepEqual(JSON.parse(shown), value);
});
