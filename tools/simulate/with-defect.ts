import { plantDefect } from "./plant-defect.ts";

// `node --conditions=@yici/source tools/simulate/with-defect.ts NAME --seeds 100`: the same, with a mistake in the gateway.

const [defect = "", ...args] = process.argv.slice(2);
plantDefect(defect);
process.argv.splice(2, Infinity, ...args);
await import("../simulate.ts");
