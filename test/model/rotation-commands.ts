import * as fc from "fast-check";

/** The rotations that a program may declare; the second's names look like the first's. */
const ROTATIONS = ["last", "last-db"] as const;
type Rotation = (typeof ROTATIONS)[number];

/** What a user does to a rotation of the program. */
export type RotationCommand =
  | {
      readonly do: "declare rotation";
      readonly rotation: Rotation;
      readonly server: number;
      readonly keep: number;
      readonly release: number;
    }
  | {
      readonly do: "change rotation";
      readonly rotation: Rotation;
      /**
       * `adopt` takes one of the server's snapshots by its number: up to 2 one that no state holds, which other people
       * make where there is none, from 3 on any; 0: none.
       */
      readonly what: "release" | "keep" | "adopt" | "serverId" | "timeouts";
      readonly to: number;
    }
  | { readonly do: "remove rotation"; readonly rotation: Rotation };

const rotation = fc.constantFrom("last" as const, ...ROTATIONS);
const keep = fc.constantFrom(1, 1, 2, 2, 3, 4, 5);

export const declareRotation: fc.Arbitrary<RotationCommand> = fc.record({
  do: fc.constant("declare rotation" as const),
  rotation,
  server: fc.constantFrom(0, 0, 1, 2),
  keep,
  release: fc.nat({ max: 1 }),
});

export const changeRotation: fc.Arbitrary<RotationCommand> = fc.oneof(
  { weight: 5, arbitrary: change(["release"], fc.nat({ max: 2 })) },
  { weight: 2, arbitrary: change(["adopt"], fc.nat({ max: 3 })) },
  { weight: 3, arbitrary: change(["keep", "keep", "serverId", "timeouts", "timeouts"], keep) },
);

export const removeRotation: fc.Arbitrary<RotationCommand> = fc.record({
  do: fc.constant("remove rotation" as const),
  rotation,
});

function change(
  what: Extract<RotationCommand, { readonly do: "change rotation" }>["what"][],
  to: fc.Arbitrary<number>,
): fc.Arbitrary<RotationCommand> {
  return fc.record({
    do: fc.constant("change rotation" as const),
    rotation,
    what: fc.constantFrom(...what),
    to,
  });
}
