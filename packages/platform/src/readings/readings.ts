import { ConfigError, type ConfigIssue } from "@yici/protocol";
import { READINGS } from "./readings-table.ts";

export type ReadingName = keyof typeof READINGS;

/** One choice for every open point: which of the possible WeChats this platform is. */
export type Readings = {
  readonly [Name in ReadingName]: Name extends "grantLife"
    ? GrantLife
    : keyof (typeof READINGS)[Name]["choices"];
};

/** How long a grant lives. */
export type GrantLife = "endless" | `${number}_days`;

/** What a platform is started with: all defaults, all pessimistic ones, or the defaults but for what is named. */
export type ReadingsOption = "default" | "pessimistic" | Partial<Readings>;

/** The readings an option stands for, frozen. Throws `ConfigError` with every name and word that is none. */
export function readReadings(option: ReadingsOption = "default"): Readings {
  if (option === "default") return DEFAULT;
  if (option === "pessimistic") return PESSIMISTIC;
  assertReadings(option);
  return Object.freeze({ ...DEFAULT, ...option });
}

/**
 * An option as it is typed: `default`, which is also meant when nothing is, `pessimistic`, or `name=word` pairs joined by commas, such as
 * `cancel=revoke,grantLife=30_days`. Throws `ConfigError` with every name and word that is none.
 */
export function parseReadings(text = "default"): ReadingsOption {
  if (text === "default" || text === "pessimistic") return text;
  const pairs = text.split(",").map((pair) => pair.split("=", 2));
  const option: Readonly<Record<string, string>> = Object.fromEntries(
    pairs.map(([name = "", word = ""]) => [name.trim(), word.trim()]),
  );
  assertReadings(option);
  return option;
}

/** Milliseconds of a grant's life; `undefined` when it has no end. */
export function readGrantLifeMs(life: GrantLife): number | undefined {
  const days = DAYS.exec(life)?.[1];
  return days === undefined ? undefined : Number(days) * DAY_MS;
}

const DAYS = /^([1-9][0-9]{0,3})_days$/;
const DAY_MS = 86_400_000;

const DEFAULT: Readings = Object.freeze({
  cancel: READINGS.cancel.default,
  grantLife: READINGS.grantLife.default,
  missingContent: READINGS.missingContent.default,
  longContent: READINGS.longContent.default,
  fragment: READINGS.fragment.default,
  absentReserved: READINGS.absentReserved.default,
  oddReserved: READINGS.oddReserved.default,
  callbackPath: READINGS.callbackPath.default,
  subDomains: READINGS.subDomains.default,
  httpRedirects: READINGS.httpRedirects.default,
  appScenes: READINGS.appScenes.default,
  sendQuota: READINGS.sendQuota.default,
  blocked: READINGS.blocked.default,
  pageTexts: READINGS.pageTexts.default,
});

const PESSIMISTIC: Readings = Object.freeze({
  ...DEFAULT,
  cancel: READINGS.cancel.pessimistic,
  grantLife: READINGS.grantLife.pessimistic,
  missingContent: READINGS.missingContent.pessimistic,
  longContent: READINGS.longContent.pessimistic,
  fragment: READINGS.fragment.pessimistic,
  absentReserved: READINGS.absentReserved.pessimistic,
});

function assertReadings(
  option: Readonly<Record<string, string>>,
): asserts option is Partial<Readings> {
  const issues = Object.entries(option).flatMap(([name, word]) => checkReading(name, word));
  if (issues.length > 0) throw new ConfigError(issues);
}

function checkReading(name: string, word: unknown): readonly ConfigIssue[] {
  if (!isReadingName(name)) {
    const known = Object.keys(READINGS).join(", ");
    return [{ name: `readings.${name}`, problem: `is no reading; there are ${known}` }];
  }
  const choices = Object.keys(READINGS[name].choices);
  const isOne = typeof word === "string" && (choices.includes(word) || isLife(name, word));
  return isOne
    ? []
    : [{ name: `readings.${name}`, problem: `must be one of ${choices.join(", ")}` }];
}

function isLife(name: ReadingName, word: string): boolean {
  return name === "grantLife" && DAYS.test(word);
}

function isReadingName(name: string): name is ReadingName {
  return Object.hasOwn(READINGS, name);
}
