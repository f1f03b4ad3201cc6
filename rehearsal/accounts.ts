/** Owner of the stand-in's public registry, which anybody may read and from which the broker's base image comes. */
export const publicRegistryAccount = "000000000000";
