import { expect, it } from "vitest";

import { withoutRelationTypes } from "../../../toolchain/python/relation-types.ts";

const type = (name: string, ...fields: string[]) =>
  [`class ${name}(TypedDict, total=False):`, `    """Arguments for it"""`, ...fields.map((one) => `    ${one}`)].join(
    "\n",
  );

it("a database client keeps a table's own types and leaves out those that relate it to another table", () => {
  const own = [
    type("TeamIncludeFromTeam", "keys: Union[bool, 'FindManyKeyArgsFromTeam']"),
    type("TeamArgsFromTeam", "include: 'TeamIncludeFromTeam'"),
    type("FindManyTeamArgsFromTeam", "take: int"),
    "FindManyTeamArgs = FindManyTeamArgsFromTeam",
    type("TeamWhereInput", "name: str"),
  ];
  const related = [
    type("KeyIncludeFromTeam", "team: int", "", "other: int"),
    type("KeyArgsFromTeam", "include: int"),
    type("FindManyKeyArgsFromTeam", "take: int"),
    type("TeamsIncludeFromTeam", "take: int"),
  ];
  const [first = "", ...others] = own;

  expect(withoutRelationTypes(`${[first, ...related, ...others].join("\n\n\n")}\n`)).toBe(`${own.join("\n\n\n")}\n`);
});
