import { there } from "./there.ts"; // expect: no-cycles

export const here = 1;
export const other = () => there;
