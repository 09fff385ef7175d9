/**
 * Asks Deno what it allows before it is tried, so that a terminal never prompts and the answer
 * names the flag to add.
 *
 * @module
 */

import { ToolError } from "./errors.ts";

/**
 * Finds out whether hosts may be reached.
 *
 * @param urls One URL a host.
 * @throws {ToolError} `permission` when one of them may not, with the flag that allows them all.
 */
export function requireNet(urls: readonly string[]): void {
  const hosts = [...new Set(urls.map((url) => hostAndPort(new URL(url))))];
  const missing = hosts.filter((host) =>
    Deno.permissions.querySync({ name: "net", host }).state !== "granted"
  );
  if (missing.length === 0) return;
  const flag = `--allow-net=${hosts.join(",")}`;
  throw new ToolError(
    "permission",
    `Cannot reach ${missing.join(" and ")}: Deno does not allow it`,
    {
      hint: Deno.build.standalone
        ? `build the binary for these hosts: COMPILE_FLAGS="${flag}" deno task compile`
        : `run: deno run -P ${flag} main.ts`,
    },
  );
}

/**
 * Finds out whether environment variables can be read without a prompt.
 *
 * @param names The variables.
 * @throws {ToolError} `permission` when Deno would ask for one of them.
 */
export function requireEnv(names: readonly string[]): void {
  const wouldAsk = names.some((variable) =>
    Deno.permissions.querySync({ name: "env", variable }).state === "prompt"
  );
  if (wouldAsk) throw permissionError("Cannot read the environment");
}

/**
 * Makes the error for what Deno does not allow.
 *
 * @param action What was tried.
 * @returns The error, `permission`.
 */
export function permissionError(action: string): ToolError {
  return new ToolError("permission", `${action}: Deno does not allow it`, {
    hint: "run: deno run -P main.ts (-P takes the permissions that deno.json lists)",
  });
}

function hostAndPort(url: URL): string {
  return url.port === "" ? `${url.hostname}:443` : url.host;
}
