import { expect, it } from "vitest";

import { Certificate, type OwnCertificate } from "../../components/gcp/certificate.ts";
import { only, place, registered } from "./mocks.ts";

const AUTHORITY = "gcp:certificateauthority/authority:Authority";
const CERTIFICATE = "gcp:certificatemanager/certificate:Certificate";

function certificate({ protect = true, own }: { protect?: boolean; own?: OwnCertificate } = {}) {
  return registered(
    () => {
      new Certificate(
        "clients",
        { place: place({ protect }), callers: "clients", hostname: "llm.example.internal", own },
        {},
      );
    },
    ({ type }) => (type === AUTHORITY ? { pemCaCertificates: ["{authority in PEM}"] } : {}),
  );
}

it("a private authority's certificate is renewed by Google, which may ask the authority for it", async () => {
  const resources = await certificate();
  expect(only(resources, CERTIFICATE).inputs).toEqual({
    location: "europe-west1",
    managed: { domains: ["llm.example.internal"], issuanceConfig: "{id of llm-gateway-test-clients}" },
  });
  const issuance = only(resources, "gcp:certificatemanager/certificateIssuanceConfig:CertificateIssuanceConfig");
  expect(issuance.inputs).toMatchObject({
    location: "europe-west1",
    lifetime: "2592000s",
    certificateAuthorityConfig: {
      certificateAuthorityServiceConfig: { caPool: "{id of llm-gateway-test-authority}" },
    },
  });
  // Other labels would replace it, and the certificate with it.
  expect(issuance.ignoreChanges).toEqual(["pulumiLabels", "effectiveLabels"]);
  const grant = only(resources, "gcp:certificateauthority/caPoolIamMember:CaPoolIamMember");
  expect(grant.inputs).toMatchObject({
    role: "roles/privateca.certificateRequester",
    member: "serviceAccount:service-123456789012@gcp-sa-certificatemanager.iam.gserviceaccount.com",
  });
  expect(grant.dependsOn).toContain("gcp:projects/serviceIdentity:ServiceIdentity llm-gateway-test-certificates");
  // Google refuses to disable an authority, or to delete its pool, while something is to be issued by it.
  expect(issuance.dependsOn).toEqual(
    expect.arrayContaining([
      `${grant.type} ${grant.name}`,
      `${AUTHORITY} llm-gateway-test-authority`,
      "gcp:certificateauthority/caPool:CaPool llm-gateway-test-authority",
    ]),
  );
});

it("renewal comes at least a week after a certificate's beginning and before its end, as Google wants it", async () => {
  const { inputs } = only(
    await certificate(),
    "gcp:certificatemanager/certificateIssuanceConfig:CertificateIssuanceConfig",
  );
  const days = Number((inputs["lifetime"] as string).slice(0, -1)) / 86_400;
  const renewed = (days * (inputs["rotationWindowPercentage"] as number)) / 100;
  expect(days).toBeGreaterThanOrEqual(21);
  expect(days).toBeLessThanOrEqual(30);
  expect(renewed).toBeGreaterThanOrEqual(7);
  expect(days - renewed).toBeGreaterThanOrEqual(7);
});

it("a private authority goes with a stack that isn't protected, and can't be deleted from one that is", async () => {
  const kept = only(await certificate({ protect: true }), AUTHORITY);
  expect(kept.protect).toBe(true);
  expect(kept.inputs).toMatchObject({
    deletionProtection: true,
    skipGracePeriod: false,
    ignoreActiveCertificatesOnDeletion: false,
  });
  const gone = only(await certificate({ protect: false }), AUTHORITY);
  expect(gone.protect).toBe(false);
  expect(gone.inputs).toMatchObject({
    deletionProtection: false,
    skipGracePeriod: true,
    ignoreActiveCertificatesOnDeletion: true,
  });
});

it("a private authority signs servers' certificates alone, and publishes nothing that everybody can read", async () => {
  const resources = await certificate();
  expect(only(resources, AUTHORITY).inputs["config"]).toMatchObject({
    x509Config: {
      caOptions: { isCa: true, zeroMaxIssuerPathLength: true },
      keyUsage: { extendedKeyUsage: { serverAuth: true } },
    },
  });
  const pool = only(resources, "gcp:certificateauthority/caPool:CaPool");
  expect(pool.inputs["publishingOptions"]).toEqual({ publishCaCert: false, publishCrl: false });
});

it("the private key of the user's own certificate is a secret", async () => {
  const resources = await certificate({ own: { chain: "chain in PEM", privateKey: "key in PEM" } });
  expect(resources.map(({ type }) => type)).toEqual(["llm-gateway:gcp:Certificate", CERTIFICATE]);
  expect(only(resources, CERTIFICATE).inputs).toEqual({ location: "europe-west1", selfManaged: "[secret]" });
});
