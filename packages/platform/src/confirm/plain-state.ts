/** Whether a state is what the document allows: at most 128 letters and digits. */
export function isPlainState(state: string): boolean {
  return /^[A-Za-z0-9]{0,128}$/.test(state);
}
