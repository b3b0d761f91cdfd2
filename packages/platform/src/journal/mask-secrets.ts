/** What stands in a secret's place; the official page's own sample ends its token so. */
const MASK = "xxxx";

/** Names whose values let their holder act for somebody, or end so. */
const SECRET_NAME = /(?:token|secret|ticket|code)$/i;

/** A query, cut or whole, with the secrets in it masked and everything else as it came. */
export function maskQuery(query: string): string {
  return query.split("&").map(maskParameter).join("&");
}

/** A body, cut or whole, JSON, form or neither, with the secrets in it masked and everything else as it came. */
export function maskBody(body: string): string {
  return body.replace(SECRET_MEMBER, `$1${MASK}`).replace(SECRET_FIELD, `$1${MASK}`);
}

/** A member of JSON that is a text, up to its closing quote or to where the body was cut. */
const SECRET_MEMBER = /("[a-z_]{0,40}(?:token|secret|ticket|code)"\s*:\s*")(?:[^"\\]|\\[^])*/gi;

/** A field of a form. */
const SECRET_FIELD = /((?:^|&)[a-z_]{0,40}(?:token|secret|ticket|code)=)[^&"\s]*/gi;

function maskParameter(parameter: string): string {
  const [name = "", ...value] = parameter.split("=");
  return value.length > 0 && SECRET_NAME.test(decodeName(name)) ? `${name}=${MASK}` : parameter;
}

/** As a reader of the query does, who takes an escaped name for the same name. */
function decodeName(name: string): string {
  return new URLSearchParams(`${name}=`).keys().next().value ?? "";
}
