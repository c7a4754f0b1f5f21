// Where one wanted to go before one was asked to sign in: a page of the console and nothing else.
export function destination(query: string): string {
  const to = new URLSearchParams(query).get('to') ?? '/';
  return /^\/(?!\/|sign-)/.test(to) ? to : '/';
}
