# Part of an offline plugin's launcher. If the language host of the same engine offers to serve the provider $plugin (offers.ts),
# this takes the offer, tells the engine the port, and waits for the engine to end this process, or to end itself.

# Whether a process still is the one that began at that time: process, clock ticks since the machine's start.
lives() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  began=$2
  # The command comes before in parentheses, and may hold spaces and parentheses itself.
  set -- ${stat##*) }
  shift 19
  [ "$1" = "$began" ]
}

for offer in "$bin/../../node_modules/.cache/pulumi/offers/$PPID"-*/"$plugin".*; do
  folder=${offer%/*}
  host=${folder##*/}
  host=${host#*-}
  lives "${host%-*}" "${host#*-}" || continue
  # Of two launchers, only one can remove it.
  rm "$offer" 2>/dev/null || continue
  echo "${offer##*.}"
  exec cat
done
