/**
 * Measures a walk over all users, one a line, into nothing: its time and its peak memory, against a
 * bare loop of fetches. The bare loop against itself tells how far from 1.00 the machine alone gets.
 *
 * @module
 */

import { BINARY } from "../support/program.ts";
import { Bed } from "./bed.ts";
import { canMeasureMemory, compare, DENO, print, printHeading, program } from "./pairs.ts";

const LF = "\n".charCodeAt(0);

/** A walk. */
interface Walk {
  userCount: number;
  /** Milliseconds before each page. */
  latency: number;
  runs: number;
}

/** Measures with at most so many pairs. */
export async function measureWalk(runs: number): Promise<void> {
  const memory = await canMeasureMemory();
  const walks: Walk[] = [
    { userCount: 100_000, latency: 0, runs },
    { userCount: 100_000, latency: 50, runs: Math.min(runs, 3) },
    ...memory ? [{ userCount: 1_000_000, latency: 0, runs: 1 }] : [],
  ];
  for (const walk of walks) await measure(walk, { memory });
  if (!memory) print("SKIPPED: peak memory, and 1,000,000 users; /usr/bin/time is not GNU time");
  if (BINARY === undefined) {
    print("SKIPPED: the compiled binary; name one in PROGRAM_UNDER_TEST (deno task compile)");
  }
}

async function measure(walk: Walk, { memory }: { memory: boolean }): Promise<void> {
  const { userCount, latency, runs } = walk;
  await using bed = await Bed.open(userCount, latency);
  const { env } = bed;
  const config = `${bed.folder}/parameters.json`;
  const args = [config, "--all", "-o", "ndjson"];
  const b = { command: [...DENO, "-A", `${import.meta.dirname}/bare_walk.ts`, config] };
  const candidates: [string, string[]][] = [
    ["bare loop", b.command],
    ["deno run", program(...args)],
    ...BINARY === undefined ? [] : [["compiled", [BINARY, ...args]] as [string, string[]]],
  ];
  const slow = latency === 0 ? "" : `, ${latency} ms a page`;
  const pairs = runs === 1 ? "one pair" : `medians of ${runs} pairs`;
  print("");
  printHeading(`${userCount.toLocaleString("en")} users${slow}: ${pairs}`, { memory });
  for (const [name, command] of candidates) {
    const fault = await faultOf(command, { env, userCount });
    if (fault !== undefined) print(`SKIPPED: ${name}; ${fault}`);
    else await compare(`${name} / bare loop`, { a: { command }, b, env, runs, memory });
  }
}

/** Tells why a walk cannot be compared: it fails, or does not give each user a line. */
async function faultOf(
  [file, ...args]: string[],
  { env, userCount }: { env: Record<string, string>; userCount: number },
): Promise<string | undefined> {
  await using child = new Deno.Command(file, { args, env, stdout: "piped", stderr: "piped" })
    .spawn();
  let lines = 0;
  const counting = (async () => {
    for await (const chunk of child.stdout) {
      for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) lines++;
    }
  })();
  const stderr = await child.stderr.text();
  await counting;
  if (!(await child.status).success) return stderr.split("\n")[0];
  return lines === userCount ? undefined : `it gave ${lines} lines`;
}
