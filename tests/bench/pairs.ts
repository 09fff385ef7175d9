/**
 * Measures whole processes, two in turn, A B A B, since machines drift: each figure is the median of
 * its kind, and the ratio the median of the pairs' ratios.
 *
 * @module
 */

import { IMPORT_FLAGS } from "../support/program.ts";

/** A process to measure. */
export interface Measured {
  /** Program and arguments. */
  command: string[];
  /** The exit code that it must give. @default {0} */
  code?: number;
}

/** What is compared, and how often. */
export interface Pair {
  a: Measured;
  b: Measured;
  env: Record<string, string>;
  runs: number;
  /** Whether to measure peak memory, too. @default {false} */
  memory?: boolean;
}

interface Figures {
  ms: number;
  mb: number;
}

const [NAME_WIDTH, RATIO_WIDTH, EACH_WIDTH] = [52, 5, 6];

/**
 * Asks the kernel for a process's peak memory, once it has ended: reading `/proc` while it runs would
 * miss the peak.
 */
const GNU_TIME = "/usr/bin/time";

/** Runs Deno, without what it says by itself. */
export const DENO: readonly string[] = [Deno.execPath(), "run", "-q"];

/** As the first line of main.ts has it. */
const YOUNG = "--v8-flags=--max-semi-space-size=8";

const MAIN = `${import.meta.dirname}/../../main.ts`;

/** Gives the command that runs main.ts. */
export function program(...args: string[]): string[] {
  return [...DENO, "-P", "--allow-net=127.0.0.1", YOUNG, ...IMPORT_FLAGS, MAIN, ...args];
}

/** Tells whether peak memory can be measured here. */
export async function canMeasureMemory(): Promise<boolean> {
  try {
    const args = ["-f", "%M", "true"];
    return (await new Deno.Command(GNU_TIME, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Writes a line. */
export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Writes the heading of a table. */
export function printHeading(title: string, { memory = false } = {}): void {
  const columns = [
    "ratio",
    "each".padStart(13),
    ...memory ? ["  ratio", "peak memory".padStart(14)] : [],
  ];
  print(`${title.padEnd(NAME_WIDTH)} ${columns.join(" ")}`);
}

/** Runs both processes in turn, after one run each that is not measured, and writes the medians. */
export async function compare(name: string, pair: Pair): Promise<void> {
  const { a, b, runs, memory = false } = pair;
  if (runs > 1) { for (const each of [a, b]) await measure(each, pair); }
  const figures: [Figures, Figures][] = [];
  for (let run = 0; run < runs; run++) {
    figures.push([await measure(a, pair), await measure(b, pair)]);
  }
  const times = figures.map((both) => both.map(({ ms }) => ms));
  const peaks = figures.map((both) => both.map(({ mb }) => mb));
  const columns = [told(times, "ms"), ...memory ? [told(peaks, "MB")] : []];
  print(`${name.padEnd(NAME_WIDTH)} ${columns.join("   ")}`);
}

async function measure(
  { command, code = 0 }: Measured,
  { env, memory = false }: Pair,
): Promise<Figures> {
  const [file, ...args] = memory ? [GNU_TIME, "-f", "%M", ...command] : command;
  const begin = performance.now();
  const output = await new Deno.Command(file, { args, env, stdout: "null" }).output();
  const ms = performance.now() - begin;
  const stderr = new TextDecoder().decode(output.stderr);
  if (output.code !== code) throw new Error(`${command.join(" ")}: ${stderr}`);
  // What it measured is the last line, after all that the program wrote.
  return { ms, mb: memory ? Number(stderr.trimEnd().split("\n").at(-1)) / 1_024 : NaN };
}

function told(pairs: number[][], unit: string): string {
  const ratio = median(pairs.map(([first, second]) => first / second)).toFixed(2);
  const each = [0, 1].map((index) =>
    `${median(pairs.map((pair) => pair[index])).toFixed(0).padStart(EACH_WIDTH)} ${unit}`
  );
  return `${ratio.padStart(RATIO_WIDTH)} ${each.join(" /")}`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
