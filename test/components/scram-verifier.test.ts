import { describe, expect, it } from "vitest";

import { scramVerifier } from "../../components/scram-verifier.ts";

describe("scramVerifier", () => {
  it("is what the SCRAM exchange of RFC 7677 proves", () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(scramVerifier("user", "pencil", salt)).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("is the same in each run, so that nothing changes, and another one for each role and password", () => {
    const [first, ...others] = [
      ["a", "one"],
      ["a", "two"],
      ["b", "one"],
    ].map(([role = "", password = ""]) => scramVerifier(role, password));
    expect(scramVerifier("a", "one")).toBe(first);
    const salts = [first, ...others].map((verifier = "") => verifier.split(/[:$]/)[2]);
    expect(new Set(salts).size).toBe(3);
  });
});
