/**
 * A text that must not be shown: a client secret, a private key, a token. Printing, logging,
 * inspecting or serializing the object that holds it gives `[secret]`.
 *
 * @module
 */

/** Holds a text that only {@linkcode Secret.reveal} gives back. */
export class Secret {
  readonly #text: string;

  /**
   * Wraps a text.
   *
   * @param text The text to keep from view.
   */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Gives the text back, for the one place that sends or signs with it.
   *
   * @returns The text.
   */
  reveal(): string {
    return this.#text;
  }

  /**
   * Keeps the text out of string concatenation and templates.
   *
   * @returns Always `[secret]`.
   *
   * @example
   * ```ts
   * import { Secret } from "./secret.ts";
   * import { strictEqual } from "node:assert/strict";
   *
   * const secret = new Secret("p4ss");
   * strictEqual(`${secret} ${JSON.stringify({ secret })}`, '[secret] {"secret":"[secret]"}');
   * strictEqual(Deno.inspect(secret).includes("p4ss"), false);
   * ```
   */
  toString(): string {
    return "[secret]";
  }

  /**
   * Keeps the text out of JSON.
   *
   * @returns Always `[secret]`.
   */
  toJSON(): string {
    return "[secret]";
  }
}
