type Inputs = Readonly<Record<string, unknown>>;

/** The script of a host's first boot; nothing while it is not known. */
function bootScript({ userData }: Inputs): string {
  if (typeof userData !== "string" || userData === "[unknown]" || userData === "[secret]") return "";
  return Buffer.from(userData, "base64").toString("utf8");
}

/** Whoever may move an alias would choose the key that a host uses. */
export function noAliasInHosts(inputs: Inputs): string[] {
  const named = /\balias\/[A-Za-z0-9/_-]+/.exec(bootScript(inputs))?.[0];
  return named === undefined ? [] : [`names a key by ${named}; name it by its ARN`];
}

export function hostImageByDigest(inputs: Inputs): string[] {
  const image = /"hostImage":\s*"([^"]*)"/.exec(bootScript(inputs))?.[1];
  return image === undefined || image.includes("@sha256:") ? [] : [`runs ${image}, which names no digest`];
}

/** In debug mode an enclave's measurements are zeros, and its console can be read. */
export function noDebugEnclaves(inputs: Inputs): string[] {
  return /\brun-enclave\b[^;&|]*--debug-mode/.test(bootScript(inputs).replaceAll("\\\n", " "))
    ? ["starts its enclave in debug mode"]
    : [];
}

/** Credentials of the host's role are for its own processes alone; without enclaves it could not attest. */
export function hostIsClosed({ metadataOptions, enclaveOptions }: Inputs): string[] {
  const { httpTokens, httpPutResponseHopLimit: hops } = (metadataOptions ?? {}) as Inputs;
  const { enabled } = (enclaveOptions ?? {}) as Inputs;
  return [
    ...(httpTokens === "required"
      ? []
      : ["hands out its role's credentials without a session token (IMDSv1)"]),
    ...(Number(hops) === 1 ? [] : ["answers for its role's credentials beyond the host itself (hop limit)"]),
    ...(String(enabled) === "true" ? [] : ["has no enclaves"]),
  ];
}

export function volumesEncrypted({ blockDeviceMappings }: Inputs): string[] {
  const mappings = Array.isArray(blockDeviceMappings) ? (blockDeviceMappings as readonly Inputs[]) : [];
  const open = mappings.filter(({ ebs }) => String((ebs as Inputs | undefined)?.encrypted) !== "true");
  return open.map(({ deviceName }) => `leaves the volume ${String(deviceName)} unencrypted`);
}
