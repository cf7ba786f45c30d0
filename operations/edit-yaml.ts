import * as yaml from "yaml";

import { READING } from "../config/rules/stack-file-data.ts";
import { changesOf, type Data, type DataChange, type DataPath, valueAt } from "./data-changes.ts";

/** More changes than any command makes: what isn't right after that many never will be. */
const CHANGES = 1000;

/** Text that a reader of YAML 1.1 could take for something else, such as a date, is quoted. */
const STYLE = { lineWidth: 0, compat: "yaml-1.1" } as const;

interface Edit {
  start: number;
  end: number;
  text: string;
}

export interface EditOptions {
  /** Reads a text: what the data of the edited one is compared with. */
  read: (text: string) => Data;
  /** Whether a name in the text is that of a path. Default: if it is the same. */
  isNamed?: (name: string, path: DataPath) => boolean;
  /** Whether new lists of plain values stand in one line: `[gpt-4o, claude-sonnet]`. Default: a line for each. */
  hasShortLists?: boolean;
}

/**
 * A YAML text with other data, in which all that stays is as it was: comments, order, anchors, merge keys, empty lines, line
 * ends. What an alias or a merge key brings is changed where it is brought to, by a value of its own.
 *
 * @returns undefined if there is no such text, as where an anchor that is used elsewhere would be left out.
 */
export function withData(text: string, wanted: Data, options: EditOptions): string | undefined {
  const { read, isNamed = sameName, hasShortLists = false } = options;
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  let edited = text.slice(mark.length);
  for (let made = 0; made < CHANGES; made++) {
    const current = dataOf(edited, read);
    if (!current) return undefined;
    const [change] = changesOf(current.data, wanted);
    if (!change) return mark + edited;
    const edit = new Editor(edited, wanted, { isNamed, hasShortLists }).edit(change);
    if (!edit) return undefined;
    edited = edited.slice(0, edit.start) + edit.text + edited.slice(edit.end);
  }
  return undefined;
}

/** Undefined for an edited text that can't be read, as one that an alias is left in, but not its anchor. */
function dataOf(text: string, read: EditOptions["read"]): { data: Data } | undefined {
  try {
    return { data: read(text) };
  } catch {
    return undefined;
  }
}

function documentOf(text: string) {
  return yaml.parseDocument(text, { ...READING, keepSourceTokens: true });
}

function sameName(name: string, path: DataPath): boolean {
  return name === path.at(-1);
}

type Node = yaml.ParsedNode;
type Entry = Node | (yaml.Pair<Node, Node | null> & { srcToken?: { sep?: yaml.CST.SourceToken[] } });

type Style = Required<Omit<EditOptions, "read">>;

/** Finds the edit of a text that makes one change. */
class Editor {
  readonly #text: string;
  readonly #wanted: Data;
  readonly #isNamed: Style["isNamed"];
  readonly #hasShortLists: boolean;
  readonly #lineEnd: string;

  constructor(text: string, wanted: Data, { isNamed, hasShortLists }: Style) {
    this.#text = text;
    this.#wanted = wanted;
    this.#isNamed = isNamed;
    this.#hasShortLists = hasShortLists;
    this.#lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  }

  edit(change: DataChange): Edit | undefined {
    const { contents } = documentOf(this.#text);
    if (contents === null) return this.#insertion(this.#text.length, this.#rendered(this.#wanted, 0));
    return this.#inside(contents, change, 0);
  }

  /** Goes along the path as far as the text itself has it. */
  #inside(node: Node, change: DataChange, depth: number): Edit | undefined {
    const path = change.path.slice(0, depth + 1);
    const name = path[depth];
    if (name === undefined || !yaml.isCollection(node)) return undefined;
    const isLast = path.length === change.path.length;
    const entry = this.#entry(node, path);
    // What is between braces or brackets is rewritten there as a whole, but for a value in place of another one.
    const isFlow = node.flow === true;
    if (isLast && "isGone" in change) return entry && !isFlow ? this.#removal(node, entry) : undefined;
    if (!entry) return isFlow ? undefined : this.#addition(node, path);
    const value = yaml.isPair(entry) ? entry.value : entry;
    const inner = value && !isLast ? this.#inside(value, change, depth + 1) : undefined;
    return inner ?? this.#inPlace(value, path) ?? (isFlow ? undefined : this.#rewritten(entry, path));
  }

  #entry(node: yaml.YAMLMap.Parsed | yaml.YAMLSeq.Parsed, path: DataPath): Entry | undefined {
    if (yaml.isSeq(node)) return node.items[Number(path.at(-1))];
    return node.items.find(({ key }) => yaml.isScalar(key) && this.#isNamed(String(key.value), path));
  }

  /** A new value in place of one that stands in a line, so that the rest of the line stays. */
  #inPlace(node: Node | null, path: DataPath): Edit | undefined {
    if (node === null || (yaml.isScalar(node) ? isBlock(node) : yaml.isCollection(node) && node.flow !== true)) {
      return undefined;
    }
    const [start, end] = node.range;
    const text = this.#inline(valueAt(this.#wanted, path), node);
    return text === undefined || end === start ? undefined : { start, end, text };
  }

