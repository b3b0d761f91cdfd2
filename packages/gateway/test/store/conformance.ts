import { describe } from "node:test";
import { testCallbacks } from "./conformance/callbacks.ts";
import { testCommits } from "./conformance/commits.ts";
import { testDoubt } from "./conformance/doubt.ts";
import { testFaults } from "./conformance/faults.ts";
import { testLeases } from "./conformance/leases.ts";
import { testLimits } from "./conformance/limits.ts";
import { testMessages } from "./conformance/messages.ts";
import { testModel } from "./conformance/model.ts";
import { testRaces } from "./conformance/races.ts";
import { testRecords } from "./conformance/records.ts";
import { testSlots } from "./conformance/slots.ts";
import { testTime } from "./conformance/time.ts";
import type { StoreEngine } from "./store-engine.ts";

/**
 * The definition of a store: what every engine does, and what none does. Random histories are many, and may be told to
 * a faster variant of the same engine.
 */
export function testStore(engine: StoreEngine, fasterEngine: StoreEngine = engine): void {
  describe(`a store on ${engine.name}`, () => {
    testSlots(engine);
    testCallbacks(engine);
    testMessages(engine);
    testLeases(engine);
    testLimits(engine);
    testFaults(engine);
    testDoubt(engine);
    testTime(engine);
    testCommits(engine);
    testRaces(engine);
    testRecords(engine);
    testModel(fasterEngine);
  });
}
