const IMPORT = /^(?:import|export)\s[^;=()]*\bfrom "[^"\n]+";$/mu;

/**
 * The files that a boundary check did not really read: they are missing from what it read, or it saw no import where
 * their text has one. A tool that reads nothing finds nothing wrong.
 */
export function findUnread(
  files: readonly string[],
  importCounts: ReadonlyMap<string, number>,
  textOf: (file: string) => string,
): readonly string[] {
  return files.filter((file) => {
    const importCount = importCounts.get(file);
    return importCount === undefined || (importCount === 0 && IMPORT.test(textOf(file)));
  });
}
