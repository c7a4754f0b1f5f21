// Lives of keys and tokens that one can choose; an empty one does not end.
export const DAYS = ['30', '90', '365', ''] as const;

export function inDays(days: string): string | undefined {
  return days ? new Date(Date.now() + Number(days) * 86_400_000).toISOString() : undefined;
}
