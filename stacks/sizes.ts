import type { Deployment } from "../spec/deployment.ts";

/** Count and Fargate size of a component: what the deployment says, else one task of half a processor and one gibibyte. */
export function sizeOf(deployment: Deployment, component: string) {
  return deployment.sizes.services[component] ?? { count: 1, cpu: 512, memoryMebibytes: 1024 };
}
