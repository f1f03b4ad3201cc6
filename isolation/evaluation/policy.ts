// Interface first; the body follows.
export type DocumentKind = "trust" | "identity" | "boundary" | "resource" | "scp" | "rcp" | "endpoint";
