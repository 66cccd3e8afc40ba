import { readFileSync } from "node:fs";
import { FluxionError } from "../expression/error.ts";
import { nearestName, suggestion } from "../expression/nearest.ts";
import { check } from "./check.ts";
import { code } from "./code.ts";
import { type Command, type Input, type Option, type Output, UsageError } from "./command.ts";
import { diff } from "./diff.ts";
import { evaluate } from "./evaluate.ts";
import { gradient } from "./gradient.ts";
import { graph } from "./graph.ts";
import { simplify } from "./simplify.ts";

/** What came of a command line. */
export interface Outcome {
  /** 0 fine, 1 a negative result or an error in the input, 2 wrong usage. */
  readonly code: 0 | 1 | 2;
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly errors: string;
}

/** Runs one command line. `standardInput` is asked for its text only where the expression is `-`; `@FILE` reads a file. */
export async function run(args: readonly string[], standardInput: () => Promise<string>): Promise<Outcome> {
  try {
    const { text, note, code = 0 } = await answer(args, standardInput);
    return { code, output: `${text}\n`, errors: note === undefined ? "" : `fluxion: ${note}\n` };
  } catch (error) {
    if (error instanceof UsageError) {
      return { code: 2, output: "", errors: `fluxion: ${error.message}\n${hint(args)}\n` };
    }
    if (error instanceof FluxionError) return { code: 1, output: "", errors: `fluxion: ${error.message}\n` };
    throw error;
  }
}

const commands: ReadonlyMap<string, Command> = new Map([
  ["diff", diff],
  ["gradient", gradient],
  ["simplify", simplify],
  ["eval", evaluate],
  ["graph", graph],
  ["code", code],
  ["check", check],
]);

async function answer(args: readonly string[], standardInput: () => Promise<string>): Promise<Output> {
  const [name = "--help", ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    const command = commands.get(rest[0] ?? "");
    return { text: command === undefined ? help() : helpOf(command) };
  }
  if (name === "--version" || name === "-v") return { text: version() };
  const command = commands.get(name);
  if (command === undefined) {
    const what = name.startsWith("-") ? "option" : "command";
    const near = suggestion(name, what === "option" ? ["--help", "--version"] : commands.keys());
    throw new UsageError(`unknown ${what} ${name}${near}`);
  }
  const input = read(rest, command);
  if (input.switches.has("help")) return { text: helpOf(command) };
  return command.run(await withText(input, standardInput));
}

// By hand, because node:util's parser takes what begins with one minus for options, and -x^2 is an expression.
function read(args: readonly string[], command: Command): Input {
  const options = new Map<string, Option>([...Object.entries(command.options), ["help", { description: "" }]]);
  const operands: string[] = [];
  const switches = new Set<string>();
  const settings = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const waiting = args[Symbol.iterator]();
  for (const argument of waiting) {
    if (argument === "--") operands.push(...waiting);
    else if (argument === "-h") switches.add("help");
    else if (!argument.startsWith("--")) operands.push(argument);
    else {
      const [name = "", value] = argument.slice(2).split(/=(.*)/s);
      const option = options.get(name);
      if (option === undefined) throw unknownOption(name, options.keys());
      if (option.argument !== undefined) {
        const setting = value ?? following(waiting, name, option.argument);
        settings.set(name, setting);
        lists.set(name, [...(lists.get(name) ?? []), setting]);
      } else if (value === undefined) switches.add(name);
      else throw new UsageError(`--${name} takes no value`);
    }
  }
  return { operands, switches, settings, lists };
}

function following(waiting: Iterator<string>, name: string, argument: string): string {
  const next = waiting.next();
  if (next.done === true) throw new UsageError(`--${name} needs a value, ${argument}`);
  return next.value;
}

function unknownOption(name: string, known: Iterable<string>): UsageError {
  const nearest = nearestName(name, known);
  const meant = nearest === undefined ? "" : `; did you mean --${nearest}?`;
  return new UsageError(`unknown option --${name}${meant}\nAn expression that begins with two minuses goes after --`);
}

async function withText(input: Input, standardInput: () => Promise<string>): Promise<Input> {
  const [first, ...others] = input.operands;
  if (first === "-") return { ...input, operands: [(await standardInput()).trim(), ...others] };
  // No formula begins with this sign.
  return first?.startsWith("@") === true ? { ...input, operands: [textIn(first.slice(1)), ...others] } : input;
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function help(): string {
  return [
    "Symbolic differentiation on the command line.",
    "",
    ...[...commands.values()].map(({ usage, summary }) => `  fluxion ${usage}\n      ${summary}`),
    "",
    'EXPR is a formula such as "4x*y + exp(-y)", or a list of definitions such as "h[n] = tanh(a[n]); y = sum(n, h[n])";',
    "- reads it from standard input, @FILE from a file.",
    "fluxion COMMAND --help tells more of a command, fluxion --version the version.",
  ].join("\n");
}

function helpOf({ usage, summary, details, options }: Command): string {
  const rows = Object.entries(options).map(([name, { argument, description }]) => [
    argument === undefined ? `--${name}` : `--${name} ${argument}`,
    description,
  ]);
  const width = Math.max(0, ...rows.map(([left = ""]) => left.length));
  return [
    `Usage: fluxion ${usage}`,
    `\n${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(rows.length === 0 ? [] : ["", ...rows.map(([left = "", right]) => `  ${left.padEnd(width)}  ${right}`)]),
    "\nFor example:",
    `  ${details}`,
  ].join("\n");
}

function hint([name = ""]: readonly string[]): string {
  const command = commands.get(name);
  return command === undefined ? "fluxion --help lists the commands" : `Usage: fluxion ${command.usage}`;
}

function version(): string {
  // Both from lib/cli and from dist/cli.
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return String(JSON.parse(manifest).version);
}
