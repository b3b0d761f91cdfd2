export { sign, type Signature } from "./sign.ts";
