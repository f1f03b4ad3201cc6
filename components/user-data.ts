/** What a host is told at its first boot: public values and references only. */
export interface HostSettings {
  readonly node: number;
  readonly region: string;
  /** Bucket and object of the enclave image file. */
  readonly artefactBucket: string;
  readonly imageKey: string;
  /** SHA-256 of that file, hex. */
  readonly imageSha256: string;
  /** `<repository URL>@sha256:…` of the host's side of the node. */
  readonly hostImage: string;
  readonly brokerHost: string;
  /** This node's own private name. */
  readonly nodeHost: string;
  /** By the secret's name in the model. */
  readonly secretArns: Readonly<Record<string, string>>;
}

/** Size of an enclave and its address on the host, as the vendor publishes them. */
const enclave = { processors: 2, memoryMebibytes: 8000, contextId: 16, name: "mpa-policy-nitro" } as const;

/**
 * The shell script of a host's first boot. It trusts nothing that it fetches: the image's hash is checked before it runs, and what
 * the enclave may decrypt is decided by its measurements, not by this host. Never in debug mode, whose measurements are zeros.
 */
export function hostUserData(settings: HostSettings): string {
  const file = "/var/lib/policy-node/enclave.eif";
  return `#!/bin/bash
set -euo pipefail

install -d -m 0755 /var/lib/policy-node /etc/policy-node
cat > /etc/policy-node/settings.json <<'SETTINGS'
${JSON.stringify(publicSettings(settings), null, 2)}
SETTINGS

cat > /etc/nitro_enclaves/allocator.yaml <<'ALLOCATOR'
---
memory_mib: ${enclave.memoryMebibytes}
cpu_count: ${enclave.processors}
ALLOCATOR
systemctl enable nitro-enclaves-allocator.service
systemctl restart nitro-enclaves-allocator.service
# The unit has been seen to succeed without having reserved anything.
grep -hqv '^0$' /sys/kernel/mm/hugepages/*/nr_hugepages

aws s3 cp --region ${quote(settings.region)} ${quote(`s3://${settings.artefactBucket}/${settings.imageKey}`)} ${file}
echo ${quote(`${settings.imageSha256}  ${file}`)} | sha256sum --check --strict

nitro-cli run-enclave --enclave-name ${enclave.name} --enclave-cid ${enclave.contextId} \\
  --cpu-count ${enclave.processors} --memory ${enclave.memoryMebibytes} --eif-path ${file}
`;
}

function publicSettings({ node, region, hostImage, brokerHost, nodeHost, secretArns }: HostSettings) {
  return { node, region, hostImage, brokerHost, nodeHost, secretArns };
}

/** A word that the shell takes as it is. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
