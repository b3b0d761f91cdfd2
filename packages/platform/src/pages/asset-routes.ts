import type { FastifyInstance } from "fastify";
import { ASSETS } from "./assets.ts";

/** Serves what the pages load. It is public, so that it also dresses the pages of somebody not let in yet. */
export function registerAssetRoutes(app: FastifyInstance): void {
  for (const asset of Object.values(ASSETS)) {
    app.get(asset.path, (_request, reply) =>
      reply
        .header("content-type", asset.contentType)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff")
        .send(asset.body),
    );
  }
}
