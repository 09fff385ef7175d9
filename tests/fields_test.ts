import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";

import { ToolError } from "../lib/errors.ts";
import { readFields, toQuery } from "../lib/fields.ts";

/** Gives what was asked for, so that tests see it. */
function read(source: string): Promise<string> {
  return Promise.resolve(`text of ${source}\n`);
}

const RAW: [string[], string][] = [
  [[], "{}"],
  [["a=b"], '{"a":"b"}'],
  [["a="], '{"a":""}'],
  [["a=b=c[]"], '{"a":"b=c[]"}'],
  [["a=true", "b=12", "c=null", "d=@file"], '{"a":"true","b":"12","c":"null","d":"@file"}'],
  [["ä b=c\nd"], '{"ä b":"c\\nd"}'],
  [["a[b]=c", "a[d][e]=f"], '{"a":{"b":"c","d":{"e":"f"}}}'],
  [["a[]=x", "a[]=y"], '{"a":["x","y"]}'],
  [["a[]"], '{"a":[]}'],
  [["a[]", "a[]=x", "a[]"], '{"a":["x"]}'],
  [["a[b][]", "a[c][]=x"], '{"a":{"b":[],"c":["x"]}}'],
  [["a[][b]=1", "a[][c]=2", "a[][b]=3"], '{"a":[{"b":"1","c":"2"},{"b":"3"}]}'],
  [
    ["a[][b][]=1", "a[][b][]=2", "a[][c]=3", "a[][c]=4"],
    '{"a":[{"b":["1","2"],"c":"3"},{"c":"4"}]}',
  ],
  [["a[][b][][c]=1", "a[][b][][c]=2"], '{"a":[{"b":[{"c":"1"},{"c":"2"}]}]}'],
  [["a[][b][c]=1", "a[][b]=2", "a[][b][]=3"], '{"a":[{"b":{"c":"1"}},{"b":"2"},{"b":["3"]}]}'],
  [["a[]=x", "a[][b]=y"], '{"a":["x",{"b":"y"}]}'],
  [
    [
      "to[][mail][address]=a@b.c",
      "to[][mail][name]=A",
      "to[][mail][address]=d@e.f",
      "to[][mail][name]=D",
    ],
    '{"to":[{"mail":{"address":"a@b.c","name":"A"}},{"mail":{"address":"d@e.f","name":"D"}}]}',
  ],
  [
    ["@odata.type=#microsoft.graph.user", "user@odata.bind=https://x/users('1')?a=b"],
    '{"@odata.type":"#microsoft.graph.user","user@odata.bind":"https://x/users(\'1\')?a=b"}',
  ],
  [
    ["members@odata.bind[]=https://x/1", "members@odata.bind[]=https://x/2"],
    '{"members@odata.bind":["https://x/1","https://x/2"]}',
  ],
];

for (const [raw, json] of RAW) {
  Deno.test(`readFields() makes ${json}`, async () => {
    strictEqual(JSON.stringify(await readFields({ raw, typed: [] }, read)), json);
  });
}

const TYPED: [string, string][] = [
  ["true", "true"],
  ["false", "false"],
  ["null", "null"],
  ["0", "0"],
  ["-12", "-12"],
  ["9007199254740993", "9007199254740993"],
  ["-123456789012345678901234567890", "-123456789012345678901234567890"],
  ["-0", '"-0"'],
  ["007", '"007"'],
  ["+49", '"+49"'],
  ["1.5", '"1.5"'],
  ["1e3", '"1e3"'],
  [" 1", '" 1"'],
  ["True", '"True"'],
  ["constructor", '"constructor"'],
  ["", '""'],
  ["@notes.txt", '"text of notes.txt\\n"'],
  ["@-", '"text of -\\n"'],
  ["x@y", '"x@y"'],
];

for (const [text, json] of TYPED) {
  Deno.test(`readFields() gives ${json} for the typed value ${text}`, async () => {
    const fields = await readFields({ raw: [], typed: [`a=${text}`, `b[]=${text}`] }, read);
    strictEqual(JSON.stringify(fields), `{"a":${json},"b":[${json}]}`);
  });
}

Deno.test("readFields() puts raw fields before typed ones, and reads files in their order", async () => {
  const sources: string[] = [];
  const flags = { raw: ["a[]=1"], typed: ["a[]=2", "b=@x", "c[]", "d=@-"] };
  const fields = await readFields(flags, (source) => {
    sources.push(source);
    return Promise.resolve("");
  });
  deepStrictEqual(fields, { a: ["1", 2], b: "", c: [], d: "" });
  deepStrictEqual(sources, ["x", "-"]);
});

