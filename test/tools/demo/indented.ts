/**
 * Writes what comes, two columns in, whatever pieces it comes in: without the engine's sign of life, and with the
 * stand-in's banner before the first step alone.
 */
export function indented(write: (text: string) => void): (text: string) => void {
  let rest = "";
  let introduced = false;
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (/^@ \w+( \w+)?\.*$/.test(line)) continue;
      const isBanner = line.startsWith("This is the offline engine,");
      if (!isBanner || !introduced) write(line === "" ? "\n" : `  ${line}\n`);
      introduced ||= isBanner;
    }
  };
}
