/**
 * Measures how long it takes from start to first page, and to a message that needs no network. Every
 * figure is a ratio of whole processes run in turn, A B A B, since machines drift.
 *
 * @module
 */

import { BINARY, IMPORT_FLAGS } from "../support/program.ts";

const RUNS = Number(Deno.args[0] ?? 21);

const DENO = [Deno.execPath(), "run", "-q"];
const LOOPBACK = "--allow-net=127.0.0.1";
const MAIN = `${import.meta.dirname}/../../main.ts`;
const BARE = `${import.meta.dirname}/bare.ts`;

/** Two processes of curl, and what a shell script would do with the first one's answer. */
const CURL = `
token=$(curl -sS "$AUTHORITY/oauth2/v2.0/token" --cacert "$DENO_CERT" -d grant_type=client_credentials \\
  -d client_id="$CLIENT_ID" --data-urlencode client_secret="$SECRET" -d scope="$SCOPE" |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -sS "$ENDPOINT" --cacert "$DENO_CERT" -H "Authorization: Bearer $token"`;

interface Measured {
  command: string[];
  code?: number;
}

async function time({ command, code = 0 }: Measured, env: Record<string, string>): Promise<number> {
  const [program, ...args] = command;
  const begin = performance.now();
  const output = await new Deno.Command(program, { args, env }).output();
  const ms = performance.now() - begin;
  if (output.code === code) return ms;
  throw new Error(`${command.join(" ")}: ${new TextDecoder().decode(output.stderr)}`);
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function compare(
  name: string,
  { a, b, env }: { a: Measured; b: Measured; env: Record<string, string> },
): Promise<void> {
  await time(a, env);
  await time(b, env);
  const pairs: [number, number][] = [];
  for (let run = 0; run < RUNS; run++) pairs.push([await time(a, env), await time(b, env)]);
  const ratio = median(pairs.map(([first, second]) => first / second)).toFixed(2);
  const [msA, msB] = [0, 1].map((index) => median(pairs.map((pair) => pair[index])).toFixed(0));
  print(
    `${name.padEnd(52)} ${ratio.padStart(5)}   ${msA.padStart(4)} ms / ${msB.padStart(4)} ms`,
  );
}

async function startTenant(): Promise<{ ca: string; parameters: Record<string, string> }> {
  const script = `${import.meta.dirname}/tenant_process.ts`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", ...IMPORT_FLAGS, script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  child.unref();
  for await (const chunk of child.stdout.values({ preventCancel: true })) {
    return JSON.parse(new TextDecoder().decode(chunk));
  }
  throw new Error("the emulated tenant did not start");
}

const { ca, parameters } = await startTenant();
const folder = await Deno.makeTempDir();
const config = `${folder}/parameters.json`;
await Deno.writeTextFile(`${folder}/ca.pem`, ca);
await Deno.writeTextFile(`${folder}/empty.ts`, "");
await Deno.writeTextFile(config, JSON.stringify(parameters), { mode: 0o600 });
await Deno.writeTextFile(`${folder}/wrong.json`, '{ "clientid": "x" }', { mode: 0o600 });
const env = {
  DENO_CERT: `${folder}/ca.pem`,
  AUTHORITY: parameters.authority,
  CLIENT_ID: parameters.client_id,
  SECRET: parameters.secret,
  SCOPE: parameters.scope[0],
  ENDPOINT: parameters.endpoint,
};

const empty = { command: [...DENO, `${folder}/empty.ts`] };
const bare = { command: [...DENO, "-A", BARE, config] };
const curl = { command: ["sh", "-c", CURL] };
const run = (...args: string[]) => [...DENO, "-P", LOOPBACK, ...IMPORT_FLAGS, MAIN, ...args];

print(`Medians of ${RUNS} pairs${" ".repeat(33)} ratio      each`);
await compare("deno run, --help / empty script", { a: { command: run("--help") }, b: empty, env });
await compare("deno run, --version / empty script", {
  a: { command: run("--version") },
  b: empty,
  env,
});
await compare("deno run, config file missing / empty script", {
  a: { command: run(`${folder}/missing.json`), code: 2 },
  b: empty,
  env,
});
await compare("deno run, unknown key in config / empty script", {
  a: { command: run(`${folder}/wrong.json`), code: 2 },
  b: empty,
  env,
});
await compare("deno run, first page / bare fetch script", {
  a: { command: run(config) },
  b: bare,
  env,
});
await compare("deno run, first page / curl", { a: { command: run(config) }, b: curl, env });
if (BINARY === undefined) {
  print("SKIPPED: the compiled binary; name one in PROGRAM_UNDER_TEST (deno task compile)");
} else {
  const binary = { command: [BINARY, config] };
  await compare("compiled, first page / bare fetch script", { a: binary, b: bare, env });
  await compare("compiled, first page / curl", { a: binary, b: curl, env });
}
await Deno.remove(folder, { recursive: true });
Deno.exit();
