// The rights of members. Each includes those before it.
export const RIGHTS = ['READ', 'COMMENT', 'WRITE', 'ADMIN'] as const;
export type Right = (typeof RIGHTS)[number];

export const allows = (has: Right, needed: Right) => RIGHTS.indexOf(has) >= RIGHTS.indexOf(needed);
