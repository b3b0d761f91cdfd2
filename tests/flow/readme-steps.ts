/** One thing a reader of a README does, in the order of the page. */
export type ReadmeStep =
  /** The command of a block marked `sh start` or `sh test`. */
  | { readonly kind: "start" | "test"; readonly text: string }
  | ReadmeBlock
  /** Something done in a browser, where the text says so and then `<!-- tour: confirm -->`. */
  | { readonly kind: "confirm" };

/** A program (`js run`), or commands to type (`sh tour`), with the exit code when it is not 0 (`exit-1`). */
export interface ReadmeBlock {
  readonly kind: "run" | "tour";
  readonly text: string;
  /** What it says that it prints, after `# →` or `// →`. */
  readonly prints: readonly string[];
  readonly exitCode: number;
}

/** The steps of a README. Blocks that are not marked show something and are not run. */
export function parseReadme(markdown: string): readonly ReadmeStep[] {
  return [...markdown.matchAll(STEP)].map(([, kind, exitCode = "0", text = ""]) => {
    switch (kind) {
      case "start":
      case "test":
        return { kind, text };
      case "run":
      case "tour":
        return { kind, text, prints: listPrinted(text), exitCode: Number(exitCode) };
      default:
        return { kind: "confirm" };
    }
  });
}

const STEP =
  /^```(?:sh|js) (start|test|run|tour)(?: exit-([0-9]+))?\n(.*?)^```$|<!-- tour: confirm -->/gms;
const PRINTED = /(?:#|\/\/) → (.*)$/gm;

function listPrinted(text: string): readonly string[] {
  return [...text.matchAll(PRINTED)].map(([, printed = ""]) => printed);
}
