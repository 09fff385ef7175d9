/**
 * Reads the small text files that settings and credentials come from.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import type { Log } from "./log.ts";
import { permissionError } from "./permissions.ts";
import { redactPath } from "./redact.ts";

/** Bits of a file mode that let users other than the owner and the group read. */
const OTHERS_READ = 0o004;

/** What to say when a file cannot be read. */
export interface ReadOptions {
  /** What to do with a file that is no text. */
  ifBinary?: string;
  /** Whether the path may be a secret that was given in its place. @default {false} */
  mayBeSecret?: boolean;
}

/**
 * Reads a text file.
 *
 * @param path The file.
 * @param options What to say when it cannot be read.
 * @returns Its text, without a byte order mark.
 * @throws {ToolError} `config` when there is no such file, it cannot be read or is not UTF-8 text;
 * `permission` when Deno was not allowed to read it (a terminal is never asked).
 */
export async function readTextFile(
  path: string,
  { ifBinary = "save the file as UTF-8", mayBeSecret = false }: ReadOptions = {},
): Promise<string> {
  const shown = mayBeSecret ? redactPath(path) : path;
  const fail = (state: string, hint?: string) =>
    new ToolError("config", `Cannot read "${shown}": ${state}`, { hint });
  if (!mayRead(path)) throw permissionError(`Cannot read "${shown}"`);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw fail("file does not exist");
    if (await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false)) {
      throw fail("it is a folder");
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw fail("permission denied", "let the user that runs this program read the file");
    }
    const { message } = error as Error;
    throw fail(message.replace(/: \w+ '[^]*'$/, ""));
  }
  if (text.includes("\ufffd")) throw fail("not UTF-8 text", ifBinary);
  return text.replace(/^\ufeff/, "");
}

/**
 * Tells whether there is a file that may be read.
 *
 * @param path The file.
 * @returns `false` also for a folder, and where Deno does not allow to look.
 */
export async function isFile(path: string): Promise<boolean> {
  return mayRead(path) && await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/**
 * Warns when anybody on this machine can read a file that holds a secret.
 *
 * @param path The file; it exists.
 * @param log Takes the warning; none is given where files have no mode (Windows).
 */
export async function warnIfReadableByOthers(path: string, log: Log): Promise<void> {
  const { mode } = await Deno.stat(path);
  if (mode === null || (mode & OTHERS_READ) === 0) return;
  log.warning(`"${path}" holds a secret and every user can read it; run: chmod 600 "${path}"`);
}
