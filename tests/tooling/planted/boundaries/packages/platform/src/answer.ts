import { now } from "@yici/runtime";

export const answer = now;
