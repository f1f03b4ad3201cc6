#!/bin/sh
# Turns the task's secrets into files in memory and starts the server without them in its environment.
set -eu
umask 077

write() {
  if [ -z "$2" ]; then
    echo "broker: the secret for /run/nats/$1 is empty or missing" >&2
    exit 78
  fi
  printf '%s\n' "$2" > "/run/nats/$1"
}

write certificate.pem "${TLS_CERTIFICATE:-}"
write private-key.pem "${TLS_PRIVATE_KEY:-}"
write authority.pem "${TLS_AUTHORITY:-}"
write users.conf "${BROKER_USERS:-}"
unset TLS_CERTIFICATE TLS_PRIVATE_KEY TLS_AUTHORITY BROKER_USERS

exec nats-server --config /etc/nats/nats-server.conf
