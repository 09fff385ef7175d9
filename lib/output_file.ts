/**
 * Writes a file beside the one that it replaces, and renames it when it is whole: whatever happens in
 * between, the old file or the new one is there.
 *
 * @module
 */

import { ToolError } from "./errors.ts";
import { permissionError } from "./permissions.ts";
import type { Sink } from "./sink.ts";

/** A file that is being written. */
export class OutputFile implements Sink, AsyncDisposable {
  /** No terminal. */
  readonly isTerminal = false;
  /** Whether the old file stays until the new one is whole; a device has none. */
  readonly keepsOld: boolean;
  readonly #name: string;
  readonly #target: string;
  /** Where the bytes are until the file is whole; the target itself where it is no regular file. */
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #isOpen = true;

  private constructor(
    name: string,
    { target, path, file }: { target: string; path: string; file: Deno.FsFile },
  ) {
    this.#name = name;
    this.#target = target;
    this.#path = path;
    this.#file = file;
    this.keepsOld = path !== target;
  }

  /**
   * Opens a file for writing. A link is followed, and the new file gets the mode of the old one.
   *
   * @param name The file that is to be there in the end.
   * @returns The file.
   * @throws {ToolError} `config` when it cannot be written; `permission` when Deno does not allow it.
   */
  static async open(name: string): Promise<OutputFile> {
    if (Deno.permissions.querySync({ name: "write", path: name }).state !== "granted") {
      throw permissionError(`Cannot write "${name}"`);
    }
    return await attempt(name, async () => {
      const target = await targetOf(name);
      const old = await Deno.stat(target).catch(ifMissing(undefined));
      if (old?.isDirectory) throw new Error("it is a folder");
      // A device or a pipe takes bytes at once, and cannot be replaced.
      if (old !== undefined && !old.isFile) {
        const file = await Deno.open(target, { write: true });
        return new OutputFile(name, { target, path: target, file });
      }
      const path = besideOf(target);
      const file = await Deno.open(path, { write: true, createNew: true });
      // Some file systems know no modes.
      if (old?.mode) await Deno.chmod(path, old.mode & 0o7777).catch(() => {});
      return new OutputFile(name, { target, path, file });
    });
  }

  /**
   * Writes a text or bytes.
   *
   * @param data What comes next.
   * @throws {ToolError} `config` when there is no room.
   */
  async write(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await attempt(this.#name, async () => {
      while (rest.length > 0) rest = rest.subarray(await this.#file.write(rest));
    });
  }

  /**
   * Puts the file into its place.
   *
   * @throws {ToolError} `config` when that fails.
   */
  async commit(): Promise<void> {
    await attempt(this.#name, async () => {
      // The bytes must be on the disk before the name is: else a power failure leaves an empty file.
      if (this.keepsOld) await this.#file.sync();
      this.#file.close();
      if (this.keepsOld) await Deno.rename(this.#path, this.#target);
      this.#isOpen = false;
    });
  }

  /** Takes the file away, unless it is in its place. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#file.close();
    } catch {
      // It was closed before its name could be given to it.
    }
    if (this.keepsOld) await Deno.remove(this.#path).catch(() => {});
  }
}

/** Follows links, also one to a file that is not there yet. */
async function targetOf(name: string): Promise<string> {
  const target = await Deno.realPath(name).catch(ifMissing(undefined));
  if (target !== undefined) return target;
  const link = await Deno.readLink(name).catch(() => undefined);
  if (link === undefined) return name;
  return /^([/\\]|\w:)/.test(link) ? link : folderOf(name) + link;
}

function folderOf(path: string): string {
  return /^.*[/\\]/s.exec(path)?.[0] ?? "";
}

/** In the same folder, since a file cannot be renamed from one disk to another at one stroke. */
function besideOf(target: string): string {
  return `${folderOf(target)}.graph-daemon.${crypto.randomUUID().slice(0, 8)}.part`;
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Deno.errors.NotFound) return value;
    throw error;
  };
}

async function attempt<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new ToolError("permission", `Cannot write "${name}": Deno does not allow this device`, {
        hint: "name a regular file, or - for standard output",
      });
    }
    const { message } = error as Error;
    const state = error instanceof Deno.errors.NotFound
      ? "its folder does not exist"
      : message.replace(/: \w+ '[^]*'$/, "");
    throw new ToolError("config", `Cannot write "${name}": ${state}`, {
      hint: "look at the disk's room and the folder's permissions, or name another file",
    });
  }
}
