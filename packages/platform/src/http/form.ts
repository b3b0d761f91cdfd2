import type { FastifyInstance } from "fastify";

const FORM_BYTES_MAX = 65_536;

/** Lets the routes of `app` take forms, and nothing else: their body is the form's text. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_BYTES_MAX },
    (_request, body, done) => done(null, body),
  );
}

/** The fields of a form's body. */
export function readForm(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === "string" ? body : "");
}
