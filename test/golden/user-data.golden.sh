#!/bin/bash
set -euo pipefail

install -d -m 0755 /var/lib/policy-node /etc/policy-node
cat > /etc/policy-node/settings.json <<'SETTINGS'
{
  "node": 1,
  "region": "us-east-2",
  "hostImage": "111111111111.dkr.ecr.us-east-2.amazonaws.com/customer-testnet/policy-node@sha256:3333333333333333333333333333333333333333333333333333333333333333",
  "brokerHost": "broker.testnet.customer.internal",
  "nodeHost": "node1.testnet.customer.internal",
  "secretArns": {
    "policy-node1.encryptor-master-password": "arn:aws:secretsmanager:us-east-2:222222222222:secret:testnet.customer.policy-node1.encryptor-master-password-AbCdEf"
  }
}
SETTINGS

cat > /etc/nitro_enclaves/allocator.yaml <<'ALLOCATOR'
---
memory_mib: 8000
cpu_count: 2
ALLOCATOR
systemctl enable nitro-enclaves-allocator.service
systemctl restart nitro-enclaves-allocator.service
# The unit has been seen to succeed without having reserved anything.
grep -hqv '^0$' /sys/kernel/mm/hugepages/*/nr_hugepages

aws s3 cp --region 'us-east-2' 's3://customer-testnet-artefacts-111111111111/release/2.4.0/mpa-policy-nitro.eif' /var/lib/policy-node/enclave.eif
echo '8888888888888888888888888888888888888888888888888888888888888888  /var/lib/policy-node/enclave.eif' | sha256sum --check --strict

nitro-cli run-enclave --enclave-name mpa-policy-nitro --enclave-cid 16 \
  --cpu-count 2 --memory 8000 --eif-path /var/lib/policy-node/enclave.eif
