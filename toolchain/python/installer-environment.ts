/** What pip and uv may be told by their user: where packages come from, and the way there. */
const WELCOME =
  /^(PIP|UV)_(CONFIG_FILE|.*INDEX.*|FIND_LINKS|TRUSTED_HOST|INSECURE_HOST|.*CERT.*|PROXY|.*PROXY|.*TIMEOUT|.*RETRIES|KEYRING.*|CACHE_DIR|NATIVE_TLS|SYSTEM_CERTS|USE_FEATURE)$/;

/** Settings of pip's files that a variable takes back. */
const PIP = { PIP_USER: "0", PIP_REQUIRE_VIRTUALENV: "0", PIP_DRY_RUN: "0", PIP_DISABLE_PIP_VERSION_CHECK: "1" };

/**
 * The whole environment for Python, pip and uv where they install for this project: the user's, without what would make
 * them install elsewhere, otherwise or something else. Those are meant for the user's own projects.
 */
export function installerEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry;
    if (value === undefined || /^(PYTHON.*|VIRTUAL_ENV|CONDA_.*|__PYVENV_LAUNCHER__)$/.test(name)) return false;
    return !/^(PIP|UV)_/.test(name) || WELCOME.test(name);
  });
  return { ...Object.fromEntries(kept), ...PIP, PIP_ROOT_USER_ACTION: "ignore", PYTHONUTF8: "1" };
}
