const SCHEME_AND_VISIBLE = /^https?:\/\/[^\p{Cc}\s]+$/iu;

/** Whether a text is an absolute http(s) URL, without user name, white space or control characters. */
export function isWebAddress(text: string): boolean {
  if (!SCHEME_AND_VISIBLE.test(text) || !text.isWellFormed()) return false;
  const url = URL.parse(text);
  return url?.username === "" && url.password === "";
}
