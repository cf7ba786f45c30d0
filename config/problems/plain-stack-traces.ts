// Pulumi takes a stack trace at each of thousands of promises, and looks each line up in source maps. This program has
// none, as Node.js runs its TypeScript as it is, and without the search its lines are right all the same: a fifth of the
// time that a program with many keys takes.
Reflect.deleteProperty(Error, "prepareStackTrace");
