import type { World } from "@yici/runtime";
import type { FastifyInstance } from "fastify";
import { EventStreams } from "./event-streams.ts";
import type { PhoneSource } from "./phone-source.ts";

/** `GET /phone/{person}/events`: Server-Sent Events, one `change` whenever that phone shows something else. */
export function registerPhoneEvents(app: FastifyInstance, source: PhoneSource, world: World): void {
  const streams = new EventStreams(world);
  app.addHook("preClose", async () => streams.close());

  app.get<{ Params: { person: string } }>(
    "/phone/:person/events",
    { exposeHeadRoute: false },
    async (request, reply) => {
      const person = source.findPerson(request.params.person);
      if (person === undefined) return reply.code(404).send();
      if (streams.isFull) return reply.code(503).header("retry-after", "5").send();
      reply.hijack();
      streams.start(reply.raw, (listener) => source.onChange(person.id, listener));
      return reply;
    },
  );
}
