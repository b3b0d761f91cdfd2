import { stripVTControlCharacters } from "node:util";

/** Text from outside on one line, with nothing in it that could steer a terminal. */
export function cleanLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\r\n\t]+/g, " ")
    .replace(STEERING, "");
}

/** Text from outside with its line breaks, with nothing in it that could steer a terminal. */
export function cleanText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(cleanLine)
    .join("\n");
}

/** Control characters, and the marks that turn the direction of writing. */
const STEERING = /[\p{Control}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
