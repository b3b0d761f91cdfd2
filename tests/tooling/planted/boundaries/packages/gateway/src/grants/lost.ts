import { nowhere } from "./nowhere.ts"; // expect: everything-resolves

export const lost = nowhere;
