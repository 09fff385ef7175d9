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
 * Reads a file as bytes.
 *
 * @param path The file.
 * @returns Its bytes.
 * @throws {ToolError} As {@linkcode readTextFile} does.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await attempt(path, { shown: path, read: () => Deno.readFile(path) });
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
  const text = await attempt(path, { shown, read: () => Deno.readTextFile(path) });
  if (text.includes("\ufffd")) throw unreadable(shown, { state: "not UTF-8 text", hint: ifBinary });
  return text.replace(/^\ufeff/, "");
}

async function attempt<T>(
  path: string,
  { shown, read }: { shown: string; read: () => Promise<T> },
): Promise<T> {
  if (!mayRead(path)) throw permissionError(`Cannot read "${shown}"`);
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw unreadable(shown, { state: "file does not exist" });
    }
    if (await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false)) {
      throw unreadable(shown, { state: "it is a folder" });
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      const hint = "let the user that runs this program read the file";
      throw unreadable(shown, { state: "permission denied", hint });
    }
    const { message } = error as Error;
    throw unreadable(shown, { state: message.replace(/: \w+ '[^]*'$/, "") });
  }
}

function unreadable(shown: string, { state, hint }: { state: string; hint?: string }): ToolError {
  return new ToolError("config", `Cannot read "${shown}": ${state}`, { hint });
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
