import { isUtf8 } from "node:buffer";

/** Something about a file's bytes, by its place in the text. */
export interface TextFinding {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
  readonly severity: "error" | "warning";
}

export interface FileText {
  /** Up to where the bytes are text. */
  readonly text: string;
  /** False: they are no text as a whole, and nothing in it means anything. */
  readonly whole: boolean;
  readonly findings: readonly TextFinding[];
}

/** More than any of these files needs; a larger one is something else by mistake. */
export const largestFile = 1024 * 1024;

/**
 * A file's text, if its bytes are text. What YAML would read differently is an error; what it reads the same, and other admins' copies
 * would yet differ in (their hashes are compared), is a warning.
 */
export function textOfBytes(bytes: Buffer): FileText {
  const finding = (
    offset: number,
    message: string,
    hint: string,
    severity: TextFinding["severity"] = "error",
  ) => ({ offset, message, hint, severity });
  const unreadable = (offset: number, message: string, hint: string): FileText => ({
    text: bytes.toString("utf8").slice(0, offset),
    whole: false,
    findings: [finding(offset, message, hint)],
  });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return unreadable(
      0,
      "found text in UTF-16; accepted: UTF-8",
      "save the file as UTF-8 (some editors say Unicode when they mean UTF-16)",
    );
  const text = bytes.toString("utf8");
  if (bytes.includes(0))
    return unreadable(
      text.indexOf("\0"),
      "found a NUL byte; accepted: text in UTF-8",
      "this is no text file, or one that was damaged: take a fresh copy",
    );
  if (!isUtf8(bytes))
    return unreadable(
      text.indexOf("\ufffd"),
      "found bytes that are no UTF-8; accepted: text in UTF-8",
      "save the file as UTF-8, not as Latin-1 or Windows-1252",
    );
  return { text, whole: true, findings: [...harmless(text, finding), ...credentials(text, finding)] };
}

type Make = (
  offset: number,
  message: string,
  hint: string,
  severity?: TextFinding["severity"],
) => TextFinding;

function harmless(text: string, finding: Make): TextFinding[] {
  const end = text.indexOf("\r\n");
  return [
    ...(text.startsWith("\ufeff")
      ? [
          finding(
            0,
            "begins with a byte order mark, which the other admins' copies may not have",
            "save the file as UTF-8 without BOM: the hashes of all admins' copies have to be equal",
            "warning",
          ),
        ]
      : []),
    ...(end < 0
      ? []
      : [
          finding(
            end,
            "lines end in CR and LF, which the other admins' copies may not do",
            "save the file with line ends of LF alone: the hashes of all admins' copies have to be equal",
            "warning",
          ),
        ]),
  ];
}

/** Credentials that belong in none of the files. They are never repeated. */
function credentials(text: string, finding: Make): TextFinding[] {
  const privateKey = text.search(/-----BEGIN [A-Z ]*PRIVATE KEY/);
  const accessKey = text.search(/\b(AKIA|ASIA)[A-Z0-9]{16}\b/);
  return [
    ...(privateKey < 0
      ? []
      : [
          finding(
            privateKey,
            "found a private key; accepted: public halves and references to secrets",
            "remove it, and take it as known to whoever saw this file: make a new pair",
          ),
        ]),
    ...(accessKey < 0
      ? []
      : [
          finding(
            accessKey,
            "found what looks like an AWS access key; accepted: no AWS credentials in any file",
            "remove it and deactivate it; name a profile of your AWS configuration in deployment.yaml instead",
          ),
        ]),
  ];
}
