import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { createManualWorld } from "@yici/runtime";
import { EventStreams } from "../../src/phone/event-streams.ts";

/** A browser that has opened a stream and reads nothing of it. */
class DeafResponse extends Writable {
  override _write(): void {}

  writeHead(): this {
    return this;
  }
}

test("a browser that reads nothing is dropped before much has piled up for it", async () => {
  const world = createManualWorld();
  const streams = new EventStreams(world);
  const response = new DeafResponse();
  let isListening = true;
  streams.start(response, () => () => {
    isListening = false;
  });

  for (let beat = 0; beat < 10_000 && !response.destroyed; beat += 1) await world.advance(20_000);

  assert.equal(response.destroyed, true);
  assert.ok(response.writableLength < 20_000);
  assert.equal(isListening, false);
});

test("streams that are closed start no more", () => {
  const streams = new EventStreams(createManualWorld());

  streams.close();

  assert.equal(streams.isFull, true);
});
