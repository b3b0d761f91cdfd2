import type { BilingualText } from "@yici/protocol";
import { html, type Html } from "@yici/runtime";
import type { ControlIssue } from "../control/control-error.ts";
import { bilingual } from "../pages/bilingual.ts";
import { TEST_IDS } from "../pages/test-ids.ts";

/** One field of a form of the console. */
export interface ConsoleField {
  readonly name: string;
  readonly label: BilingualText;
  /** What may stand there, said below the field, and again when it does not. */
  readonly rule: BilingualText;
  readonly control:
    | { readonly kind: "line" | "lines" | "check" }
    | { readonly kind: "choice"; readonly options: readonly (readonly [string, string])[] };
  /** Which issues are this field's, by their path. Default: those of the field's own name. */
  readonly at?: RegExp;
}

/** What stands in the fields of a form, by name; a checked box has `true`. */
export type FieldValues = Readonly<Record<string, string>>;

/** A field, with what is wrong with it. */
export function renderConsoleField(
  field: ConsoleField,
  values: FieldValues,
  issues: readonly ControlIssue[],
): Html {
  const issue = issues.find(({ path }) => belongsTo(field, path));
  const id = `field-${field.name}`;
  return html`<div class="yici-field">
    <label for="${id}">${bilingual(field.label.zh, field.label.en)}</label>
    ${renderControl(field, { id, value: values[field.name] ?? "", isWrong: issue !== undefined })}
    <p class="yici-field__rule" id="${id}-rule">${bilingual(field.rule.zh, field.rule.en)}</p>
    ${
      issue &&
      html`<p class="yici-field__problem" id="${id}-problem" role="alert" data-testid="${TEST_IDS.fieldProblem}" data-field="${field.name}">
        ${bilingual(`未保存：${issue.problem.zh}`, `Not saved: ${issue.problem.en}`)}
      </p>`
    }
  </div>`;
}

/** The issues that are no field's. */
export function listOtherIssues(
  fields: readonly ConsoleField[],
  issues: readonly ControlIssue[],
): readonly ControlIssue[] {
  return issues.filter(({ path }) => !fields.some((field) => belongsTo(field, path)));
}

function belongsTo({ name, at }: ConsoleField, path: string): boolean {
  return at?.test(path) ?? path.split("/")[1] === name;
}

interface ControlState {
  readonly id: string;
  readonly value: string;
  readonly isWrong: boolean;
}

function renderControl(
  { name, control }: ConsoleField,
  { id, value, isWrong }: ControlState,
): Html {
  const common = html`id="${id}" name="${name}" data-testid="${TEST_IDS.consoleField}" data-field="${name}"
  aria-describedby="${id}-rule${isWrong && ` ${id}-problem`}" ${isWrong && html`aria-invalid="true"`}`;
  switch (control.kind) {
    case "line":
      return html`<input type="text" autocomplete="off" spellcheck="false" value="${value}" ${common} />`;
    case "lines":
      return html`<textarea rows="4" spellcheck="false" ${common}>${value}</textarea>`;
    case "check":
      return html`<input type="checkbox" value="true" ${value === "true" && html`checked`} ${common} />`;
    case "choice":
      return html`<select ${common}>
        ${control.options.map(
          ([option, text]) =>
            html`<option value="${option}" ${option === value && html`selected`}>${text}</option>`,
        )}
      </select>`;
  }
}
