import { Type } from "typebox";
import { ProblemError } from "./problem.ts";
import { defineRoute } from "./route.ts";
import type { ApiRoute } from "./route.ts";

/** Any name does: the question is whether the database answers. */
const PROBE = "readiness";

const HealthJson = Type.Object({ status: Type.Literal("ok") });

/** `/healthz` and `/readyz`: for whoever watches the process. No key needed. */
export const HEALTH_ROUTES: readonly ApiRoute[] = [
  defineRoute({
    method: "GET",
    path: "/healthz",
    operation: "checkHealth",
    summary: "The process answers",
    answer: HealthJson,
    status: 200,
    isOpen: true,
    async handle() {
      return { body: { status: "ok" as const } };
    },
  }),
  defineRoute({
    method: "GET",
    path: "/readyz",
    operation: "checkReadiness",
    summary: "The database answers and deliveries are being worked on",
    answer: HealthJson,
    status: 200,
    isOpen: true,
    problems: ["unavailable"],
    async handle(_input, { store, isDelivering }) {
      await store.findSetting(PROBE);
      if (!isDelivering()) throw refuseWhileStopping();
      return { body: { status: "ok" as const } };
    },
  }),
];

function refuseWhileStopping(): ProblemError {
  return new ProblemError("unavailable", {
    detail: { zh: "正在启动或停止。", en: "It is starting or stopping." },
  });
}
