/** The address of a person's phone, or of a page within it. */
export function phonePath(personId: string, ...page: readonly string[]): string {
  return ["/phone", personId, ...page]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join("/");
}
