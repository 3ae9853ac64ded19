/** What the mutants of a run have come to: the score of each file and of the dangerous ones, and what has survived. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup.mjs";

/** In percent. A wrong line in the dangerous ones loses a snapshot or overwrites a server. */
const AT_LEAST = { all: 85, dangerous: 90 };
const DANGEROUS =
  /^provider\/core\/(snapshot\/(submit|lost-create|delete|diff|wait)\.ts|account\/|restore\/|rotation\/)/;

const KILLED = ["Killed", "Timeout"];
const NOT_KILLED = ["Survived", "NoCoverage"];

export function score(report, { isWhole }) {
  const { files } = JSON.parse(readFileSync(report, "utf8"));
  const equivalent = JSON.parse(readFileSync(join(root, "test", "mutation", "equivalent.json"), "utf8"));
  const unused = new Set(equivalent.filter(({ file }) => file in files));
  const counts = new Map();
  const survivors = [];
  const wrong = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split("\n");
    const count = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0, equivalent: 0 };
    for (const { status, location, mutatorName, replacement, static: isStatic } of mutants) {
      const whole = lines[location.start.line - 1];
      const line = whole.trim();
      const column = location.start.column - whole.indexOf(line);
      const original = textAt(lines, location);
      const mutant = { file, line, column, original, replacement: short(replacement) };
      const entry = equivalent.find((known) => isSame(known, mutant));
      unused.delete(entry);
      if (entry !== undefined && KILLED.includes(status))
        wrong.push(`killed all the same: ${JSON.stringify(entry)}`);
      if (entry !== undefined && NOT_KILLED.includes(status)) count.equivalent++;
      else if (status in count) count[status]++;
      if (entry === undefined && NOT_KILLED.includes(status)) {
        survivors.push({ ...mutant, status, mutatorName, isStatic, at: `${file}:${location.start.line}` });
      }
    }
    counts.set(file, count);
  }
  // Of a part of a file nobody knows which entries it should hold.
  for (const entry of isWhole ? unused : []) wrong.push(`matches no mutant: ${JSON.stringify(entry)}`);
  return { counts, survivors, wrong };
}

/** The text of a line, and where in it the mutant begins, but not its number: lines move. */
const isSame = (entry, mutant) =>
  ["file", "line", "column", "original", "replacement"].every((key) => entry[key] === mutant[key]);

function textAt(lines, { start, end }) {
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = part.at(-1).slice(0, end.column - 1);
  part[0] = part[0].slice(start.column - 1);
  return short(part.join("\n"));
}

const short = (text) => text.replace(/\s+/g, " ").trim();
const cut = (text, length = 110) => (text.length > length ? `${text.slice(0, length)}…` : text);

/** Prints it; gives the exit code. */
export function showScore({ counts, survivors, wrong }) {
  for (const { at, original, replacement, status } of survivors) {
    console.log(`\n${at}${status === "NoCoverage" ? "   (no test runs it)" : ""}`);
    console.log(`  - ${cut(original)}\n  + ${cut(replacement)}`);
  }
  const rows = [...counts].map(([file, count]) => [file, count]);
  const dangerous = rows.filter(([file]) => DANGEROUS.test(file));
  console.log("\n  score  killed  timeout  survived  no coverage  equivalent");
  for (const row of rows) showRow(row);
  const scores = { all: showRow(["all", sum(rows)]) };
  if (dangerous.length > 0)
    scores.dangerous = showRow([
      "submit, lost-create, delete, diff, wait, lists, restore, rotation",
      sum(dangerous),
    ]);
  for (const text of wrong) console.error(`test/mutation/equivalent.json: ${text}`);
  const low = Object.entries(scores).filter(([which, percent]) => percent < AT_LEAST[which]);
  for (const [which, percent] of low)
    console.error(`${which}: ${percent.toFixed(1)}% of the mutants, not ${AT_LEAST[which]}%`);
  return wrong.length + low.length === 0 ? 0 : 1;
}

function showRow([name, { Killed, Timeout, Survived, NoCoverage, equivalent }]) {
  const killed = Killed + Timeout;
  const counted = killed + Survived + NoCoverage;
  const percent = counted === 0 ? 100 : (100 * killed) / counted;
  const columns = [Killed, 8, Timeout, 9, Survived, 10, NoCoverage, 13, equivalent, 12];
  let text = `${percent.toFixed(1).padStart(6)}%`;
  for (let i = 0; i < columns.length; i += 2) text += String(columns[i]).padStart(columns[i + 1]);
  console.log(`${text}  ${name}`);
  return percent;
}

function sum(rows) {
  const total = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0, equivalent: 0 };
  for (const [, count] of rows) for (const key of Object.keys(total)) total[key] += count[key];
  return total;
}
