import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createDispatcher } from "@yici/runtime";
import { startPhone } from "./start-phone.ts";

/** A phone that listens, and a browser that can open its streams of events. */
async function startListening(context: TestContext, connections = 8) {
  const phone = startPhone();
  const origin = await phone.app.listen({ host: "127.0.0.1", port: 0 });
  const dispatcher = createDispatcher({ connections });
  context.after(async () => {
    await dispatcher.destroy();
    await phone.app.close();
  });
  const open = async (personId: string) => {
    const answer = await dispatcher.request({
      origin,
      path: `/phone/${personId}/events`,
      method: "GET",
    });
    return { ...answer, chunks: answer.body.setEncoding("utf8")[Symbol.asyncIterator]() };
  };
  return { ...phone, open };
}

test("a message that arrives is told to whoever looks at that phone", async (context) => {
  const { source, open } = await startListening(context);
  const { statusCode, headers, chunks } = await open("zhang");
  assert.equal(statusCode, 200);
  assert.equal(headers["content-type"], "text/event-stream; charset=utf-8");
  assert.match(await read(chunks), /^retry: \d+\n\n$/);

  source.deliver("zhang", {});

  assert.equal(await read(chunks), "event: change\ndata: {}\n\n");
});

test("what happens on another phone is not told", async (context) => {
  const { source, open, world } = await startListening(context);
  const { chunks } = await open("zhang");
  await read(chunks);

  source.deliver("li", {});
  await world.advance(20_000);

  assert.equal(await read(chunks), ":\n\n");
});

test("many changes at once are told once", async (context) => {
  const { source, open, world } = await startListening(context);
  const { chunks } = await open("zhang");
  await read(chunks);

  for (let count = 0; count < 50; count += 1) source.deliver("zhang", {});
  assert.equal(await read(chunks), "event: change\ndata: {}\n\n");

  await world.advance(20_000);
  assert.equal(await read(chunks), ":\n\n");
});

test("a silent stream shows every 20 seconds that it is alive", async (context) => {
  const { open, world } = await startListening(context);
  const { chunks } = await open("zhang");
  await read(chunks);

  await world.advance(40_000);

  let seen = "";
  while (seen.length < 6) seen += await read(chunks);
  assert.equal(seen, ":\n\n:\n\n");
});

test("a stop ends the streams, waits for none of them, and leaves no listener behind", async (context) => {
  const { app, source, open } = await startListening(context);
  const { chunks } = await open("zhang");
  await read(chunks);
  assert.equal(source.countListeners("zhang"), 1);

  await app.close();

  assert.equal((await chunks.next()).done, true);
  assert.equal(source.countListeners("zhang"), 0);
});

test("a browser that leaves is no longer listened for", async (context) => {
  const { source, open } = await startListening(context);
  const { body, chunks } = await open("zhang");
  await read(chunks);
  const hasLeft = new Promise<void>((resolve) => source.whenLeft("zhang", resolve));

  body.destroy();
  await hasLeft;

  assert.equal(source.countListeners("zhang"), 0);
});

test("only so many may listen at once, and a place that becomes free is given again", async (context) => {
  const { source, open } = await startListening(context, 256);
  const streams = await Promise.all(Array.from({ length: 200 }, () => open("zhang")));

  const refused = await open("zhang");
  assert.equal(refused.statusCode, 503);
  assert.equal(refused.headers["retry-after"], "5");

  const [first] = streams;
  const hasLeft = new Promise<void>((resolve) => source.whenLeft("zhang", resolve));
  first?.body.destroy();
  await hasLeft;
  assert.equal((await open("zhang")).statusCode, 200);
});

test("nobody's phone tells nothing", async (context) => {
  const { open } = await startListening(context);

  assert.equal((await open("nobody")).statusCode, 404);
});

async function read(chunks: AsyncIterator<unknown, unknown>): Promise<string> {
  const { value } = await chunks.next();
  return String(value);
}
