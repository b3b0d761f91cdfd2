// expect: protocol-knows-no-package, protocol-imports-nobody
import { now } from "@yici/runtime";
// expect: protocol-imports-nobody
import qrcode from "qrcode";

export const leaning = [now, qrcode];
