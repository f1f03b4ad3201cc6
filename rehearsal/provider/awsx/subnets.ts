/** One kind of subnet that a network has in every zone, as `subnetSpecs` of `awsx.ec2.Vpc` says it. */
export interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated";
  /** Part of the subnets' names; the type in lower case when left out. */
  readonly name?: string;
  /** Length of the prefix, 16 to 28; when left out, the zone's block is shared evenly. */
  readonly cidrMask?: number;
}

export interface PlannedSubnet {
  readonly type: SubnetSpec["type"];
  /** `<spec's name or type>-<zone's number from 1>` */
  readonly suffix: string;
  readonly zoneIndex: number;
  readonly cidrBlock: string;
}

/**
 * Where every subnet lies, after the "Auto" strategy of `awsx.ec2.Vpc`: the network's block is divided evenly between the zones (rounded
 * up to a power of two), and within a zone the specs follow one another, each at the next address that its size divides.
 *
 * @throws RangeError when a zone's block is too small for its subnets
 */
export function planSubnets(
  block: string,
  zones: number,
  specs: readonly SubnetSpec[],
): readonly PlannedSubnet[] {
  const [base = "", length = ""] = block.split("/");
  const zoneLength = Number(length) + bits(zones);
  const evenLength = zoneLength + bits(specs.length);
  return Array.from({ length: zones }, (_, zoneIndex) => {
    const start = toNumber(base) + zoneIndex * size(zoneLength);
    let next = start;
    return specs.map(({ type, name = type.toLowerCase(), cidrMask = evenLength }) => {
      const own = size(cidrMask);
      const address = Math.ceil(next / own) * own;
      next = address + own;
      if (next > start + size(zoneLength)) {
        throw new RangeError(
          `The block ${block} leaves a /${zoneLength} to each of ${zones} zones, too small for the subnet ${name} with /${cidrMask}: take a larger block or smaller subnets.`,
        );
      }
      return {
        type,
        suffix: `${name}-${zoneIndex + 1}`,
        zoneIndex,
        cidrBlock: `${toText(address)}/${cidrMask}`,
      };
    });
  }).flat();
}

const bits = (count: number) => Math.ceil(Math.log2(Math.max(1, count)));
const size = (length: number) => 2 ** (32 - length);
const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (address: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
