/**
 * Requests as the command line describes them: method, header fields, body, and `--dry-run`.
 *
 * @module
 */

import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";

import { getToken } from "./support/bearer.ts";
import type { RecordedRequest, Tenant } from "./support/tenant.ts";
import { Workspace } from "./support/workspace.ts";

async function hasCurl(): Promise<boolean> {
  try {
    return (await new Deno.Command("sh", { args: ["-c", "curl --version"] }).output()).success;
  } catch {
    return false;
  }
}

const WITH_CURL = { ignore: !await hasCurl() };
if (WITH_CURL.ignore) {
  const message = "\nSKIPPED: what --dry-run prints was NOT run, since sh or curl is missing\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

/** A workspace whose app may do all that the tests do. */
async function openWorkspace(): Promise<Workspace> {
  const workspace = await Workspace.open();
  workspace.tenant.app.roles = ["User.ReadWrite.All", "User.Read.All", "Mail.Send"];
  return workspace;
}

/** What Graph was asked, without the requests for tokens. */
function asked({ requests }: Tenant): RecordedRequest[] {
  return requests.filter(({ url }) => url.pathname.startsWith("/v1.0/"));
}

const ADA = '{ "userPrincipalName": "ada@contoso.example",\n  "displayName": "Ada" }';

for (const [from, source, stdin] of [["a file", "ada.json"], ["standard input", "-", ADA]]) {
  Deno.test(`main posts the body that ${from} holds, byte by byte`, async () => {
    await using workspace = await openWorkspace();
    await workspace.write("ada.json", ADA);
    const args = ["parameters.json", "/users", "--input", source, "-q", "displayName"];
    const result = await workspace.run(args, { stdin });
    deepStrictEqual(result, { code: 0, stdout: '"Ada"\n', stderr: "" });
    const [{ method, headers, body }] = asked(workspace.tenant);
    deepStrictEqual([method, headers.get("content-type"), body], ["POST", "application/json", ADA]);
  });
}

Deno.test("main makes a body of fields, some of them from a file and standard input", async () => {
  await using workspace = await openWorkspace();
  await workspace.write("note.txt", "two\nlines\n");
  const raw = ["-f", "userPrincipalName=ada@contoso.example", "--raw-field", "jobTitle=007"];
  const typed = [
    "accountEnabled=true",
    "n=12",
    "note=@note.txt",
    "a[b]=@-",
    "tags[]=1",
    "tags[]=x",
  ];
  const args = ["/users", ...raw, ...typed.flatMap((field) => ["-F", field]), "-o", "none"];
  const result = await workspace.run(["parameters.json", ...args], { stdin: "piped" });
  deepStrictEqual(result, { code: 0, stdout: "", stderr: "" });
  const [{ method, body }] = asked(workspace.tenant);
  strictEqual(method, "POST");
  deepStrictEqual(JSON.parse(body), {
    userPrincipalName: "ada@contoso.example",
    jobTitle: "007",
    accountEnabled: true,
    n: 12,
    note: "two\nlines\n",
    a: { b: "piped" },
    tags: [1, "x"],
  });
});

Deno.test("main puts the fields of a GET into the query, and sends the headers it is given", async () => {
  await using workspace = await openWorkspace();
  const fields = ["-f", "$filter=mail eq 'user1@contoso.example'", "-F", "$top=5"];
  const headers = ["-H", "Prefer: outlook.body-content-type=text", "--header", "X-Trace:  7 "];
  const args = ["parameters.json", "/users", "-X", "get", ...fields, ...headers];
  const { code, stdout, stderr } = await workspace.run([...args, "-q", "value[].mail"]);
  deepStrictEqual([code, stderr, JSON.parse(stdout)], [0, "", ["user1@contoso.example"]]);
  const [request] = asked(workspace.tenant);
  strictEqual(
    request.url.search,
    "?$filter=mail%20eq%20%27user1@contoso.example%27&$top=5",
  );
  deepStrictEqual(["prefer", "x-trace"].map((name) => request.headers.get(name)), [
    "outlook.body-content-type=text",
    "7",
  ]);
});

const MAIL = ["/users/user0@contoso.example/sendMail", "-f", "message[subject]=Hi"];

const SILENT: [string, string[]][] = [
  ["PATCH", ["/users/user1@contoso.example", "-X", "PATCH", "-f", "jobTitle=CTO"]],
  ["DELETE", ["/users/user1@contoso.example", "--method", "delete"]],
  ["POST", [...MAIL, "-F", "saveToSentItems=false"]],
];

for (const [method, args] of SILENT) {
  Deno.test(`main writes nothing for a ${method} whose answer is empty`, async () => {
    await using workspace = await openWorkspace();
    const result = await workspace.run(["parameters.json", ...args]);
    deepStrictEqual(result, { code: 0, stdout: "", stderr: "" });
    deepStrictEqual(asked(workspace.tenant).map(({ method }) => method), [method]);
  });
}

Deno.test("main writes status and headers alone of an empty answer", async () => {
  await using workspace = await openWorkspace();
  const { code, stdout, stderr } = await workspace.run(["parameters.json", ...MAIL, "--include"]);
  deepStrictEqual([code, stderr], [0, ""]);
  match(stdout, /^HTTP 202\n([a-z-]+: .*\n)*request-id: [0-9a-f-]{36}\n([a-z-]+: .*\n)*\n$/);
});

Deno.test("main writes status and headers first with --include", async () => {
  await using workspace = await openWorkspace();
  const args = ["parameters.json", "/users/user2@contoso.example", "-i", "-q", "mail"];
  const { code, stdout, stderr } = await workspace.run(args);
  deepStrictEqual([code, stderr], [0, ""]);
  match(
    stdout,
    /^HTTP 200\n([a-z-]+: .*\n)*content-type: application\/json\n([a-z-]+: .*\n)*\n"user2@contoso.example"\n$/,
  );
});

Deno.test("main writes status and headers of an error, too, and tells of it on stderr", async () => {
  await using workspace = await openWorkspace();
  const { code, stdout, stderr } = await workspace.run(["parameters.json", "/users/nobody", "-i"]);
  strictEqual(code, 3);
  match(stdout, /^HTTP 404\n([a-z-]+: .*\n)*\n$/);
  match(stderr, /^Error: Cannot GET .*\/users\/nobody: 404 Request_ResourceNotFound, /);
});

const ADVANCED: [string, string[], string, string[]][] = [
  [
    "$search",
    ["--search", "displayName:d"],
    "the header ConsistencyLevel: eventual, which Graph demands for $search",
    ["user2@contoso.example", "user3@contoso.example"],
  ],
  [
    "ne in $filter",
    ["--filter", "displayName ne 'Alex Wilber'"],
    'the header ConsistencyLevel: eventual and $count=true, which Graph demands for "ne" in $filter',
    ["user0@contoso.example", "user2@contoso.example", "user3@contoso.example"],
  ],
];

for (const [given, args, added, mails] of ADVANCED) {
  Deno.test(`main adds to each page what Graph demands for ${given}, and tells of it`, async () => {
    await using workspace = await openWorkspace();
    const { tenant } = workspace;
    tenant.userCount = 4;
    tenant.directory.names = ["Dora"];
    const walk = ["/users?$top=1", "--all", "-H", "Prefer: x", "-o", "tsv", "-q", "value[].mail"];
    const { code, stdout, stderr } = await workspace.run(["parameters.json", ...walk, ...args]);
    deepStrictEqual([code, stderr], [0, `Notice: Added ${added}\n`]);
    deepStrictEqual(stdout.trim().split("\n"), mails);
    const pages = asked(tenant);
    strictEqual(pages.length, mails.length);
    for (const { headers } of pages) {
      deepStrictEqual([headers.get("consistencylevel"), headers.get("prefer")], ["eventual", "x"]);
    }
  });
}

Deno.test("main adds nothing that is there already", async () => {
  await using workspace = await openWorkspace();
  const args = ["parameters.json", "/users/$count", "-H", "ConsistencyLevel: eventual"];
  deepStrictEqual(await workspace.run(args), { code: 0, stdout: "3\n", stderr: "" });
});

const BAD: [string, string[], string | undefined, string][] = [
  [
    "--input that is not JSON",
    ["--input", "bad.json"],
    undefined,
    '"bad.json": not JSON at line 2, column 7',
  ],
  [
    "standard input cut off",
    ["--input", "-"],
    '{"a":',
    "standard input: not JSON at line 1, column 6",
  ],
  ["comments", ["--input", "-"], "{} // no", "standard input: JSON with comments, which Graph"],
];

for (const [given, args, stdin, told] of BAD) {
  Deno.test(`main sends nothing, given ${given}`, async () => {
    await using workspace = await openWorkspace();
    await workspace.write("bad.json", '{ "a": 1,\n "b": }');
    const { code, stdout, stderr } = await workspace.run(["parameters.json", ...args], { stdin });
    deepStrictEqual([code, stdout, workspace.tenant.requests.length], [2, "", 0]);
    ok(stderr.startsWith(`Error: Cannot send ${told}`), stderr);
  });
}

const SHOWN: [string, string[], RegExp][] = [
  ["a POST", ["/users", "--input", "-"], /"displayName":"Ada"/],
  [
    "an advanced query",
    ["/users", "--search", "displayName:al", "--select", "mail"],
    /"value":\[\{"mail":"user1@contoso\.example"\}\]/,
  ],
  ["a HEAD", ["/users", "-X", "HEAD"], /^HTTP\/1\.1 200 OK/],
];

for (const [given, args, answer] of SHOWN) {
  Deno.test(
    `main prints a command of curl for ${given} that works, and sends nothing`,
    WITH_CURL,
    async () => {
      await using workspace = await openWorkspace();
      const { tenant, folder } = workspace;
      const stdin = ADA.replace("@", "+o'hara@");
      const run = ["parameters.json", ...args, "--dry-run", "--verbose"];
      const { code, stdout, stderr } = await workspace.run(run, { stdin });
      deepStrictEqual([code, tenant.requests.length], [0, 0]);
      ok(!(stdout + stderr).includes(tenant.app.secret));
      doesNotMatch(stdout + stderr, /eyJ/);
      const curl = stdout.replace("curl", '"$0" -s --cacert ca.pem');
      const env = { TOKEN: await getToken(tenant) };
      const shell = new Deno.Command("sh", { args: ["-c", curl, "curl"], cwd: folder, env });
      match(new TextDecoder().decode((await shell.output()).stdout), answer);
    },
  );
}
