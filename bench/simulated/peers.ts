/**
 * How other providers of snapshots wait, as read from their sources in 2026. Only their polling is reproduced:
 * the seconds until each look. What they read is a request a snapshot; where they read more, it is noted.
 */
export interface Peer {
  readonly name: string;
  /** What the table's column says. */
  readonly column: string;
  /** Seconds until the next look, beginning with the first. */
  looks(): Generator<number, never>;
  /** In words, for the documentation. */
  readonly polling: string;
}

/** The waiter of Terraform's SDK: a delay, then a wait that doubles between a smallest one and 10 seconds. */
function* stateChange(delay: number, smallest: number): Generator<number, never> {
  yield delay;
  for (let wait = smallest; ; wait = Math.min(10, 2 * wait)) yield wait;
}

function* every(seconds: number): Generator<number, never> {
  for (;;) yield seconds;
}

function* doubling(first: number, most: number): Generator<number, never> {
  for (let wait = first; ; wait = Math.min(most, 2 * wait)) yield wait;
}

function* fibonacci(most: number): Generator<number, never> {
  for (let [wait, next] = [1, 1]; ; [wait, next] = [next, wait + next]) yield Math.min(most, wait);
}

export const PEERS: readonly Peer[] = [
  {
    name: "hcloud_snapshot",
    column: "hcloud",
    looks: () => doubling(0.5, 60),
    polling: "0.5 s, doubling to 60 s",
  },
  {
    name: "digitalocean_droplet_snapshot",
    column: "digitalocean",
    looks: () => stateChange(10, 3),
    polling: "10 s, then 3 s doubling to 10 s",
  },
  {
    name: "vultr_snapshot",
    column: "vultr",
    looks: () => every(10),
    polling: "every 10 s",
  },
  { name: "linode_image", column: "linode", looks: () => every(4), polling: "every 4 s" },
  { name: "aws_ebs_snapshot", column: "aws ebs", looks: () => every(15), polling: "every 15 s" },
  {
    name: "cloudtemple vm_snapshot",
    column: "cloudtemple",
    looks: () => fibonacci(30),
    polling: "Fibonacci numbers of seconds to 30 s",
  },
  {
    name: "danubedata_vps_snapshot",
    column: "danubedata",
    looks: () => every(5),
    polling: "every 5 s, the list of the whole account",
  },
];
