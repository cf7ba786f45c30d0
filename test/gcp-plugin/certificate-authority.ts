import type { TestCloud } from "./test-cloud.ts";

/** The certificate, as PEM, behind every server of the cloud. */
export function caCertificate(cloud: TestCloud): string {
  return cloud.settings.caCertificate ?? NOBODY;
}

/** What clients of PostgreSQL trust, as Cloud SQL's API shows it: the authority that signs now, and those that may be next. */
export function postgresAuthorities(cloud: TestCloud): Record<string, string>[] {
  const certificates = cloud.settings.postgresAuthorities ?? [caCertificate(cloud)];
  return certificates.map((cert, index) => ({
    cert,
    commonName: "stand-in",
    createTime: `2026-01-0${index + 1}T00:00:00Z`,
    expirationTime: "2036-01-01T00:00:00Z",
    sha1Fingerprint: String(index).repeat(40),
  }));
}

/** A self-signed certificate whose key was thrown away. */
const NOBODY = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUOgAwIBAgIUbquyo04FiJT5NHP5o3GHkt5tL50wCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZc3RhbmQtaW4gZm9yIEdvb2dsZSBDbG91ZDAeFw0yNjExMjQw
OTExMTVaFw0zNjExMjEwOTExMTVaMCQxIjAgBgNVBAMMGXN0YW5kLWluIGZvciBH
b29nbGUgQ2xvdWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATPhznikRyhMGbL
JbiVf3MPwI+NKzoSAA3Dsu7jaYNbHjGfCAwyAosoIztb1RgPuCcOnnBb0MiV5g02
X7lLDDGto1MwUTAdBgNVHQ4EFgQUjkoFaLcbjqKxql7l5HfnIU5gF8owHwYDVR0j
BBgwFoAUjkoFaLcbjqKxql7l5HfnIU5gF8owDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiBwIPYaPqrKpiAZBMHLUP3XHnYaf4sT3ZBsLP6UsTj57wIg
Y4twa3U8sVu3n2hWtPqpJDuXM8xwK8LR1R02FLPXVhE=
-----END CERTIFICATE-----
`;
