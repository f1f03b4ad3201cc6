import { jsonProtocol } from "./protocols/json.ts";
import { ec2Protocol, queryProtocol } from "./protocols/query.ts";
import { handleRegistry } from "./registry.ts";
import { type Endpoints, hostHeader } from "./server.ts";
import { handlers as ec2 } from "./services/ec2.ts";
import { handlers as ecr } from "./services/ecr.ts";
import { handlers as ecs } from "./services/ecs.ts";
import { handlers as events } from "./services/events.ts";
import type { RegistryHandler } from "./services/handler.ts";
import { handlers as iam } from "./services/iam.ts";
import { handlers as kms } from "./services/kms.ts";
import { handlers as organizations } from "./services/organizations.ts";
import { handlers as rds } from "./services/rds.ts";
import { handlers as route53, protocol as route53Protocol } from "./services/route53.ts";
import { handleS3 } from "./services/s3.ts";
import { handlers as secretsmanager } from "./services/secretsmanager.ts";
import { handlers as sts } from "./services/sts.ts";
import { handlers as tagging } from "./services/tagging.ts";

const discoveryPath = "/.well-known/openid-configuration";

/** Everything that the stand-in answers for, by the name that requests are signed for. */
export const endpoints: Endpoints = {
  services: {
    ec2: { protocol: ec2Protocol("http://ec2.amazonaws.com/doc/2016-11-15/"), handlers: ec2 },
    ecr: { protocol: jsonProtocol, handlers: ecr },
    ecs: { protocol: jsonProtocol, handlers: ecs },
    events: { protocol: jsonProtocol, handlers: events },
    iam: { protocol: queryProtocol("https://iam.amazonaws.com/doc/2010-05-08/"), handlers: iam },
    kms: { protocol: jsonProtocol, handlers: kms },
    organizations: { protocol: jsonProtocol, handlers: organizations },
    rds: {
      protocol: queryProtocol("http://rds.amazonaws.com/doc/2014-10-31/", {
        DBInstances: "DBInstance",
        TagList: "Tag",
      }),
      handlers: rds,
    },
    route53: { protocol: route53Protocol, handlers: route53 },
    secretsmanager: { protocol: jsonProtocol, handlers: secretsmanager },
    sts: { protocol: queryProtocol("https://sts.amazonaws.com/doc/2011-06-15/"), handlers: sts },
    tagging: { protocol: jsonProtocol, handlers: tagging },
  },
  s3: handleS3,
  unsigned,
};

/** Registries, and the identity provider's discovery document; nothing else of the web stands in here. */
async function unsigned(...[cloud, request]: Parameters<RegistryHandler>): Promise<Response> {
  const host = request.headers.get(hostHeader) ?? "";
  const { pathname } = new URL(request.url);
  if (/^\/v2(\/|$)/.test(pathname)) return handleRegistry(cloud, request);
  if (!pathname.endsWith(discoveryPath)) {
    return new Response(`Nothing stands in for ${host}${pathname} in a rehearsal.\n`, { status: 502 });
  }
  return Response.json(discoveryDocument(`https://${host}${pathname.slice(0, -discoveryPath.length)}`));
}

/** OpenID Connect Discovery 1.0, section 3: the required metadata. */
function discoveryDocument(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
