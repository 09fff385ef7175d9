import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";

import { parseCommandLine } from "../lib/command_line.ts";
import type { GraphRequest } from "../lib/graph.ts";
import { makeRequests } from "../lib/graph_request.ts";
import { Log } from "../lib/log.ts";

const GRAPH = "https://graph.microsoft.com/v1.0";

interface Made {
  requests: GraphRequest[];
  notices: string[];
}

/** Makes the requests for a command line; standard input is a text. */
async function make(args: string[], stdin: string | Uint8Array<ArrayBuffer> = ""): Promise<Made> {
  const { line, error } = parseCommandLine(args);
  if (error !== undefined) throw error;
  const notices: string[] = [];
  const log = new Log((text) => notices.push(text));
  const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
  const endpoints = line.endpoints.map((path) => new URL(GRAPH + path));
  const readStdin = () => Promise.resolve(bytes);
  return { requests: await makeRequests(endpoints, line.request, { readStdin, log }), notices };
}

/** Gives what is told apart of a request in these tests. */
function shown({ method, url, headers, body }: GraphRequest): unknown[] {
  const text = typeof body === "object" ? new TextDecoder().decode(body) : body;
  return [method, url.href.slice(GRAPH.length), { ...headers }, text];
}

const JSON_TYPE = { "content-type": "application/json" };

const MADE: [string[], unknown[]][] = [
  [["/me"], ["GET", "/me", {}, undefined]],
  [["/me", "-XPATCH", "-fa=b"], ["PATCH", "/me", JSON_TYPE, '{"a":"b"}']],
  [["/users", "-F", "on=true", "-f", "on2=true"], [
    "POST",
    "/users",
    JSON_TYPE,
    '{"on2":"true","on":true}',
  ]],
  [["/x", "-X", "get", "-f", "a=b c"], ["GET", "/x?a=b%20c", {}, undefined]],
  [["/x", "--input=-", "-f", "a=b"], ["POST", "/x?a=b", JSON_TYPE, '{"from":"stdin"}']],
  [["/x", "--input", "-", "-X", "PUT"], ["PUT", "/x", JSON_TYPE, '{"from":"stdin"}']],
  [
    ["/x", "-H", "Prefer: a", "-H", "prefer: b"],
    ["GET", "/x", { prefer: "a, b" }, undefined],
  ],
  [["/x", "-X", "DELETE"], ["DELETE", "/x", {}, undefined]],
  [["/x", "-H", "Prefer: a=b", "-HIf-Match: *"], [
    "GET",
    "/x",
    { prefer: "a=b", "if-match": "*" },
    undefined,
  ]],
  [["/x", "-F", "a=@-"], ["POST", "/x", JSON_TYPE, '{"a":"{\\"from\\":\\"stdin\\"}"}']],
  [["/x", "--select", "id,mail", "--top", "5"], [
    "GET",
    "/x?$select=id,mail&$top=5",
    {},
    undefined,
  ]],
  [["/x", "--input", "-", "-H", "content-type: text/plain"], ["POST", "/x", {
    "content-type": "text/plain",
  }, '{"from":"stdin"}']],
  [["/drive/root:/a.bin:/content", "--input", "-"], ["POST", "/drive/root:/a.bin:/content", {
    "content-type": "application/octet-stream",
  }, '{"from":"stdin"}']],
  [["/drive/root:/a.bin:/Content", "--input", "-"], ["POST", "/drive/root:/a.bin:/Content", {
    "content-type": "application/octet-stream",
  }, '{"from":"stdin"}']],
];

for (const [args, request] of MADE) {
  Deno.test(`makeRequests() makes one of ${args.join(" ")}`, async () => {
    const { requests, notices } = await make(args, '{"from":"stdin"}');
    deepStrictEqual(requests.map(shown), [request]);
    deepStrictEqual(notices, []);
  });
}

Deno.test("makeRequests() makes one for each endpoint", async () => {
  const { requests } = await make(["/users", "/groups", "--select", "id"]);
  deepStrictEqual(requests.map(({ url }) => url.pathname), ["/v1.0/users", "/v1.0/groups"]);
});

const ADVANCED: [string[], string, string][] = [
  [
    ["/users", "--search", "displayName:Ann"],
    "?$search=%22displayName:Ann%22",
    "the header ConsistencyLevel: eventual, which Graph demands for $search",
  ],
  [
    ["/users", "--filter", "endsWith(mail,'a')"],
    "?$filter=endsWith(mail,%27a%27)&$count=true",
    'the header ConsistencyLevel: eventual and $count=true, which Graph demands for "endsWith" in $filter',
  ],
  [
    ["/users", "--filter", "a ne 1", "-H", "ConsistencyLevel: eventual"],
    "?$filter=a%20ne%201&$count=true",
    '$count=true, which Graph demands for "ne" in $filter',
  ],
];

for (const [args, search, added] of ADVANCED) {
  Deno.test(`makeRequests() adds ${added}`, async () => {
    const { requests: [request], notices } = await make(args);
    strictEqual(request.url.search, search);
    strictEqual(request.headers?.consistencylevel, "eventual");
    deepStrictEqual(notices, [`Notice: Added ${added}`]);
  });
}

const FAULTS: [string[], string | Uint8Array<ArrayBuffer>, RegExp][] = [
  [
    ["/x", "-H", "Authorization: Bearer s3cret"],
    "",
    /--header "Authorization" is set by graph-daemon itself$/,
  ],
  [["/x", "-H", "no colon s3cret"], "", /--header 1 is no "name: value" in ASCII$/],
  [["/x", "-H", "a: b\ns3cret: d"], "", /--header 1 is no "name: value" in ASCII$/],
  [["/x", "--input", "-", "-F", "a=@-"], "{}", /standard input is wanted twice$/],
  [
    ["/x", "--input", "-"],
    "{\n  a: 1 }",
    /^Cannot send standard input: not JSON at line 2, column 3$/,
  ],
  [
    ["/x", "--input", "-"],
    "{} // s3cret",
    /^Cannot send standard input: JSON with comments, which Graph/,
  ],
  [["/x", "--input", "-"], Uint8Array.of(0xff), /standard input is no UTF-8 text$/],
  [["/x", "-X", "GET", "-f", "a[]=1"], "", /"a" is an array, which cannot stand in a query$/],
];

for (const [args, stdin, message] of FAULTS) {
  Deno.test(`makeRequests() refuses ${args.join(" ").replace("\n", " ")} ${stdin}`, async () => {
    await rejects(make(args, stdin), (error: Error) => {
      match(error.message, message);
      match(error.message, /^(?!.*s3cret)/s);
      return true;
    });
  });
}

Deno.test("makeRequests() sends a file as it is", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, Uint8Array.of(0xff, 0, 1));
  const { requests: [{ body, headers }] } = await make([
    "/me/photo/$value",
    "-X",
    "PUT",
    "--input",
    path,
  ]);
  deepStrictEqual([body, headers], [Uint8Array.of(0xff, 0, 1), {
    "content-type": "application/octet-stream",
  }]);
  await Deno.remove(path);
  await rejects(make(["/x", "--input", path]), /Cannot read ".*": file does not exist/);
});