  /** Undefined for what takes several lines. */
  #inline(value: Data, before: Node): string | undefined {
    const isFlow = yaml.isCollection(before) && before.flow === true;
    // Nobody has chosen a style for what was empty.
    if (isFlow && before.items.length === 0 && isFilled(value) && !this.#isShort(value)) return undefined;
    const isOneLine = typeof value !== "object" || value === null || Object.keys(value).length === 0;
    if (!isFlow && !isOneLine) return undefined;
    const [flowCollectionPadding, collectionStyle] = [this.#text[before.range[0] + 1] === " ", "flow"] as const;
    const text = yaml.stringify([value], { ...STYLE, collectionStyle, flowCollectionPadding }).trim();
    return text.includes("\n") ? undefined : text.slice(1, -1).trim();
  }

  /** An entry from its key or first character to its end. */
  #rewritten(entry: Entry, path: DataPath): Edit {
    const value = valueAt(this.#wanted, path);
    const start = this.#startOf(entry);
    const data = yaml.isPair(entry) ? { [String(entry.key.toJSON())]: value } : value;
    return { start, end: this.#contentEnd(entry), text: this.#rendered(data, this.#column(start)).trimStart() };
  }

  /** A new last entry of a mapping or list. */
  #addition(node: yaml.YAMLMap.Parsed | yaml.YAMLSeq.Parsed, path: DataPath): Edit | undefined {
    const last = node.items.at(-1);
    if (!last) return undefined;
    const value = valueAt(this.#wanted, path);
    const entry = yaml.isMap(node) ? { [String(path.at(-1))]: value } : [value];
    return this.#insertion(this.#contentEnd(last), this.#rendered(entry, this.#column(node.range[0])));
  }

  #insertion(after: number, lines: string): Edit {
    const next = this.#text.indexOf("\n", after);
    const start = next === -1 ? this.#text.length : next + 1;
    const isNewLine = start === 0 || this.#text[start - 1] === "\n";
    return { start, end: start, text: isNewLine ? lines + this.#lineEnd : this.#lineEnd + lines };
  }

  /** An entry with its whole lines, or up to the next one where it begins in the line of a list's item. */
  #removal(node: yaml.YAMLMap.Parsed | yaml.YAMLSeq.Parsed, entry: Entry): Edit | undefined {
    const items = node.items as Entry[];
    if (items.length === 1) return undefined;
    const start = this.#startOf(entry);
    const lineStart = this.#text.lastIndexOf("\n", start - 1) + 1;
    const before = this.#text.slice(lineStart, start);
    if (yaml.isSeq(node) ? /^\s*-\s+$/.test(before) : before.trim() === "") {
      const end = this.#contentEnd(entry);
      const next = this.#text.indexOf("\n", end);
      return { start: lineStart, end: next === -1 ? this.#text.length : next + 1, text: "" };
    }
    const next = items[items.indexOf(entry) + 1];
    return next && yaml.isMap(node) ? { start, end: this.#startOf(next), text: "" } : undefined;
  }

  #startOf(entry: Entry): number {
    return (yaml.isPair(entry) ? entry.key : entry).range[0];
  }

  /** Where the last character of an entry is followed by a comment or the end of its line. */
  #contentEnd(entry: Entry): number {
    if (yaml.isPair(entry)) {
      const { key, value, srcToken } = entry;
      const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
      const end = colon ? colon.offset + 1 : key.range[1];
      return value === null ? end : Math.max(end, this.#contentEnd(value));
    }
    const last = yaml.isCollection(entry) && entry.flow !== true ? (entry.items.at(-1) as Entry) : undefined;
    if (last) return this.#contentEnd(last);
    const [start, end] = entry.range;
    if (!yaml.isScalar(entry) || !isBlock(entry)) return end;
    // Empty lines after it belong to it only if it says so.
    const source = this.#text.slice(start, end);
    const keepsAll = source.split("\n", 1)[0]?.includes("+") === true;
    return start + (keepsAll ? source.replace(/\r?\n$/, "") : source.trimEnd()).length;
  }

  /** Whether a list stands in one line. */
  #isShort(list: Data): boolean {
    return this.#hasShortLists && Array.isArray(list) && list.every((item) => typeof item !== "object");
  }

  /** The number of characters before a position in its line. */
  #column(position: number): number {
    return position - (this.#text.lastIndexOf("\n", position - 1) + 1);
  }

  /** In block style, without the last line's end. */
  #rendered(value: Data, indentation: number): string {
    const document = new yaml.Document(value, STYLE);
    yaml.visit(document, {
      Seq: (_key, list) => {
        list.flow = this.#isShort(list.toJSON());
      },
    });
    const lines = document
      .toString({ ...STYLE, flowCollectionPadding: false })
      .replace(/\n$/, "")
      .split("\n");
    return lines.map((line) => (line === "" ? line : " ".repeat(indentation) + line)).join(this.#lineEnd);
  }
}

function isFilled(value: Data): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function isBlock(node: yaml.Scalar): boolean {
  return node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
}
