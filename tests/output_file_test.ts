import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { OutputFile } from "../lib/output_file.ts";

/** A folder that is removed in the end. */
async function openFolder(): Promise<AsyncDisposable & { path: string; names(): string[] }> {
  const path = await Deno.makeTempDir();
  return {
    path,
    names: () => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const POSIX = { ignore: Deno.build.os === "windows" };

Deno.test("OutputFile puts the file into its place when it is whole, and not before", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/users.json`;
  await Deno.writeTextFile(path, "old");
  await using file = await OutputFile.open(path);
  await file.write("né");
  await file.write(Uint8Array.of(0, 255));
  strictEqual(await Deno.readTextFile(path), "old");
  await file.commit();
  deepStrictEqual(await Deno.readFile(path), Uint8Array.of(0x6e, 0xc3, 0xa9, 0, 255));
  deepStrictEqual(folder.names(), ["users.json"]);
});

Deno.test("OutputFile leaves the old file, and nothing beside it, when it is given up", async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/users.json`;
  await Deno.writeTextFile(path, "old");
  {
    await using file = await OutputFile.open(path);
    await file.write("new");
  }
  strictEqual(await Deno.readTextFile(path), "old");
  deepStrictEqual(folder.names(), ["users.json"]);
});

Deno.test("OutputFile follows a link, and keeps the file's mode", POSIX, async () => {
  await using folder = await openFolder();
  const [path, link] = [`${folder.path}/users.json`, `${folder.path}/link`];
  await Deno.writeTextFile(path, "old", { mode: 0o640 });
  await Deno.chmod(path, 0o640);
  await Deno.symlink(path, link);
  await using file = await OutputFile.open(link);
  await file.write("new");
  await file.commit();
  strictEqual(await Deno.readTextFile(path), "new");
  ok((await Deno.lstat(link)).isSymlink);
  strictEqual(Number((await Deno.stat(path)).mode) & 0o777, 0o640);
});

Deno.test(
  "OutputFile writes to what is no regular file, and leaves it in its place",
  POSIX,
  async () => {
    await using file = await OutputFile.open("/dev/null");
    await file.write("gone");
    await file.commit();
    ok((await Deno.stat("/dev/null")).isCharDevice);
  },
);

Deno.test("OutputFile follows a link to a file that is not there yet", POSIX, async () => {
  await using folder = await openFolder();
  await Deno.symlink("new.json", `${folder.path}/link`);
  await using file = await OutputFile.open(`${folder.path}/link`);
  await file.commit();
  deepStrictEqual(folder.names(), ["link", "new.json"]);
  ok((await Deno.lstat(`${folder.path}/link`)).isSymlink);
});

Deno.test("OutputFile leaves nothing behind when its place is taken", POSIX, async () => {
  await using folder = await openFolder();
  const path = `${folder.path}/users.json`;
  {
    await using file = await OutputFile.open(path);
    await Deno.mkdir(`${path}/not-empty`, { recursive: true });
    match(await failureOf(file.commit()), /^Cannot write ".*users\.json": /);
  }
  deepStrictEqual(folder.names(), ["users.json"]);
});

Deno.test("OutputFile takes a name in the folder that the program runs in", async () => {
  await using folder = await openFolder();
  const before = Deno.cwd();
  Deno.chdir(folder.path);
  try {
    await using file = await OutputFile.open("users.json");
    await file.commit();
    deepStrictEqual(folder.names(), ["users.json"]);
  } finally {
    Deno.chdir(before);
  }
});

async function failureOf(work: Promise<unknown>): Promise<string> {
  let message = "";
  await rejects(work, (error) => {
    strictEqual(error instanceof ToolError && error.code, "config");
    message = (error as Error).message;
    return true;
  });
  return message;
}

Deno.test("OutputFile names the file that it cannot write", async () => {
  await using folder = await openFolder();
  const missing = `${folder.path}/no/users.json`;
  strictEqual(
    await failureOf(OutputFile.open(missing)),
    `Cannot write "${missing}": its folder does not exist`,
  );
  strictEqual(
    await failureOf(OutputFile.open(folder.path)),
    `Cannot write "${folder.path}": it is a folder`,
  );
});

Deno.test("OutputFile asks nobody when Deno does not allow to write", {
  permissions: { read: true },
}, async () => {
  await rejects(
    OutputFile.open("users.json"),
    /^ToolError: Cannot write "users.json": Deno does not/,
  );
});
