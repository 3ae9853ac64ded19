/** Whether two ids are both numbers or both UUIDs: only the API can match one form with the other. */
export function sameForm(a: string, b: string): boolean {
  return a.includes("-") === b.includes("-");
}

/** Whether an id names something else for certain. */
export function isOtherId(id: string, wanted: string): boolean {
  return id !== wanted && sameForm(id, wanted);
}
