/**
 * Keys and certificates by a program that we did not write: the openssl command.
 *
 * @module
 */

/** Runs `openssl` in a folder; the words of the command are split on blanks. */
export async function openssl(folder: string, command: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("openssl", {
    args: command.split(" "),
    cwd: folder,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`openssl ${command}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/**
 * Makes key.pem (PKCS#8), rsa.pem (PKCS#1), encrypted.pem and encrypted-rsa.pem (password "pa ss"),
 * cert.pem, both.pem, bag.pem (from a PFX) and pair.pfx, all of one pair; other.pem, a key of another
 * pair; ec.pem, a key that is not RSA; old.pem, encrypted in a way that Deno cannot read.
 */
export async function makeKeyFiles(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/password`, "pa ss");
  const commands = [
    "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 365 -subj /CN=daemon",
    "rsa -in key.pem -traditional -out rsa.pem",
    "pkcs8 -topk8 -in key.pem -out encrypted.pem -passout file:password",
    "rsa -in key.pem -traditional -aes256 -out encrypted-rsa.pem -passout file:password",
    "pkcs12 -export -inkey key.pem -in cert.pem -out pair.pfx -passout file:password",
    "pkcs12 -in pair.pfx -nodes -out bag.pem -passin file:password",
    "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in key.pem -out old.pem -passout file:password",
    "genrsa -out other.pem 2048",
    "genrsa -out short-key.pem 1024",
    "ecparam -name prime256v1 -genkey -noout -out ec.pem",
    "rsa -in key.pem -pubout -out public.pem",
  ];
  for (const command of commands) await openssl(folder, command);
  const [certificate, key] = await Promise.all(
    ["cert.pem", "key.pem"].map((name) => Deno.readTextFile(`${folder}/${name}`)),
  );
  const files = {
    "both.pem": certificate + key,
    "chain.pem": (await Deno.readTextFile(`${folder}/key.pem`)) + certificate + certificate,
    "one-line.pem": key.replaceAll("\n", "\\n"),
    "windows.pem": `\ufeff${key.replaceAll("\n", "\r\n")}`.trimEnd(),
    "broken-key.pem": key.replace(/\nMII.{20}/, "\n"),
    "broken-cert.pem": certificate.replace(/\nMII.{20}/, "\n"),
    "text.pem": "no PEM at all",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  for await (const { name } of Deno.readDir(folder)) await Deno.chmod(`${folder}/${name}`, 0o600);
}
