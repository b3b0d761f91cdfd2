import type { World } from "@yici/runtime";
import type { FastifyInstance } from "fastify";
import { EventStreams } from "./event-streams.ts";
import type { PhoneSource } from "./phone-source.ts";

/**
 * `GET /phone/{person}/events`: Server-Sent Events, one `change` whenever that phone shows something else; with
 * `?desk=true` also whenever what stands beside it on a desk does.
 */
export function registerPhoneEvents(app: FastifyInstance, source: PhoneSource, world: World): void {
  const streams = new EventStreams(world);
  app.addHook("preClose", async () => streams.close());

  app.get<{ Params: { person: string }; Querystring: { desk?: unknown } }>(
    "/phone/:person/events",
    { exposeHeadRoute: false },
    async (request, reply) => {
      const person = source.findPerson(request.params.person);
      if (person === undefined) return reply.code(404).send();
      if (streams.isFull) return reply.code(503).header("retry-after", "5").send();
      reply.hijack();
      streams.start(reply.raw, (listener) => {
        const stop = source.onChange(person.id, listener);
        if (request.query.desk !== "true") return stop;
        const stopAtDesk = source.onDeskChange(listener);
        return () => {
          stop();
          stopAtDesk();
        };
      });
      return reply;
    },
  );
}
