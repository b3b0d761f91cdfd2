import { sign } from "@yici/protocol"; // expect: runtime-knows-no-package

export const leaning = sign;
