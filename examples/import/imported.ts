// `npx --no-install pulumi-vpsorg import-file` prints what belongs here: see README.md.
export {};
