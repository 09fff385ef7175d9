/**
 * The commands that are shown, run by the real `sh` and the real `curl`.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";

import { curlCommand, type ShownRequest } from "../lib/curl.ts";

const MEMBERS = "https://graph.microsoft.com/v1.0/groups/1/members/$ref";

Deno.test("curlCommand() shows a request with a body", () => {
  const headers = { authorization: "Bearer p4ss", "content-type": "application/json" };
  const shown = curlCommand({ method: "POST", url: MEMBERS, headers, body: `{"a":"it's"}` });
  strictEqual(
    shown,
    [
      `curl --request POST '${MEMBERS}' \\`,
      `  --header "Authorization: Bearer $TOKEN" \\`,
      `  --header 'content-type: application/json' \\`,
      `  --data-raw '{"a":"it'\\''s"}'`,
    ].join("\n"),
  );
});

Deno.test("curlCommand() leaves a body that no argument can hold to a file", () => {
  const bodies: [string | Uint8Array, number][] = [
    [new Uint8Array([0xff, 0xd8]), 2],
    ["a\0b", 3],
    ["é".repeat(60_000), 120_000],
  ];
  for (const [body, length] of bodies) {
    const shown = curlCommand({ method: "PUT", url: MEMBERS, headers: {}, body }).split("\n");
    strictEqual(shown[0], `# Put the body (${length} bytes) into FILE, and run:`);
    strictEqual(shown[1], `curl --request PUT '${MEMBERS}' \\`);
    strictEqual(shown.at(-1), "  --data-binary @FILE");
  }
});

/** What a server got. */
interface Arrival {
  method: string;
  path: string;
  headers: Headers;
  body: Uint8Array;
}

async function canRun(): Promise<boolean> {
  try {
    return (await new Deno.Command("sh", { args: ["-c", "curl --version"] }).output()).success;
  } catch {
    return false;
  }
}

const CAN_RUN = await canRun();
if (!CAN_RUN) {
  const message = "\nSKIPPED: curl commands were NOT run, since sh or curl is missing\n";
  await Deno.stderr.write(new TextEncoder().encode(message));
}

/** Shows a request, runs what is shown, and gives what arrives. */
async function run(request: ShownRequest, { file }: { file?: Uint8Array } = {}): Promise<Arrival> {
  const arrivals: Arrival[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { method, url, headers } = request;
      const path = url.replace(/^https?:\/\/[^/]*/, "");
      arrivals.push({ method, path, headers, body: await request.bytes() });
      return new Response();
    },
  );
  const folder = await Deno.makeTempDir();
  if (file !== undefined) await Deno.writeFile(`${folder}/FILE`, file);
  const command = curlCommand({
    ...request,
    url: `http://127.0.0.1:${server.addr.port}${request.url}`,
  });
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", command],
    cwd: folder,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: folder, TOKEN: "t0ken$(exit 1)" },
  }).output();
  await Deno.remove(folder, { recursive: true });
  strictEqual(code, 0, new TextDecoder().decode(stderr));
  strictEqual(arrivals.length, 1);
  strictEqual(arrivals[0].headers.get("authorization"), "Bearer t0ken$(exit 1)");
  return arrivals[0];
}

const NASTY = `it's "$HOME" \`id\` $(id) \\ \\n !! %s *\n\t'' ; & | <é🎉> #`;

const BODIES: [string, string][] = [
  ["JSON", '{"displayName":"Ada"}'],
  ["what a shell reads", NASTY],
  ["line breaks at the ends", "\r\na\n\n"],
  ["the name of a file", "@FILE"],
  ["a byte order mark", "\ufeffa"],
  ["nothing", ""],
];

for (const [name, body] of BODIES) {
  Deno.test({ name: `curlCommand() sends ${name}`, ignore: !CAN_RUN }, async () => {
    const headers = { "Content-Type": "text/plain; charset=utf-8" };
    const arrival = await run({ method: "PATCH", url: "/v1.0/me", headers, body });
    strictEqual(arrival.method, "PATCH");
    strictEqual(arrival.headers.get("content-type"), "text/plain; charset=utf-8");
    strictEqual(arrival.headers.get("content-length"), String(arrival.body.length));
    strictEqual(new TextDecoder("utf-8", { ignoreBOM: true }).decode(arrival.body), body);
  });
}

for (
  const [name, body] of [["bytes", new Uint8Array([0, 255, 10, 13])], ["NUL", "a\0b"]] as const
) {
  Deno.test({ name: `curlCommand() sends ${name} from a file`, ignore: !CAN_RUN }, async () => {
    const file = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const arrival = await run({ method: "PUT", url: "/v1.0/x", headers: {}, body }, { file });
    strictEqual(arrival.method, "PUT");
    strictEqual(arrival.headers.get("content-type"), null);
    deepStrictEqual(arrival.body, file);
  });
}

const PATHS = [
  "/v1.0/users?$top=1&$filter=a%20eq%20%27x%27&$select=a,b#",
  "/v1.0/users('a')/x:/y%23z?a=[1-3]&b={c,d}&e=$HOME`id`",
];

for (const path of PATHS) {
  Deno.test({ name: `curlCommand() calls ${path}`, ignore: !CAN_RUN }, async () => {
    const arrival = await run({ method: "GET", url: path, headers: {} });
    strictEqual(arrival.method, "GET");
    strictEqual(arrival.path, path.replace(/#$/, ""));
    strictEqual(arrival.body.length, 0);
  });
}

Deno.test({ name: "curlCommand() sends headers as they are", ignore: !CAN_RUN }, async () => {
  const headers = {
    ConsistencyLevel: "eventual",
    AUTHORIZATION: "Bearer other",
    Prefer: `outlook.timezone="it's $HOME"`,
    "x-empty": "",
  };
  const arrival = await run({ method: "GET", url: "/", headers });
  strictEqual(arrival.headers.get("consistencylevel"), "eventual");
  strictEqual(arrival.headers.get("prefer"), `outlook.timezone="it's $HOME"`);
  strictEqual(arrival.headers.get("x-empty"), "");
});

for (const method of ["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"]) {
  Deno.test(
    { name: `curlCommand() sends ${method} without a body`, ignore: !CAN_RUN },
    async () => {
      const arrival = await run({ method, url: "/v1.0/x", headers: {} });
      strictEqual(arrival.method, method);
      strictEqual(arrival.body.length, 0);
      strictEqual(arrival.headers.get("content-type"), null);
      // Graph answers 411 to a POST that does not tell its length.
      const length = method === "POST" || method === "PUT" ? "0" : null;
      strictEqual(arrival.headers.get("content-length"), length);
    },
  );
}

Deno.test(
  { name: "curlCommand() keeps the method of a GET with a body", ignore: !CAN_RUN },
  async () => {
    const arrival = await run({ method: "GET", url: "/", headers: {}, body: "abc" });
    strictEqual(arrival.method, "GET");
    strictEqual(arrival.headers.get("content-length"), "3");
  },
);

Deno.test("curlCommand() quotes a method that a shell would read", () => {
  const shown = curlCommand({ method: "X;id", url: MEMBERS, headers: {} });
  ok(shown.startsWith("curl --request 'X;id' 'https://"));
});