Deno.test("readFields() takes the names of prototypes for names", async () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
  const raw = names.flatMap((name) => [`${name}[polluted]=1`, `x[${name}][y]=2`]);
  const fields = await readFields({ raw, typed: [] }, read);
  deepStrictEqual(Object.keys(fields).toSorted(), [...names, "x"].toSorted());
  deepStrictEqual(Object.keys(Object(fields.x)), names);
  for (const name of names) {
    strictEqual(
      JSON.stringify(Object.getOwnPropertyDescriptor(fields, name)?.value),
      '{"polluted":"1"}',
    );
  }
  strictEqual(Object.getPrototypeOf(fields), Object.prototype);
  ok(!("polluted" in {}));
});

const FAULTS: [string[], string][] = [
  [["a"], '--raw-field 1 has no "="'],
  [["a=b", ""], '--raw-field 2 has no "="'],
  [["a[b]"], '--raw-field 1 has no "="'],
  [["=b"], "--raw-field 1 has no key"],
  [["[]"], "--raw-field 1 has no key"],
  [["[a]=b"], "--raw-field 1 has no key"],
  [["a[=b"], "--raw-field 1 has a key whose brackets do not match"],
  [["a]=b"], "--raw-field 1 has a key whose brackets do not match"],
  [["a[b=c"], "--raw-field 1 has a key whose brackets do not match"],
  [["a[b]c=d"], "--raw-field 1 has a key whose brackets do not match"],
  [["a[[b]]=c"], "--raw-field 1 has a key whose brackets do not match"],
  [["a]["], '--raw-field 1 has no "="'],
  [["a[b][]]=c"], "--raw-field 1 has a key whose brackets do not match"],
  [["a[][]=b"], '"a[][]" is an array in an array'],
  [["a=1", "a=2"], '"a" is set twice'],
  [["a[b]=1", "a[b]=2"], '"a[b]" is set twice'],
  [["a=1", "a[b]=2"], '"a[b]" makes an object of "a", which is a value already'],
  [["a=1", "a[]=2"], '"a[]" makes an array of "a", which is a value already'],
  [["a=1", "a[]"], '"a[]" makes an array of "a", which is a value already'],
  [["a[b]=1", "a=2"], '"a" makes a value of "a", which is an object already'],
  [["a[b]=1", "a[]=2"], '"a[]" makes an array of "a", which is an object already'],
  [["x[a][]=1", "x[a]=2"], '"x[a]" makes a value of "a", which is an array already'],
  [["x[a][]=1", "x[a][b]=2"], '"x[a][b]" makes an object of "a", which is an array already'],
];

for (const [raw, state] of FAULTS) {
  Deno.test(`readFields() refuses ${JSON.stringify(raw)}`, async () => {
    await rejects(readFields({ raw, typed: [] }, read), {
      code: "usage",
      message: `Cannot read the command line: ${state}`,
      hint: "write key=value, a[b]=value for an object, a[]=value for an array",
    });
  });
}

Deno.test("readFields() sees contradictions between raw and typed fields", async () => {
  const message = 'Cannot read the command line: "a" is set twice';
  await rejects(readFields({ raw: ["a=1"], typed: ["a=null"] }, read), { message });
  await rejects(readFields({ raw: [], typed: ["a=null", "a=1"] }, read), { message });
  await rejects(readFields({ raw: [], typed: ["ok=1", "a"] }, read), {
    message: 'Cannot read the command line: --field 2 has no "="',
  });
});

Deno.test("readFields() never repeats a text that is no field, nor a value", async () => {
  for (const text of ['{"password":"p4ss"}', "p4ss[=p4ss", "[p4ss]=p4ss"]) {
    const error = await readFields({ raw: [text], typed: [] }, read).catch((error) => error);
    ok(error instanceof ToolError && !Deno.inspect(error).includes("p4ss"));
  }
  const raw = ["a=p4ss", "a=p4ss"];
  const error = await readFields({ raw, typed: [] }, read).catch((error) => error);
  ok(error instanceof ToolError && !Deno.inspect(error).includes("p4ss"));
});

Deno.test("readFields() passes on what reading a file throws", async () => {
  const error = new ToolError("config", 'Cannot read "x": file does not exist');
  await rejects(readFields({ raw: [], typed: ["a=@x"] }, () => Promise.reject(error)), error);
});

Deno.test("toQuery() gives texts, numbers and booleans", async () => {
  const typed = ["$top=5", "$count=true", "$filter=id eq 'a'", "n=12345678901234567890"];
  deepStrictEqual(toQuery(await readFields({ raw: ["q=null", "e="], typed }, read)), [
    ["q", "null"],
    ["e", ""],
    ["$top", "5"],
    ["$count", "true"],
    ["$filter", "id eq 'a'"],
    ["n", "12345678901234567890"],
  ]);
});

for (const [field, form] of [["a=null", "null"], ["a[]=1", "an array"], ["a[b]=1", "an object"]]) {
  Deno.test(`toQuery() refuses ${form}`, async () => {
    const fields = await readFields({ raw: [], typed: [field] }, read);
    throws(() => toQuery(fields), {
      code: "usage",
      message: `Cannot read the command line: "a" is ${form}, which cannot stand in a query`,
      hint: "arrays, objects and null can only stand in a body, so in no GET",
    });
  });
}
