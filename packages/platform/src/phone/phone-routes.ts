import type { FastifyInstance } from "fastify";
import { registerPhoneActions } from "./phone-actions.ts";
import { registerPhoneEvents } from "./phone-events.ts";
import type { PhoneOptions } from "./phone-options.ts";
import { registerPhonePages } from "./phone-pages.ts";
import type { PhoneSource } from "./phone-source.ts";

/**
 * The phone: what a person sees of WeChat, and the little a person does there. Its pages, forms and events live under
 * `/phone`; who may see them, and that no other site's page acts here, is decided before. The pages load what `registerAssetRoutes` serves.
 */
export function registerPhoneRoutes(
  app: FastifyInstance,
  source: PhoneSource,
  options: PhoneOptions,
): void {
  void app.register(async (phone) => {
    registerPhonePages(phone, source, options);
    registerPhoneActions(phone, source, options);
    registerPhoneEvents(phone, source, options.world);
  });
}
